"""GS1 codes by the column: the common shapes read with arithmetic on bytes instead of text by text.

Read here: element strings and printed brackets that hold (01) and any of (10) (11) (17) (21), and GTINs of
digits alone; right, or with a wrong check digit or a separator that may be missing. All else is left to the
reader of single texts. How the texts are cut stands in column_gs1_cut.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from master_data.udi.byte_rows import ByteRows, Counts, Flags, Places, byte_rows, mod10, number, outside
from master_data.udi.column_dates import ABSENT, NO_DAY, dates_are_sure, day_column, day_table
from master_data.udi.column_frame import Part, broken, pieces, shared
from master_data.udi.column_gs1_cut import AIS, OPEN, Cut, cut_brackets, cut_elements
from master_data.udi.gs1_ai import CSET_82, GS
from master_data.udi.gs1_check import SWALLOWED

# A separator may be spelled <GS>; such a text, and one of other characters, is for the single reader.
_STRANGE = outside(CSET_82.replace("<", "") + GS)
_NAMES = {1: "di", 11: "made", 17: "expires", 10: "lot", 21: "serial"}
_CANONICAL = pl.concat_str(
    "01" + pl.col("di"),
    "11" + pl.col("made"),
    "17" + pl.col("expires"),
    "10" + pl.col("lot"),
    pl.when(pl.col("lot").is_not_null() & pl.col("serial").is_not_null()).then(pl.lit(GS)),
    "21" + pl.col("serial"),
    ignore_nulls=True,
)


def read(texts: pl.Series, *, current_year: int) -> Part:
    """Read what is of a common shape in a column without nulls: the rows read, and their columns."""
    rows = byte_rows(texts)
    has_aim = _has_aim(rows)
    begin = rows.start + 3 * has_aim
    plain = ~_holds_strange(rows, has_aim) & (rows.end > begin)
    may_be_gtin = plain & np.isin(rows.end - begin, (8, 12, 13, 14))
    gtins, left = _gtins(texts, rows, begin, np.flatnonzero(may_be_gtin))
    bracketed = rows.data[begin] == OPEN
    elements = cut_elements(rows, begin, np.flatnonzero(plain & ~left & ~bracketed))
    brackets = cut_brackets(rows, begin, np.flatnonzero(plain & bracketed))
    written = _is_canonical(rows, begin, elements)
    parts = [
        gtins,
        _messages(texts, rows, elements.only(written), begin, current_year, "element_string"),
        _messages(texts, rows, elements.only(~written), None, current_year, "element_string"),
        _messages(texts, rows, brackets, None, current_year, "bracketed"),
    ]
    return np.concatenate([places for places, _ in parts]), pl.concat([frame for _, frame in parts])


def _has_aim(rows: ByteRows) -> Flags:
    first, second, third = (rows.data[rows.start + step] for step in range(3))
    known = [(second == ord(aim[0])) & (third == ord(aim[1])) for aim in ("C1", "d2", "Q3")]
    has_aim = (first == ord("]")) & (known[0] | known[1] | known[2]) & (rows.end - rows.start >= 3)
    return np.asarray(has_aim)


def _holds_strange(rows: ByteRows, has_aim: Flags) -> Flags:
    strange = _STRANGE[rows.data]
    strange[rows.start[has_aim]] = False
    holds = np.zeros(len(rows.start) + 1, dtype=np.bool_)
    holds[rows.rows_of(np.flatnonzero(strange))] = True
    return holds[:-1]


def _gtins(texts: pl.Series, rows: ByteRows, begin: Places, which: Places) -> tuple[Part, Flags]:
    """Read the texts that are digits alone, and tell which they are."""
    first, end = begin[which], rows.end[which]
    is_number, is_right = np.zeros((2, len(which)), dtype=np.bool_)
    for width in (8, 12, 13, 14):
        of_width = end - first == width
        is_number[of_width], is_right[of_width] = mod10(rows.data, first[of_width], width)
    which, first, end, is_right = which[is_number], first[is_number], end[is_number], is_right[is_number]
    frame = pieces(texts.gather(which), {"di": (first - rows.start[which], end - first)})
    full = frame.select(di=pl.when(pl.Series(is_right)).then(pl.col("di").str.zfill(14)))
    columns = full.with_columns(canonical="01" + pl.col("di"))
    are_gtins = np.zeros(len(texts), dtype=np.bool_)
    are_gtins[which] = True
    verdict = broken("CHECK_DIGIT", ~is_right, end - 1 - rows.start[which])
    return (which, shared("GS1", "gtin", columns, verdict)), are_gtins


def _is_canonical(rows: ByteRows, begin: Places, cut: Cut) -> Flags:
    """Tell which element strings are written as we would write them."""
    length = np.zeros(len(cut.which), dtype=np.int64)
    last = np.zeros(len(cut.which), dtype=np.int64)
    in_order = np.ones(len(cut.which), dtype=np.bool_)
    for ai in AIS:
        start, held = cut.start[ai], cut.start[ai] >= 0
        length += np.where(held, cut.end[ai] - start + 2, 0)
        in_order &= ~held | (start > last)
        last = np.where(held, start, last)
    length += (cut.start[10] >= 0) & (cut.start[21] >= 0)
    return np.asarray(in_order & (length == rows.end[cut.which] - begin[cut.which]))


def _messages(
    texts: pl.Series,
    rows: ByteRows,
    cut: Cut,
    canonical_from: Places | None,
    current_year: int,
    form: Literal["element_string", "bracketed"],
) -> Part:
    which = cut.which
    start = rows.start[which]
    made, expires = (_days(rows, cut.start[ai], current_year) for ai in (11, 17))
    is_number, is_right = mod10(rows.data, cut.start[1], 14)
    sure = is_number & dates_are_sure(made, expires, current_year)
    spans = {name: (cut.start[ai] - start, cut.end[ai] - cut.start[ai]) for ai, name in _NAMES.items()}
    if canonical_from is not None:
        spans = {name: spans[name] for name in ("di", "lot", "serial")}
        spans["canonical"] = (canonical_from[which] - start, rows.end[which] - canonical_from[which])
    values = pieces(texts.gather(which), spans)
    columns = values.select(
        "di",
        "lot",
        "serial",
        manufactured_date=day_column(made),
        expiry_date=day_column(expires),
        canonical=pl.when(pl.Series(is_right)).then(
            "canonical" if canonical_from is not None else _CANONICAL
        ),
    )
    verdict = broken("CHECK_DIGIT", ~is_right, cut.start[1] + 13 - start)
    if form == "element_string":
        for ai, other in ((10, 21), (21, 10)):
            verdict = _with_swallowed(rows, cut, values[_NAMES[ai]], ai, other, verdict)
    return which[sure], shared("GS1", form, columns, verdict).filter(pl.Series(sure))


def _days(rows: ByteRows, start: Places, current_year: int) -> Counts:
    has_date = start >= 0
    digits = np.where(has_date, number(rows.data, np.maximum(start, 0), 6), 0)
    days = np.where(digits < 0, NO_DAY, day_table(current_year)[np.maximum(digits, 0)])
    return np.where(has_date, days, ABSENT)


def _with_swallowed(
    rows: ByteRows, cut: Cut, values: pl.Series, ai: int, other: int, verdict: pl.DataFrame
) -> pl.DataFrame:
    """Warn of a value that ends the text and may hold the other field, where nothing worse is told."""
    exposed = np.flatnonzero((cut.start[other] < 0) & (cut.end[ai] == rows.end[cut.which]))
    held = values.gather(exposed).str.contains(f"^(?:{SWALLOWED[str(ai)].pattern})$").to_numpy()
    doubtful = np.zeros(len(values), dtype=np.bool_)
    doubtful[exposed[held]] = True
    doubtful &= (verdict["severity"] == "ok").to_numpy()
    if not doubtful.any():
        return verdict
    position = cut.start[ai] - rows.start[cut.which]
    warning = broken("POSSIBLE_MISSING_FNC1", doubtful, position, "warn")
    return pl.select(
        pl.when(pl.Series(doubtful)).then(warning[name]).otherwise(verdict[name]).alias(name)
        for name in verdict.columns
    )
