"""Checks on the parts of a GS1 element's value, by the names that gs1_ai.csv uses (GS1 Syntax Dictionary).

Each takes any text of the part's characters and returns what is wrong with it and where, or nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from types import MappingProxyType

from master_data.udi import short_date
from master_data.udi.gtin import has_valid_check, has_valid_gmn_check, is_digits
from master_data.udi.issue import Issue, error

Lint = Callable[..., Issue | None]


@cache
def countries(column: str) -> frozenset[str]:
    """Return the codes of ISO 3166-1, ``numeric`` or ``alpha2`` (iso3166.csv, CLDR, none withdrawn)."""
    text = files("master_data.udi").joinpath("iso3166.csv").read_text(encoding="utf-8")
    return frozenset(row[column] for row in csv.DictReader(text.splitlines()))


def _mod10(value: str, place: int, **_: int) -> Issue | None:
    good = has_valid_check(value)
    return None if good else error("CHECK_DIGIT", place + len(value) - 1, f"check digit of {value} is wrong")


def _gmn(value: str, place: int, **_: int) -> Issue | None:
    if has_valid_gmn_check(value):
        return None
    return error("CHECK_DIGIT", max(place + len(value) - 2, place), f"check pair of {value} is wrong")


def _date(value: str, place: int, *, zero: bool, current_year: int) -> Issue | None:
    if not (len(value) == 6 and is_digits(value)):
        return error("DATE_SHAPE", place, f"{value!r} is not YYMMDD")
    day = short_date.resolve(value, place, current_year=current_year, allow_day_zero=zero)
    return day if isinstance(day, Issue) else None


def _clock(value: str, place: int, *, pattern: str, **_: int) -> Issue | None:
    return None if re.fullmatch(pattern, value) else error("TIME", place, f"{value!r} is no time of day")


def _pieces(value: str, place: int, **_: int) -> Issue | None:
    half = len(value) // 2
    piece, total = value[:half], value[half:]
    if len(value) % 2 or not is_digits(value) or not 1 <= int(piece) <= int(total):
        return error("PIECES", place, f"{value!r} is not a piece of a total")
    return None


def _matches(value: str, place: int, *, pattern: str, code: str, wanted: str, **_: int) -> Issue | None:
    return None if re.fullmatch(pattern, value) else error(code, place, f"{value!r} is not {wanted}")


def _country(value: str, place: int, *, column: str, **_: int) -> Issue | None:
    known = value in countries(column)
    return None if known else error("COUNTRY", place, f"{value!r} is no country of ISO 3166")


def _degrees(value: str, place: int, *, most: int, **_: int) -> Issue | None:
    good = len(value) == 10 and is_digits(value) and int(value) <= most
    return None if good else error("SYNTAX", place, f"{value!r} is no position on earth")


def _pattern(pattern: str, wanted: str) -> Lint:
    return partial(_matches, pattern=pattern, code="SYNTAX", wanted=wanted)


LINTS: Mapping[str, Lint] = MappingProxyType(
    {
        "mod10": _mod10,
        "gmn": _gmn,
        "date": partial(_date, zero=False),
        "date0": partial(_date, zero=True),
        "hour": partial(_clock, pattern="[01][0-9]|2[0-3]"),
        "minute": partial(_clock, pattern="[0-5][0-9]"),
        "hhmi": partial(_clock, pattern="(?:[01][0-9]|2[0-3])[0-5][0-9]"),
        "pieces": _pieces,
        "country": partial(_country, column="numeric"),
        "country2": partial(_country, column="alpha2"),
        "latitude": partial(_degrees, most=1_800_000_000),
        "longitude": partial(_degrees, most=3_600_000_000),
        "zero": _pattern("0+", "zero"),
        "nozeroprefix": _pattern("|[1-9][0-9]*", "a number without leading zeros"),
        "nondigit": _pattern(".*[^0-9].*", "a text with a character that is no digit"),
        "index": _pattern("[-_0-9A-Za-z]", "an importer index"),
        "percent": _pattern("(?:[^%]|%[0-9A-Fa-f]{2})*", "a text whose % begin two hexadecimal digits"),
        "yesno": _pattern("[01]", "0 or 1"),
        "hyphen": _pattern("-+", "a hyphen"),
    }
)
