"""Six-digit GS1 dates: century window, day 00, calendar check (GS1 General Specifications 7.12)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from master_data.issue import Issue, error


@dataclass(frozen=True)
class ShortDate:
    """A resolved YYMMDD; precision is ``month`` when the day was 00 (resolved to the month's end)."""

    value: date
    precision: Literal["day", "month"]


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


def full_year(two_digits: int, current_year: int) -> int:
    """Return the year within 49 years back and 50 ahead of the current one."""
    century = current_year - current_year % 100
    distance = two_digits - current_year % 100
    if distance >= 51:
        return century - 100 + two_digits
    return century + (100 if distance <= -50 else 0) + two_digits
