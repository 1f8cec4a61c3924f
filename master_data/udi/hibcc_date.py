"""HIBC secondary dates: a flag digit says how the expiry date is written (ANSI/HIBC 2.6, table of flags)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from master_data.udi import short_date
from master_data.udi.issue import Issue, error
from master_data.udi.short_date import ShortDate

# Flag → length of what follows it. Without a flag the date is MMYY, whose first digit is 0 or 1.
_LENGTHS: Mapping[str, int] = MappingProxyType({"2": 6, "3": 6, "4": 8, "5": 5, "6": 7, "7": 0})


def length_of(text: str) -> int | None:
    """Return how many characters of a text are the date with its flag, None when no flag fits."""
    flag = text[:1]
    return 4 if flag in ("0", "1") else _LENGTHS[flag] + 1 if flag in _LENGTHS else None


def resolve(text: str, position: int, *, current_year: int) -> ShortDate | Issue | None:
    """Resolve a date with its flag; None for flag 7, which says there is none."""
    wanted = length_of(text)
    if len(text) != wanted or not (text.isascii() and text.isdigit()):
        return error("DATE_SHAPE", position, f"{text!r} is not a date of flag {text[:1]!r}")
    flag, digits = text[0], text[1:]
    if flag in "01":
        return _shifted(text[2:4] + text[:2] + "00", position, current_year, day_zero=True)
    if flag == "7":
        return None
    hour = digits[-2:] if flag in "46" else "00"
    if int(hour) > 23:
        return error("DATE_HOUR", position + len(text) - 2, f"hour {hour} in {text}")
    if flag in "56":
        year = short_date.full_year(int(digits[:2]), current_year)
        return short_date.ordinal_day(year, digits[2:5], position + 3)
    return _shifted(digits[4:6] + digits[:4] if flag == "2" else digits[:6], position, current_year)


def full_date(text: str, position: int) -> ShortDate | Issue:
    """Resolve the YYYYMMDD of supplements 14D and 16D."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return error("DATE_SHAPE", position, f"{text!r} is not YYYYMMDD")
    if text[:4] == "0000":
        return error("DATE_YEAR", position, f"year 0000 in {text}")
    return short_date.resolve(text[2:], position, current_year=int(text[:4]), allow_day_zero=False)


def _shifted(yymmdd: str, position: int, current_year: int, *, day_zero: bool = False) -> ShortDate | Issue:
    found = short_date.resolve(yymmdd, position, current_year=current_year, allow_day_zero=day_zero)
    # The digits stand in another order than the resolver's: the date's own place is the honest one.
    return error(found.code, position, found.message) if isinstance(found, Issue) else found
