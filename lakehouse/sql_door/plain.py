"""Answers whose every value Python, polars and spreadsheets can hold: the rest is text as DuckDB writes it.

Arrow table -> by column: as it is; nested -> JSON; else -> the engine's text. DuckDB knows days without end
and before Christ, intervals, codes and bytes; what reads its answers does not.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(microsecond=0, tzinfo=UTC)
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
_AS_THEY_ARE = (
    *(pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating),
    *(pa.types.is_decimal, pa.types.is_string),
)


def plain(rows: pa.Table) -> pa.Table:
    """The rows with columns of numbers, booleans, texts, days and instants only; titles stay."""
    odd = [index for index, column in enumerate(rows.columns) if not _is_plain(column)]
    if not odd:
        return rows
    columns = dict(zip(odd, _texts(rows.select(odd)).columns, strict=True))
    return pa.table(
        [columns.get(i, column) for i, column in enumerate(rows.columns)], names=rows.column_names
    )


def records(rows: pa.Table) -> list[dict[str, Any]]:
    """The rows as JSON holds them: plain values, and nested ones as lists and objects."""
    texts = plain(rows)
    columns = [
        [value and json.loads(value) for value in text.to_pylist()]
        if pa.types.is_nested(column.type)
        else text.to_pylist()
        for column, text in zip(rows.columns, texts.columns, strict=True)
    ]
    return [dict(zip(rows.column_names, values, strict=True)) for values in zip(*columns, strict=True)]


def _is_plain(column: pa.ChunkedArray) -> bool:
    kind = column.type
    if pa.types.is_date32(kind):
        first, last = (_seconds(at) // 86_400 for at in (_FIRST, _LAST))
        return _is_within(column.cast(pa.int32()), first, last)
    if pa.types.is_timestamp(kind) and kind.unit in _PER_SECOND:
        first, last = (_seconds(at) * _PER_SECOND[kind.unit] for at in (_FIRST, _LAST))
        return _is_within(column.cast(pa.int64()), first, last)
    return any(test(kind) for test in _AS_THEY_ARE)


def _seconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1)


def _is_within(numbers: pa.ChunkedArray, least: int, most: int) -> bool:
    found = pl.Series(numbers)
    return bool(found.is_between(least, most).all())


def _texts(odd: pa.Table) -> pa.Table:
    names = [f"c{index}" for index in range(odd.num_columns)]
    parts = [
        f"to_json({name})::VARCHAR" if pa.types.is_nested(column.type) else f"{name}::VARCHAR"
        for name, column in zip(names, odd.columns, strict=True)
    ]
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.register("odd", odd.rename_columns(names))
        return con.execute(f"SELECT {', '.join(parts)} FROM odd").to_arrow_table()
