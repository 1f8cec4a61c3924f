"""MA codes by the column: the text carrier with its usual parts; a check digit that differs is its warning.

The XML and URL carriers and what breaks a rule are left to the reader of single texts.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from master_data.udi.byte_rows import ByteRows, Counts, Places, by_character, byte_rows
from master_data.udi.column_dates import ABSENT, dates_are_sure, day_column, short_days
from master_data.udi.column_frame import Part, broken, shared
from master_data.udi.ma_check import DOUBLED, NUMBERS

_CHARACTER = "[" + re.escape("".join(NUMBERS).replace(".", "")) + "]"
_LETTERS = "SMLDEVY"
_SHAPE = (
    r"^(?P<di>MA\.[0-9]{3}\.M0\.[0-9]{6}\.[0-9][0-9A-Za-z]{4,10}[0-9])"
    rf"(?P<parts>(?:\.(?:[SLDY]{_CHARACTER}+|[MEV][0-9]{{6}}))*)(?:\.C(?P<check>[0-9]))?$"
)
# What a character adds when an even count of digits stands right of it (its last digit as it is, one before
# it doubled), what it adds when the count is odd, and how many digits it is.
_PLAIN = by_character({c: int(n[-1]) + int(DOUBLED[int(n[:-1] or 0)]) for c, n in NUMBERS.items()})
_TURNED = by_character({c: int(DOUBLED[int(n[-1])]) + int(n[:-1] or 0) for c, n in NUMBERS.items()})
_DIGITS = by_character({c: len(n) for c, n in NUMBERS.items()})


def read(texts: pl.Series, *, current_year: int) -> Part:
    """Read what is of a common shape among texts that begin with ``MA.``."""
    cut = texts.str.extract_groups(_SHAPE).struct.unnest()
    which = np.flatnonzero(cut.select(_is_common()).to_series().fill_null(value=False))
    held, parts = texts.gather(which), cut[which]
    values = parts.with_columns(
        pl.col("parts").str.extract(rf"\.{key}([^.]+)").alias(key) for key in _LETTERS
    )
    made, until, best = (short_days(values[key], current_year) for key in ("M", "E", "V"))
    expires = np.where(until == ABSENT, best, until)
    sure = dates_are_sure(made, expires, current_year) & dates_are_sure(made, best, current_year)
    columns = values.select(
        "di",
        lot="L",
        serial="S",
        manufactured_date=day_column(made),
        expiry_date=day_column(expires),
        canonical=pl.concat_str("di", *(f".{key}" + pl.col(key) for key in _LETTERS), ignore_nulls=True),
    )
    frame = shared("MA", "text", columns, _mismatches(held, parts))
    return which[sure], frame.filter(pl.Series(sure))


def _is_common() -> pl.Expr:
    """A known shape in which no letter comes twice, and a check part only behind others."""
    parts = pl.col("parts")
    letters = pl.sum_horizontal(parts.str.contains(f".{key}", literal=True) for key in _LETTERS)
    lone_check = pl.col("check").is_not_null() & (parts == "")
    once = letters == parts.str.count_matches(".", literal=True)
    return pl.col("di").is_not_null() & once & ~lone_check


def _mismatches(texts: pl.Series, parts: pl.DataFrame) -> pl.DataFrame:
    rows = byte_rows(texts)
    sums = _check_sums(rows)
    has_check = parts["check"].is_not_null().to_numpy()
    end_of_di = rows.start + parts["di"].str.len_bytes().cast(pl.Int64).to_numpy()
    end_of_parts = end_of_di + parts["parts"].str.len_bytes().cast(pl.Int64).to_numpy()
    wrong_di = _check_of(sums, rows.start, end_of_di - 1) != rows.data[end_of_di - 1] - 48
    wrong_pi = has_check & (_check_of(sums, end_of_di, end_of_parts) != rows.data[rows.end - 1] - 48)
    position = np.where(wrong_di, end_of_di, rows.end) - 1 - rows.start
    return broken("MA_CHECK_MISMATCH", wrong_di | wrong_pi, position, "warn")


def _check_sums(rows: ByteRows) -> tuple[Counts, Counts, Counts]:
    """Running count of the digits that the characters write, and two running sums of `ma_check`.

    Whether a digit is doubled hangs on how many digits stand right of it, and that on the part's end: one sum
    holds for ends with an even count of digits before them, the other for odd ones.
    """
    counted = rows.running(_DIGITS)
    is_even = counted[1:] % 2 == 0
    at_even, at_odd = _PLAIN[rows.data], _TURNED[rows.data]
    even = np.cumsum(np.where(is_even, at_even, at_odd), dtype=np.int32)
    odd = np.cumsum(np.where(is_even, at_odd, at_even), dtype=np.int32)
    return counted, np.append(np.int32(0), even), np.append(np.int32(0), odd)


def _check_of(sums: tuple[Counts, Counts, Counts], first: Places, end: Places) -> Counts:
    """The check digit of a part of each text, as `ma_check.check_digit` gives it."""
    counted, even, odd = sums
    total = np.where(counted[end] % 2 == 0, even[end] - even[first], odd[end] - odd[first])
    return np.asarray(-total % 10, dtype=np.int32)
