"""Parties made ready for comparison: every text is read once, whatever it is compared with later.

parties → names taken apart, codes read, place, address and phone in one form → candidate keys.
"""

from __future__ import annotations

import polars as pl

from master_data.identity.candidates import with_keys
from master_data.identity.codes import read_codes
from master_data.identity.names import fold, parse_names
from master_data.identity.party import check_parties
from master_data.identity.places import read_places

# The subscriber's part of a telephone number; area and country codes are written or left out.
_PHONE_DIGITS = 8
# A shorter rest of an address ("1号") names no house of its own.
_SHORTEST_ADDRESS = 4


def prepare(parties: pl.DataFrame) -> pl.DataFrame:
    """Read every party once; the result can be kept, and the rows of new parties put below it.

    Args:
        parties: columns of PARTY_SCHEMA.

    Returns:
        A row per party in its order: record_id, role_code, name_verdict_code, the parts of the name,
        country, own_uscc (valid, and not of the agent of a firm abroad), code, organisation, tax_code,
        seat_en, phone_key, address_key, and the candidate keys.

    Raises:
        NotParties: The frame is not one of parties.
    """
    known = check_parties(parties)
    country = known.select(
        _blank_is_null(pl.col("country_code").str.strip_chars().str.to_uppercase())
    ).to_series()
    read = known.select("record_id", "role_code").hstack(parse_names(known["name"]))
    read = read.with_columns(country=country, phone_key=_phone(known["phone"]))
    return with_keys(_placed(_coded(read, known), known))


def _coded(read: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """A credit code in the record of a firm abroad is its agent's and says nothing about the firm."""
    codes = read_codes(known["uscc"]).rename({"organisation": "inner"})
    taxes = read_codes(known["tax_id"]).select(tax_code="code", tax_inner="organisation")
    is_home = pl.col("country").is_null() | (pl.col("country") == "CN")
    inner = pl.coalesce("inner", "tax_inner")
    return (
        read.hstack(codes)
        .hstack(taxes)
        .with_columns(
            own_uscc=pl.when(is_home & pl.col("is_uscc")).then("code"),
            code=pl.when(is_home).then("code"),
            organisation=pl.when(is_home).then(inner),
        )
        .drop("inner", "tax_inner", "is_uscc")
    )


def _placed(read: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The place in the name comes first: it is part of the registered name, an office moves."""
    seat = read_places(fold(known["city_name"]))
    address = read_places(fold(known["address"]))
    is_named = pl.col("place_en").is_not_null()
    zh = pl.when(is_named).then("place").otherwise(pl.coalesce(seat["place"], address["place"]))
    latin = pl.coalesce("place_en", seat["place_en"], address["place_en"])
    rest = pl.when(address["rest"].str.len_chars() >= _SHORTEST_ADDRESS).then(address["rest"])
    read = read.with_columns(
        place=zh, place_en=latin, seat_en=pl.coalesce(seat["place_en"], address["place_en"])
    )
    return read.with_columns(address_key=rest)


def _phone(written: pl.Series) -> pl.Series:
    digits = written.cast(pl.String).str.slice(0, 64).str.normalize("NFKC").str.replace_all(r"\D", "")
    tail = digits.str.slice(-_PHONE_DIGITS)
    is_filler = tail.str.strip_chars(tail.str.slice(0, 1)) == ""
    return pl.select(pl.when((tail.str.len_chars() == _PHONE_DIGITS) & ~is_filler).then(tail)).to_series()


def _blank_is_null(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
