"""An answer as a file to take away: CSV in which no text can act as a formula, Parquet, Arrow.

Arrow table -> bytes, by column.
"""

from __future__ import annotations

import io
import json
from enum import StrEnum
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

# What a spreadsheet takes for a formula, also behind blanks and quotes and in full width; the ledger's trail
# does the same to a single text. A text that begins with an apostrophe gets one more, so that it can be told.
_LIVE = "^(?:'|[ \"'\u00a0\u3000]*[=+\\-@＝＋－＠\\t\\r\\n|])"


class Format(StrEnum):
    """Forms in which rows leave."""

    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


def as_file(rows: pa.Table, form: Format) -> bytes:
    """The rows in a form."""
    if form is Format.CSV:
        return as_csv(rows)
    out = io.BytesIO()
    if form is Format.PARQUET:
        pq.write_table(rows, out)
    else:
        with pa.ipc.new_file(out, rows.schema) as writer:
            writer.write_table(rows)
    return out.getvalue()


def as_csv(rows: pa.Table) -> bytes:
    """Rows as CSV (UTF-8 with byte order mark); texts and titles that could run begin with an apostrophe."""
    names = rows.column_names
    plain = pa.table(
        [_readable(column) for column in rows.columns], names=[str(i) for i in range(len(names))]
    )
    frame = cast("pl.DataFrame", pl.from_arrow(plain))
    frame = frame.with_columns(_safe(pl.col(pl.String)))
    titles = pl.Series(names, dtype=pl.String).to_frame("t").select(_safe(pl.col("t"))).to_series()
    head = pl.DataFrame([titles.to_list()], orient="row")
    return b"\xef\xbb\xbf" + _lines(head) + _lines(frame)


def _lines(frame: pl.DataFrame) -> bytes:
    """Every text in quotes: one that holds a bare carriage return would otherwise begin a line of its own."""
    out = io.BytesIO()
    frame.write_csv(out, include_header=False, line_terminator="\r\n", quote_style="non_numeric")
    return out.getvalue()


def _safe(texts: pl.Expr) -> pl.Expr:
    return pl.when(texts.str.contains(_LIVE)).then("'" + texts).otherwise(texts).name.keep()


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Nested and binary values as JSON text; everything else as it is."""
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        texts = [
            None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return column
