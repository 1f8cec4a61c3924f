"""Codes of parties as a column: what a written credit code, tax id or registration number is worth.

A credit code (18) holds the organisation code in characters 9 to 17. An old tax id (15) is a region and the
same organisation code; an old registration number (15 digits) is its own thing (GS 15-2006, modulo 11,10).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from master_data import uscc

Values = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_ORGANISATION = slice(uscc.ORGANISATION_START, uscc.ORGANISATION_END)
_OLD_LENGTH, _REGION = 15, 6
# Tax ids have 7 to 15 signs, some with a country before them; shorter and longer text is a remark.
_SHORTEST, _LONGEST = 7, 24
_NO_VALUE = -1
_DIGITS = "0123456789"


def read_codes(written: pl.Series) -> pl.DataFrame:
    """Read a column of codes, row by row.

    Returns columns: `code` (upper case, without blanks and signs; null when what is left is no code:
    无, N/A, 000000000), `is_uscc` (both checks right), `organisation` (the organisation code inside a valid
    credit code, or inside an old tax id if its own check is right).
    """
    bare = pl.col("text").str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    short = pl.when(pl.col("text").str.len_bytes() <= _LONGEST * 4).then("text").alias("text")
    read = written.cast(pl.String).alias("text").to_frame().select(short)
    is_code = bare.str.len_chars().is_between(_SHORTEST, _LONGEST) & bare.str.contains(r"[0-9]")
    is_filler = bare.str.strip_chars(bare.str.slice(0, 1)) == ""
    read = read.select(code=pl.when(is_code & ~is_filler).then(bare))
    signs = _signs(read["code"])
    is_uscc, is_old = _is_uscc(signs), _is_old_tax_id(signs)
    inner, old = pl.col("code").str.slice(_ORGANISATION.start, 9), pl.col("code").str.slice(_REGION)
    return read.with_columns(
        is_uscc=is_uscc,
        organisation=pl.when(pl.lit(is_uscc)).then(inner).when(pl.lit(is_old)).then(old),
    )


def _signs(codes: pl.Series) -> npt.NDArray[np.uint8]:
    """A row of ASCII signs per code, zeros behind it; zeros alone for what holds another sign."""
    is_ascii = codes.str.len_bytes() == codes.str.len_chars()
    text = pl.select(pl.when(is_ascii).then(codes).otherwise(pl.lit(""))).to_series().fill_null("")
    padded = text.str.pad_end(_LONGEST, "\0").str.join("").item() if len(text) else ""
    return np.frombuffer(padded.encode("ascii"), dtype=np.uint8).reshape(-1, _LONGEST)


def _is_uscc(signs: npt.NDArray[np.uint8]) -> Flags:
    values = _values(signs[:, : uscc.LENGTH], uscc.ALPHABET)
    is_whole = (values != _NO_VALUE).all(axis=1) & (signs[:, uscc.LENGTH] == 0)
    is_right: Flags = is_whole & (values @ np.array([*uscc.WEIGHTS, 1]) % 31 == 0)
    return is_right & _is_organisation(signs[:, _ORGANISATION])


def _is_organisation(signs: npt.NDArray[np.uint8]) -> Flags:
    body = _values(signs[:, :8], uscc.ORGANISATION_ALPHABET)
    last = _values(signs[:, 8:9], uscc.ORGANISATION_CHECKS)[:, 0]
    is_right: Flags = (body @ np.array(uscc.ORGANISATION_WEIGHTS) + last) % 11 == 0
    is_known: Flags = (body != _NO_VALUE).all(axis=1) & (last != _NO_VALUE)
    return is_right & is_known


def _is_old_tax_id(signs: npt.NDArray[np.uint8]) -> Flags:
    """A region's six digits and an organisation code; a registration number may look like one by chance."""
    region = _values(signs[:, :_REGION], _DIGITS)
    is_long = signs[:, _OLD_LENGTH] == 0
    is_shaped: Flags = (region != _NO_VALUE).all(axis=1) & is_long
    return is_shaped & _is_organisation(signs[:, _REGION:_OLD_LENGTH]) & ~_is_registration(signs)


def _is_registration(signs: npt.NDArray[np.uint8]) -> Flags:
    """Fifteen digits whose last is right by ISO 7064 modulo 11,10."""
    digits = _values(signs[:, :_OLD_LENGTH], _DIGITS)
    product = np.full(len(signs), 10)
    for place in range(_OLD_LENGTH - 1):
        total = (product + digits[:, place]) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    is_right: Flags = (digits != _NO_VALUE).all(axis=1) & ((product + digits[:, -1]) % 10 == 1)
    return is_right


def _values(signs: npt.NDArray[np.uint8], alphabet: str) -> Values:
    """Each sign's number in an alphabet, -1 for a sign that is not in it."""
    numbers = np.full(256, _NO_VALUE)
    numbers[np.frombuffer(alphabet.encode("ascii"), dtype=np.uint8)] = np.arange(len(alphabet))
    values: Values = numbers[signs]
    return values
