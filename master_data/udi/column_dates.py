"""Dates by the column: six digits to days by a table that the reader of single dates has filled."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from master_data.udi import short_date
from master_data.udi.byte_rows import Counts, Flags
from master_data.udi.issue import Issue
from master_data.udi.parsed import FAR_EXPIRY_YEARS

# Days since 1970 cannot be these: no date in the text; and, above it, what is no date, by the reason.
ABSENT, NO_MONTH, NO_DAY, NO_NUMBER = (np.iinfo(np.int32).max - below for below in (3, 2, 1, 0))
_EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=8)
def day_table(current_year: int) -> Counts:
    """Return days since 1970 by the number YYMMDD; day 00 is the month's last; or why it is none."""
    table = np.full(1_000_000, NO_MONTH, dtype=np.int32)
    for month in (year * 100 + month for year in range(100) for month in range(1, 13)):
        last = short_date.resolve(f"{month:04d}00", 0, current_year=current_year, allow_day_zero=True)
        if isinstance(last, Issue):
            raise AssertionError(f"month {month:04d} has no last day: {last.message}")
        end = last.value.toordinal() - _EPOCH
        table[month * 100 : month * 100 + 100] = NO_DAY
        table[month * 100] = end
        table[month * 100 + 1 : month * 100 + 1 + last.value.day] = np.arange(
            end - last.value.day + 1, end + 1
        )
    table.flags.writeable = False
    return table


def short_days(texts: pl.Series, current_year: int) -> Counts:
    """Return days since 1970 of texts of six digits YYMMDD; day 00 is none, as only GS1 has it."""
    digits = texts.cast(pl.Int32).fill_null(0).to_numpy()
    days = np.where(digits % 100 == 0, NO_DAY, day_table(current_year)[digits])
    return np.where(texts.is_null().to_numpy(), ABSENT, days)


def whole_days(texts: pl.Series) -> Counts:
    """Return days since 1970 of texts of eight digits YYYYMMDD."""
    days = texts.str.to_date("%Y%m%d", strict=False).cast(pl.Int32).fill_null(NO_DAY).to_numpy()
    return np.where(texts.is_null().to_numpy(), ABSENT, days)


def dates_are_sure(made: Counts, expires: Counts, current_year: int) -> Flags:
    """Tell where both dates are absent or right, and nothing about them needs a warning."""
    are_right = (made <= ABSENT) & (expires <= ABSENT)
    return np.asarray(are_right & dates_raise_no_doubt(made, expires, current_year))


def dates_raise_no_doubt(made: Counts, expires: Counts, current_year: int) -> Flags:
    """Tell where no date that is right needs a warning."""
    far = date(current_year + FAR_EXPIRY_YEARS + 1, 1, 1).toordinal() - _EPOCH
    no_end = expires >= ABSENT
    return np.asarray((no_end | (expires < far)) & (no_end | (made >= ABSENT) | (made <= expires)))


def day_column(days: Counts) -> pl.Series:
    """Return a date column; null where a date is absent or wrong."""
    held = pl.Series(days)
    return pl.select(pl.when(held < ABSENT).then(held).cast(pl.Date)).to_series()
