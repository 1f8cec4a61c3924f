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

# Days since 1970 cannot be these: no such day, and no date in the text.
NO_DAY, ABSENT = np.iinfo(np.int32).max, np.iinfo(np.int32).max - 1
_EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=8)
def day_table(current_year: int) -> Counts:
    """Return days since 1970 by the number YYMMDD; day 00 is the month's last, `NO_DAY` what is no date."""
    table = np.full(1_000_000, NO_DAY, dtype=np.int32)
    for month in (year * 100 + month for year in range(100) for month in range(1, 13)):
        last = short_date.resolve(f"{month:04d}00", 0, current_year=current_year, allow_day_zero=True)
        if isinstance(last, Issue):
            raise AssertionError(f"month {month:04d} has no last day: {last.message}")
        end = last.value.toordinal() - _EPOCH
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
    far = date(current_year + FAR_EXPIRY_YEARS + 1, 1, 1).toordinal() - _EPOCH
    sure = (made != NO_DAY) & (expires != NO_DAY) & ((expires == ABSENT) | (expires < far))
    return np.asarray(sure & ((made == ABSENT) | (expires == ABSENT) | (made <= expires)))


def day_column(days: Counts) -> pl.Series:
    """Return a date column; null where a date is absent or wrong."""
    held = pl.Series(days)
    return pl.select(pl.when(held < ABSENT).then(held).cast(pl.Date)).to_series()
