"""Dates as codes write them: YYMMDD with the GS1 century window, and a year with its day number.

GS1 General Specifications 7.12 (window, day 00); ANSI/HIBC 2.6 and ISBT 128 (ordinal days).
"""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from master_data.udi.issue import Issue, error

Precision = Literal["day", "month"]


@dataclass(frozen=True)
class ShortDate:
    """A resolved date; precision is ``month`` when only the month was written (resolved to its end)."""

    value: date
    precision: Precision


def resolve(text: str, position: int, *, current_year: int, allow_day_zero: bool) -> ShortDate | Issue:
    """Resolve six ASCII digits YYMMDD, or tell why they are no date."""
    year = full_year(int(text[:2]), current_year)
    month, day = int(text[2:4]), int(text[4:6])
    if not 1 <= month <= 12:
        return error("DATE_MONTH", position + 2, f"month {month:02d} in date {text}")
    last = monthrange(year, month)[1]
    if day == 0 and allow_day_zero:
        return ShortDate(date(year, month, last), "month")
    if not 1 <= day <= last:
        return error("DATE_DAY", position + 4, f"{year}-{month:02d} has no day {day:02d}")
    return ShortDate(date(year, month, day), "day")


def ordinal_day(year: int, text: str, position: int) -> ShortDate | Issue:
    """Resolve three ASCII digits that number the days of a year from 001."""
    number = int(text)
    if not 1 <= number <= 365 + isleap(year):
        return error("DATE_DAY", position, f"{year} has no day {text}")
    return ShortDate(date(year, 1, 1) + timedelta(days=number - 1), "day")


def full_year(two_digits: int, current_year: int) -> int:
    """Return the year within 49 years back and 50 ahead of the current one."""
    century = current_year - current_year % 100
    distance = two_digits - current_year % 100
    if distance >= 51:
        return century - 100 + two_digits
    return century + (100 if distance <= -50 else 0) + two_digits
