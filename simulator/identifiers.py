"""Check digits and synthetic identifiers: GTIN, GMN (GS1 demonstration prefix 952), USCC (GB 32100-2015)."""

from __future__ import annotations

import numpy as np

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
GMN_ALPHABET = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def gtin_check_digit(body: str) -> str:
    """Check digit for a GTIN body of any length (weights 3,1 from the right)."""
    total = sum(int(c) * (3 if n % 2 == 0 else 1) for n, c in enumerate(reversed(body)))
    return str((10 - total % 10) % 10)


def gtin14(indicator: int, item: int) -> str:
    """GTIN-14 of item number `item` at a packaging level; indicator 0 is the base item."""
    body = f"{indicator}9521234{item:05d}"
    return body + gtin_check_digit(body)


def gmn_check_pair(body: str) -> str:
    """Check pair of a global model number, the Basic UDI-DI (GS1 General Specifications 7.9.5)."""
    primes = [n for n in range(2, 84) if all(n % d for d in range(2, n))]
    total = sum(GMN_ALPHABET.index(c) * w for c, w in zip(reversed(body), primes, strict=False)) % 1021
    pairs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return pairs[total // 32] + pairs[total % 32]


def uscc_check_char(body: str) -> str:
    """Last character of a unified social credit code whose first 17 characters are `body`."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_char(body: str) -> str:
    """Check character of the nine-character organisation code (GB 11714)."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    value = 11 - sum(digits.index(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(value, str(value))


def make_uscc(rng: np.random.Generator, region: str, *, digits_only: bool) -> str:
    """A valid USCC of an imaginary company; `digits_only` ones can lose digits in a spreadsheet."""
    alphabet = "0123456789" if digits_only else "0123456789ABCDEFGHJKLMNPQRTUWXY"
    while True:
        picks = rng.integers(0, len(alphabet), 6)
        organisation = "MA" + "".join(alphabet[p] for p in picks)
        if digits_only:
            organisation = "".join(alphabet[p] for p in rng.integers(0, 10, 8))
        body = "91" + region + organisation + organisation_check_char(organisation)
        code = body + uscc_check_char(body)
        if code.isdigit() == digits_only and not (digits_only and code.endswith("000")):
            return code
