"""The rules for check digits as SQL over one text column, for models and for typing.

The facts (alphabets, weights) are those of gtin and uscc; tests hold SQL, column and single reader equal.
Portable to DuckDB and Spark: SUBSTRING, STRPOS, CAST and a CASE, no function of ours in the engine.
"""

from __future__ import annotations

from master_data.uscc import (
    ALPHABET,
    LENGTH,
    ORGANISATION_ALPHABET,
    ORGANISATION_CHECKS,
    ORGANISATION_END,
    ORGANISATION_START,
    ORGANISATION_WEIGHTS,
    WEIGHTS,
)


def gtin_is_valid(text: str) -> str:
    """True for 8, 12, 13 or 14 digits with the right check digit; NULL text gives NULL."""
    padded = f"LPAD({text}, 14, '0')"
    weighted = " + ".join(
        f"CAST(SUBSTRING({padded}, {i + 1}, 1) AS INT) * {3 if i % 2 == 0 else 1}" for i in range(14)
    )
    shape = f"REGEXP_MATCHES({text}, '^([0-9]{{8}}|[0-9]{{12,14}})$')"
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {shape} THEN ({weighted}) % 10 = 0 ELSE FALSE END"


def credit_code_is_valid(text: str) -> str:
    """True for 18 characters with both checks right (modulo 31, modulo 11); NULL text gives NULL."""
    shape = f"REGEXP_MATCHES({text}, '^[{ALPHABET}]{{{LENGTH}}}$')"
    whole = _weighted(text, ALPHABET, (*WEIGHTS, 1), 1)
    part = _weighted(text, ORGANISATION_ALPHABET, ORGANISATION_WEIGHTS, ORGANISATION_START + 1)
    last = _digit(text, ORGANISATION_CHECKS, ORGANISATION_END)
    valid = f"({whole}) % 31 = 0 AND ({part} + {last}) % 11 = 0 AND {last} >= 0"
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {shape} THEN {valid} ELSE FALSE END"


def _weighted(text: str, alphabet: str, weights: tuple[int, ...], first: int) -> str:
    return " + ".join(f"{_digit(text, alphabet, first + i)} * {weight}" for i, weight in enumerate(weights))


def _digit(text: str, alphabet: str, place: int) -> str:
    return f"(STRPOS('{alphabet}', SUBSTRING({text}, {place}, 1)) - 1)"
