"""Which records are looked at together: those that share a key. No key depends on other records.

A key that counted how common it is would make the pairs of two records depend on a third, and adding records
would no longer give what all at once give. So keys are made selective, and never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from master_data import uscc

# One wrong character leaves one of these two pieces of a credit code whole: characters 9 to 13, 14 to 18.
_PIECES = ((8, 5), (13, 5))
# A longer form of a core begins with these letters of it, or with these signs if it is Chinese.
_LATIN_HEAD, _CHINESE_HEAD = 4, 2
# Names with more words of trade than this are found by the first ones.
_TRADES = 3
# Rows whose partners are joined at once: bounds memory where many records share a key.
_ROWS_AT_ONCE = 16_384
_LISTS = ("keys", "asks", "answers")


def with_keys(read: pl.DataFrame) -> pl.DataFrame:
    """Add the lists of candidate keys.

    keys: two records with one of these in common are compared. asks, answers: so are a record that asks and
    one that answers (a name without place or trade asks all who bear it; a broken code asks every code).
    """
    core, place, code = pl.col("core_latin"), pl.col("place_en"), pl.col("code")
    signs = pl.when("is_latin").then(core.str.slice(0, _LATIN_HEAD))
    head = signs.otherwise(pl.col("core").str.slice(0, _CHINESE_HEAD))
    trades = pl.col("trade_key").str.split("+")
    distinctive = pl.when(~pl.col("is_generic")).then(core)
    keys = [
        *(_key(name, pl.col(name)) for name in ("own_uscc", "organisation", "code", "tax_code", "phone_key")),
        _key("address", pl.col("address_key"), place),
        _key("core", core, place),
        _key("head", head, place),
        *(_key("trade", distinctive, trades.list.get(n, null_on_oob=True)) for n in range(_TRADES)),
    ]
    is_bare = place.is_null() | trades.is_null()
    whole = pl.when(code.str.len_chars() == uscc.LENGTH).then(code)
    pieces = [_key(f"from_{start}", whole.str.slice(start, width)) for start, width in _PIECES]
    broken = [pl.when(pl.col("own_uscc").is_null()).then(piece) for piece in pieces]
    return read.with_columns(
        keys=_listed(keys),
        asks=_listed([_key("bare", pl.when(is_bare).then(distinctive)), *broken]),
        answers=_listed([_key("bare", distinctive), *pieces]),
    )


def candidates(prepared: pl.DataFrame, new: pl.Series | None = None) -> Iterator[pl.DataFrame]:
    """Yield pairs of row numbers (`left`, `right`) whose records share a key, each pair once.

    The record id of the left row is the smaller one. With `new`, only pairs with a record of these ids.
    """
    ids = prepared["record_id"]
    rows = prepared.select("record_id", *_LISTS).with_row_index("row")
    is_new = ids.is_in(new.to_list()) if new is not None else pl.repeat(value=True, n=len(ids), eager=True)
    tables = {name: _long(rows, name) for name in _LISTS}
    for part in rows.filter(is_new).iter_slices(_ROWS_AT_ONCE):
        yield _pairs(part, tables, ids, is_new)


def _pairs(
    part: pl.DataFrame, tables: dict[str, pl.DataFrame], ids: pl.Series, is_new: pl.Series
) -> pl.DataFrame:
    """Pairs of these rows with all others; of two new rows the one of smaller id finds the other."""
    ways = (("keys", "keys"), ("asks", "answers"), ("answers", "asks"))
    found = [
        _long(part, mine).join(tables[theirs], on="key", suffix="_other").select("row", "row_other")
        for mine, theirs in ways
    ]
    both = pl.concat(found).filter(pl.col("row") != pl.col("row_other"))
    both = both.with_columns(
        mine=pl.lit(ids).gather(pl.col("row")),
        theirs=pl.lit(ids).gather(pl.col("row_other")),
        is_new=pl.lit(is_new).gather(pl.col("row_other")),
    )
    is_left = pl.col("mine") < pl.col("theirs")
    return (
        both.filter(is_left | ~pl.col("is_new"))
        .select(
            left=pl.when(is_left).then("row").otherwise("row_other"),
            right=pl.when(is_left).then("row_other").otherwise("row"),
        )
        .unique()
    )


def _long(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select("row", key=name).explode("key").drop_nulls()


def _key(name: str, *parts: pl.Expr) -> pl.Expr:
    """One key; null when a part is missing."""
    return pl.concat_str(pl.lit(name), pl.col("role_code"), *parts, separator="|")


def _listed(keys: list[pl.Expr]) -> pl.Expr:
    return pl.concat_list(keys).list.drop_nulls()
