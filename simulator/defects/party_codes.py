"""Credit codes of partners as clerks get them wrong; the more partners, the more of them.

The code that was valid before 2015 stands where the credit code belongs, or one character is wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from simulator.defects.lab import Kind, Lab, Row
from simulator.identifiers import USCC_ALPHABET

_SHARE = 40  # of so many partners of a table one has a code wrong in each of these ways
_COLUMNS = {
    "sap_a/lfa1": ("STCD5", "LIFNR"),
    "sap_a/kna1": ("STCD5", "KUNNR"),
    "u8_b/vendor": ("cVenRegCode", "cVenCode"),
    "u8_b/customer": ("cCusRegCode", "cCusCode"),
}
Slip = Callable[[str, int], str]


def slip_codes(lab: Lab) -> None:
    """Put wrong codes into the first file of every table of partners."""
    for table, (column, key) in _COLUMNS.items():
        many = max(1, len(lab.open(lab.files(table)[0]).records) // _SHARE)
        for name, slip in SLIPS.items():
            kind = Kind(13, name, "DQ-SUP-001", "warned")
            picked = lab.pick(table, many, _has_whole(column), key)
            for n, (file, number) in enumerate(picked):
                row = file.row(number)
                file.put(number, {**row, column: slip(row[column], n)})
                lab.note(kind, file.path, number, column)


def _has_whole(column: str) -> Callable[[Row], bool]:
    return lambda row: len(row[column]) == 18


def slipped(codes: pl.Series, seed: int) -> pl.Series:
    """The same slips in a column of codes, for partners that no file holds."""
    rng = np.random.default_rng([seed, 14])
    ways = list(SLIPS.values())
    picks = zip(codes, rng.integers(0, _SHARE, len(codes)), strict=True)
    written = [ways[n](code, row) if code and n < len(ways) else code for row, (code, n) in enumerate(picks)]
    return pl.Series(written, dtype=pl.String)


def _one_wrong(code: str, number: int) -> str:
    """A character of the organisation code or behind it is another one."""
    place = 8 + number % 10
    at = USCC_ALPHABET.index(code[place])
    return code[:place] + USCC_ALPHABET[(at + 7) % len(USCC_ALPHABET)] + code[place + 1 :]


def _old_tax_id(code: str, _number: int) -> str:
    """Region and organisation code: the tax id of before."""
    return code[2:8] + code[8:17]


def _registration_number(code: str, number: int) -> str:
    """Fifteen digits of the registry, the last one a check digit (ISO 7064 modulo 11,10)."""
    body, product = f"{code[2:8]}{number * 7919 % 10**8:08d}", 10
    for digit in body:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return body + str((11 - product) % 10)


SLIPS: dict[str, Slip] = {
    "party-code-one-wrong": _one_wrong,
    "party-code-tax-id": _old_tax_id,
    "party-code-registration": _registration_number,
}
