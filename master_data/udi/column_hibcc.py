"""HIBCC codes by the column: primary alone, or with lot or serial, a YYMMDD expiry date and supplements.

Right, or wrong in nothing but the check character; other date flags, quantities in front of the date and the
secondary code alone are left to the reader of single texts.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from master_data.udi.byte_rows import Flags, by_character, byte_rows
from master_data.udi.column_dates import dates_are_sure, day_column, short_days, whole_days
from master_data.udi.column_frame import Part, broken, shared
from master_data.udi.hibcc_check import ALPHABET, VALUES

_NUMBER = "[0-9A-Z.-]"
_DAY = "(?:19|20)[0-9]{6}"
_SHAPE = (
    r"^\+(?P<di>[A-Z][0-9A-Z]{3}[0-9A-Z]{1,18}[0-9])"
    rf"(?:/(?:\$(?P<plus>\+?)(?P<number>{_NUMBER}{{1,18}})"
    rf"|\$\$(?P<dated_plus>\+?)3(?P<expires>[0-9]{{6}})(?P<dated_number>{_NUMBER}{{0,18}})))?"
    rf"(?P<more>(?:/(?:S{_NUMBER}{{1,18}}|1[46]D{_DAY}|Q[0-9]{{1,5}}))*)"
    r"[0-9A-Z. $/+%-]$"
)
_VALUES = by_character(VALUES)


def read(texts: pl.Series, *, current_year: int) -> Part:
    """Read what is of a common shape among texts that begin with a plus."""
    cut = texts.str.extract_groups(_SHAPE).struct.unnest()
    more = pl.col("more")
    kinds = pl.sum_horizontal(more.str.contains(f"/{key}", literal=True) for key in ("S", "14D", "16D", "Q"))
    once = kinds == more.str.count_matches("/", literal=True)
    which = np.flatnonzero(cut.select(pl.col("di").is_not_null() & once).to_series().fill_null(value=False))
    held = texts.gather(which)
    parts = cut[which].with_columns(
        _number("lot", ""),
        pl.coalesce(_number("serial", "+"), pl.col("more").str.extract(f"/S({_NUMBER}+)")).alias("serial"),
        made=pl.col("more").str.extract("/16D([0-9]{8})"),
        until=pl.col("more").str.extract("/14D([0-9]{8})"),
    )
    short, whole = short_days(parts["expires"], current_year), whole_days(parts["until"])
    made, expires = whole_days(parts["made"]), np.where(parts["expires"].is_null(), whole, short)
    sure = dates_are_sure(made, expires, current_year) & dates_are_sure(made, whole, current_year)
    is_right = _is_checked(held)
    columns = parts.select(
        "di",
        "lot",
        "serial",
        manufactured_date=day_column(made),
        expiry_date=day_column(expires),
        canonical=pl.when(pl.Series(is_right)).then(held),
    )
    form = parts.select(
        pl.when(pl.col("number").is_null() & pl.col("dated_number").is_null() & (pl.col("more") == ""))
        .then(pl.lit("primary"))
        .otherwise(pl.lit("combined"))
    ).to_series()
    last = held.str.len_bytes().cast(pl.Int64).to_numpy() - 1
    frame = shared("HIBCC", form, columns, broken("CHECK_CHAR", ~is_right, last))
    return which[sure], frame.filter(pl.Series(sure))


def _number(name: str, plus: str) -> pl.Expr:
    """The lot or, behind a plus, the serial; an empty one is none."""
    plain = pl.when(pl.col("plus") == plus).then("number")
    dated = pl.when((pl.col("dated_plus") == plus) & (pl.col("dated_number") != "")).then("dated_number")
    return pl.coalesce(plain, dated).alias(name)


def _is_checked(texts: pl.Series) -> Flags:
    rows = byte_rows(texts)
    sums = rows.running(_VALUES)
    last = rows.end - 1
    found = (sums[last] - sums[rows.start]) % len(ALPHABET) == _VALUES[rows.data[last]]
    return np.asarray(found, dtype=np.bool_)
