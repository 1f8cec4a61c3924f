"""An answer as a file to take away: CSV and XLSX in which no text can act as a formula, Parquet, Arrow.

Arrow table -> bytes, by column. Parquet and Arrow keep every type; the others hold plain columns.
"""

from __future__ import annotations

import io
from datetime import datetime
from enum import StrEnum
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.sql_door.plain import plain
from lakehouse.sql_door.sheet import NoSheet, as_xlsx, require_room

# What a spreadsheet takes for a formula, also behind blanks and quotes and in full width; the ledger's trail
# does the same to a single text. A text that begins with an apostrophe gets one more, so that it can be told.
_LIVE = "^(?:'|[ \"'\u00a0\u3000]*[=+\\-@＝＋－＠\\t\\r\\n|])"


class Format(StrEnum):
    """Forms in which rows leave."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    ARROW = "arrow"


def as_file(rows: pa.Table, form: Format, made_at: datetime) -> bytes:
    """The rows in a form; equal rows give equal bytes.

    Args:
        rows: The answer.
        form: CSV, XLSX, Parquet or Arrow.
        made_at: What a workbook states as its time; that of the release.

    Raises:
        NoSheet: No workbook can hold them.
    """
    if form is Format.CSV:
        return as_csv(rows)
    if form is Format.XLSX:
        return as_xlsx(_frame(rows), rows.column_names, made_at)
    out = io.BytesIO()
    if form is Format.PARQUET:
        pq.write_table(rows, out)
    else:
        with pa.ipc.new_file(out, rows.schema) as writer:
            writer.write_table(rows)
    return out.getvalue()


def why_no_sheet(rows: pa.Table) -> str | None:
    """Why these rows have no XLSX form, and what to take instead; None when they have."""
    try:
        require_room(_frame(rows), rows.column_names)
    except NoSheet as refused:
        return str(refused)
    return None


def as_csv(rows: pa.Table) -> bytes:
    """Rows as CSV (UTF-8 with byte order mark); texts and titles that could run begin with an apostrophe."""
    frame = _frame(rows).with_columns(_safe(pl.col(pl.String)))
    names = pl.Series(rows.column_names, dtype=pl.String).to_frame("t")
    titles = names.select(_safe(pl.col("t"))).to_series()
    head = pl.DataFrame([titles.to_list()], orient="row")
    return b"\xef\xbb\xbf" + _lines(head) + _lines(frame)


def _frame(rows: pa.Table) -> pl.DataFrame:
    """Plain columns under their numbers; titles of an answer may be equal."""
    numbered = plain(rows).rename_columns([str(number) for number in range(rows.num_columns)])
    return cast("pl.DataFrame", pl.from_arrow(numbered))


def _lines(frame: pl.DataFrame) -> bytes:
    """Every text in quotes: one that holds a bare carriage return would otherwise begin a line of its own."""
    out = io.BytesIO()
    frame.write_csv(out, include_header=False, line_terminator="\r\n", quote_style="non_numeric")
    return out.getvalue()


def _safe(texts: pl.Expr) -> pl.Expr:
    return pl.when(texts.str.contains(_LIVE)).then("'" + texts).otherwise(texts).name.keep()
