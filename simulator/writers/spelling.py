"""Lots as people type them into shop-floor and quality systems; the ERP number stays the truth.

Every spelling is one a person still reads right: other case and width, zeros more or less, a word or the
plant before the number, a part of the lot or its sterilisation lot behind it.
"""

from __future__ import annotations

import polars as pl

_FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_ZEROS = r"^(.*-)0+([1-9]\d*)$"  # plant B writes its running number with zeros in front


def typed_lot(lot: str, salt: str, plant: str) -> pl.Expr:
    """The lot as an operator types it."""
    text, turn = pl.col(lot), pl.col(salt)
    numeric = text.str.contains(r"^\d+$")
    spelled = [
        (turn % 31 == 0, text.str.to_lowercase()),
        ((turn % 37 == 0) & numeric, pl.lit("00") + text),
        (turn % 41 == 0, text.str.replace(_ZEROS, "${1}${2}")),
        (turn % 43 == 0, text + pl.lit("-1")),
        (turn % 47 == 0, text + pl.lit("-A")),
        (turn % 53 == 0, pl.lit(f"{plant}-") + text),
        (turn % 59 == 0, _full_width(text)),
    ]
    return _first_of(spelled, text)


def recorded_lot(lot: str, run: str, salt: str) -> pl.Expr:
    """The lot as a quality engineer writes it; `run` is the sterilisation run of the lot, or null."""
    text, turn, sterile = pl.col(lot), pl.col(salt), pl.col(run).is_not_null()
    spelled = [
        ((turn % 5 == 0) & sterile, text + pl.lit("/") + pl.col(run)),
        ((turn % 7 == 0) & sterile, pl.col(run) + pl.lit(" ") + text),
        (turn % 11 == 0, pl.lit("批号:") + text),
        (turn % 13 == 0, pl.lit("LOT ") + text.str.to_lowercase()),
        (turn % 17 == 0, text + pl.lit("B")),
    ]
    return _first_of(spelled, text)


def _first_of(spelled: list[tuple[pl.Expr, pl.Expr]], plain: pl.Expr) -> pl.Expr:
    """The first spelling whose turn it is; an empty lot stays empty."""
    choice = plain
    for turn, text in reversed(spelled):
        choice = pl.when(turn).then(text).otherwise(choice)
    return pl.when(plain == "").then(plain).otherwise(choice)


def _full_width(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(_FULL_WIDTH)


def with_recorded_lot(frame: pl.DataFrame, runs: pl.DataFrame, first: int) -> pl.DataFrame:
    """Quality records with `lot_text`, their lot as written; `first` is the number of the first record."""
    sterile = runs.select("item", "lot_no", "run_no").unique(
        ["item", "lot_no"], keep="first", maintain_order=True
    )
    rows = frame.join(sterile, on=["item", "lot_no"], how="left", maintain_order="left")
    rows = rows.with_columns(record_no=pl.int_range(pl.len()) + first)
    return rows.with_columns(lot_text=recorded_lot("lot_no", "run_no", "record_no")).drop(
        "run_no", "record_no"
    )
