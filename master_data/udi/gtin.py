"""GTIN and the other GS1 numbers: check digits, normalising to 14 digits.

raw text → NFKC, spaces and hyphens dropped → 8/12/13/14 digits → check digit → left-padded GTIN-14.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from master_data.udi.gs1_ai import CSET_82
from master_data.udi.issue import Issue, error, warn

_LENGTHS = (8, 12, 13, 14)
_GMN_CHECK = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GMN_WEIGHTS = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


@dataclass(frozen=True)
class Gtin:
    """A GTIN as read: fourteen digits, or None with the reason among the issues."""

    raw: str
    gtin14: str | None
    issues: tuple[Issue, ...]


def is_digits(text: str) -> bool:
    """Tell whether a text is ASCII digits only; str.isdigit also accepts full-width ones."""
    return text.isascii() and text.isdigit()


def mod10_check(body: str) -> str:
    """Return the check digit of a body of digits (weights 3,1,3,1 from the right; GS1 GenSpecs 7.9)."""
    values = body.encode("ascii")
    # The characters of digits are 48 above their values.
    weighted = 3 * sum(values[-1::-2]) + sum(values[-2::-2]) - 48 * (len(body) + 2 * ((len(body) + 1) // 2))
    return str(-weighted % 10)


def has_valid_check(number: str) -> bool:
    """Tell whether the last digit of a GTIN, SSCC, GLN or GSRN is its check digit."""
    return is_digits(number) and len(number) > 1 and mod10_check(number[:-1]) == number[-1]


def gmn_check(body: str) -> str:
    """Return the check pair of a GS1 model number (prime weights right to left, modulo 1021)."""
    total = sum(CSET_82.index(c) * w for c, w in zip(reversed(body), _GMN_WEIGHTS, strict=False)) % 1021
    return _GMN_CHECK[total >> 5] + _GMN_CHECK[total & 31]


def has_valid_gmn_check(number: str) -> bool:
    """Tell whether the last two characters of a GS1 model number are its check pair."""
    body = number[:-2]
    known = len(number) <= 25 and all(c in CSET_82 for c in body)
    return len(number) >= 2 and known and gmn_check(body) == number[-2:]


def normalise(raw: str) -> Gtin:
    """Read a bare GTIN the way people and spreadsheets write it.

    A GTIN of 12 digits may be one of 13 that lost a digit and still pass its check digit: compare with the
    master data before trusting it.
    """
    text, notes = _clean(raw)
    if not is_digits(text):
        return Gtin(raw, None, (*notes, error("CHARSET", 0, f"not a number of digits: {raw!r}")))
    if len(text) not in _LENGTHS:
        return Gtin(
            raw, None, (*notes, error("LENGTH", 0, f"{len(text)} digits; a GTIN has 8, 12, 13 or 14"))
        )
    if not has_valid_check(text):
        wanted = mod10_check(text[:-1])
        return Gtin(
            raw, None, (*notes, error("CHECK_DIGIT", len(text) - 1, f"check digit {wanted} expected"))
        )
    return Gtin(raw, text.zfill(14), notes)


def _clean(raw: str) -> tuple[str, tuple[Issue, ...]]:
    text = unicodedata.normalize("NFKC", raw)
    notes = [warn("FULL_WIDTH", 0, "full-width characters were read as ASCII")] if not raw.isascii() else []
    compact = re.sub(r"[\s-]", "", text)
    if "-" in text.strip():
        notes.append(warn("HYPHENS", 0, "hyphens were dropped"))
    if re.fullmatch(r"[0-9]+\.0", compact):
        notes.append(warn("FLOAT_SUFFIX", len(compact) - 2, "a trailing .0 was dropped"))
        compact = compact[:-2]
    return compact, tuple(notes)
