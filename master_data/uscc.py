"""Unified social credit code of a Chinese legal person (GB 32100-2015), with both of its checks.

raw text → NFKC, blanks dropped, upper case → 18 characters → check character (modulo 31) → the organisation
code in characters 9 to 17 and its own check (GB 11714, modulo 11).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from master_data.udi.issue import Issue, error, warn
from master_data.udi.parsed import has_error

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_CHECKS = "0123456789X"
# Where the organisation code begins and ends; plain numbers, because SQLMesh keeps them with a macro.
ORGANISATION_START, ORGANISATION_END = 8, 17
LENGTH = 18


@dataclass(frozen=True)
class Uscc:
    """A credit code as read: eighteen characters, or None with the reason among the issues."""

    raw: str
    code: str | None
    issues: tuple[Issue, ...]


def parse(raw: str) -> Uscc:
    """Read one credit code; never raises on bad text."""
    if len(raw) > 64:
        return Uscc(raw, None, (error("LENGTH", 0, f"{len(raw)} characters, not {LENGTH}"),))
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", raw)).upper()
    notes = () if raw.isascii() else (warn("FULL_WIDTH", 0, "full-width characters were read as ASCII"),)
    issues = (*notes, *_issues(text))
    return Uscc(raw, None if has_error(issues) else text, issues)


def check_character(body: str) -> str:
    """Return the last character of a code whose first 17 are given."""
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """Return the ninth character of an organisation code whose first eight are given."""
    pairs = zip(body, ORGANISATION_WEIGHTS, strict=True)
    return ORGANISATION_CHECKS[-sum(ORGANISATION_ALPHABET.index(c) * weight for c, weight in pairs) % 11]


def _issues(text: str) -> tuple[Issue, ...]:
    if len(text) != LENGTH:
        return (error("LENGTH", 0, f"{len(text)} characters, not {LENGTH}"),)
    odd = next((place for place, character in enumerate(text) if character not in ALPHABET), None)
    if odd is not None:
        return (error("CHARSET", odd, f"a credit code never holds {text[odd]!r} (no I, O, S, V, Z)"),)
    found = []
    wanted = organisation_check(text[ORGANISATION_START : ORGANISATION_END - 1])
    if text[16] != wanted:
        found.append(error("USCC_ORGANISATION", 16, f"organisation code ends in {wanted}"))
    if text[-1] != check_character(text[:-1]):
        found.append(error("USCC_CHECK", 17, f"check character {check_character(text[:-1])} expected"))
    return tuple(found)
