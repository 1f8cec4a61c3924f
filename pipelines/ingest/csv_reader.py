"""Reads delimited text: gate first, then a parse that takes every value as the text that came.

stream of UTF-8 -> blocks of whole records -> csv_gate -> good bytes -> polars (no quotes) or pyarrow
(quotes). Two programs see every block: when the parser counts other rows than the gate, the file is rejected.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pipelines.ingest.csv_bytes import LF, Dialect
from pipelines.ingest.csv_dialect import settle
from pipelines.ingest.csv_gate import MAX_RECORD, Gated, gate
from pipelines.ingest.csv_stream import find_uniform
from pipelines.ingest.header import require_header
from pipelines.ingest.plain import open_text, pieces
from pipelines.ingest.records import ROW, BadRecord, Chunk, FileRejected, Parsed, bad_record
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

BLOCK = 8 << 20


def read_csv(plain: IO[bytes], contract: Contract, scratch: Path) -> Parsed:
    """Opens delimited text against its contract.

    Raises:
        FileRejected: No encoding fits, the header is not the contract's, or there is no record.
    """
    text, encoding = open_text(plain, contract.encodings, scratch)
    stream, dialect = settle(text, contract, scratch)
    expected = [column.physical_name for column in contract.columns]
    names = _header(stream, dialect, expected) if contract.has_header else expected
    uniform = find_uniform(stream, dialect, names, contract.has_header)
    return Parsed(encoding, _chunks(stream, dialect, names, expected), uniform)


def _header(stream: IO[bytes], dialect: Dialect, expected: list[str]) -> list[str]:
    start = stream.tell()
    head = stream.read(MAX_RECORD)
    if not head.strip():
        raise FileRejected(Rule.EMPTY, "文件无内容 | The file holds nothing")
    line, _, _ = head.partition(bytes([dialect.line_end]))
    stream.seek(start + len(line) + 1)
    names = _names(line.decode("utf-8", "replace").removesuffix("\r"), dialect)
    require_header(names, expected, lambda: _count_records(stream, dialect))
    return names


def _names(line: str, dialect: Dialect) -> list[str]:
    if not dialect.quoting:
        return line.split(chr(dialect.separator))
    try:
        return next(csv.reader([line], delimiter=chr(dialect.separator), strict=True))
    except csv.Error:
        return [line]


def _count_records(stream: IO[bytes], dialect: Dialect) -> int:
    return sum(piece.count(dialect.line_end) for piece in pieces(stream))


def _chunks(stream: IO[bytes], dialect: Dialect, names: list[str], expected: list[str]) -> Iterator[Chunk]:
    seen = 0
    with stream:
        for gated in _gated(stream, dialect):
            chunk = _chunk(gated, dialect, names, seen)
            yield chunk if names == expected else replace(chunk, rows=chunk.rows.select([*expected, ROW]))
            seen += gated.records
    if not seen:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")


def _chunk(gated: Gated, dialect: Dialect, names: list[str], seen: int) -> Chunk:
    numbers = (np.arange(gated.records) if gated.ordinals is None else gated.ordinals) + (seen + 1)
    frame = _parse(gated, dialect, names, len(numbers)).hstack([pl.Series(ROW, numbers, pl.Int64)])
    bad = [bad_record(seen + 1 + b.ordinal, b.rule, b.message, b.raw) for b in gated.bad]
    again = (frame[names[0]] == names[0]).arg_true()
    if len(again) and len(names) > 1:
        frame, headers = _without_headers(frame, names)
        bad = sorted([*bad, *headers], key=lambda record: record.row_no)
    return Chunk(frame, tuple(bad))


def _without_headers(frame: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, list[BadRecord]]:
    """A header in the middle is two extracts in one file, not a record."""
    is_header = pl.all_horizontal(pl.col(name) == name for name in names)
    rows = frame.filter(is_header)[ROW].to_list()
    message = "文件中部又出现表头 | The header again, in the middle of the file"
    headers = [bad_record(row, Rule.UNPARSABLE, message, "\t".join(names)) for row in rows]
    return frame.filter(~is_header), headers


def _gated(stream: IO[bytes], dialect: Dialect) -> Iterator[Gated]:
    """Blocks through the gate; a record cut by a block's end is carried to the next block."""
    carry, last = b"", False
    while not last:
        piece = stream.read(BLOCK)
        last = len(piece) < BLOCK
        data = carry + piece
        cut = data.rfind(dialect.line_end) + 1
        block = _ended(data, dialect) if last else data[:cut]
        if block:
            gated = gate(block, dialect, last=last)
            carry = data[gated.consumed :]
            if gated.records:
                yield gated
        else:
            carry = data


def _ended(data: bytes, dialect: Dialect) -> bytes:
    """The last block, ending in exactly one line end; blank lines at the end are no records."""
    end = bytes([dialect.line_end])
    if end != b"\n":
        tail = data.rstrip(b"\r\n")
        return tail if not tail or tail.endswith(end) else data + end
    if dialect.fields > 1 and data[-3:].count(b"\n") > 1:
        data = data.rstrip(b"\r\n")
    return data if not data or data.endswith(end) else data + end


def _parse(gated: Gated, dialect: Dialect, names: list[str], rows: int) -> pl.DataFrame:
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    try:
        frame = _parser(gated, dialect)(gated.good, dialect, names)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid) as error:
        raise _disagreement(str(error)) from error
    if frame.height != rows:
        raise _disagreement(f"{frame.height} != {rows}")
    return frame


def _parser(gated: Gated, dialect: Dialect) -> Callable[[bytes, Dialect, list[str]], pl.DataFrame]:
    if gated.quoted:
        return _parse_quoted
    # polars drops a return at the end of a field, also where returns are data.
    if dialect.line_end != LF and b"\r" in gated.good:
        return _parse_split
    return _parse_plain


def _disagreement(detail: str) -> FileRejected:
    return FileRejected(
        Rule.UNREADABLE, f"两种解析结果不一致：{detail} | Two ways of reading disagree: {detail}"
    )


def _parse_plain(good: bytes, dialect: Dialect, names: list[str]) -> pl.DataFrame:
    return pl.read_csv(
        good,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        separator=chr(dialect.separator),
        eol_char=chr(dialect.line_end),
        quote_char=None,
        empty_string_is_null=False,
        infer_schema=False,
    )


def _parse_split(good: bytes, dialect: Dialect, names: list[str]) -> pl.DataFrame:
    records = good.decode().split(chr(dialect.line_end))[:-1]
    rows = [record.split(chr(dialect.separator)) for record in records]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _parse_quoted(good: bytes, dialect: Dialect, names: list[str]) -> pl.DataFrame:
    table = arrow_csv.read_csv(
        io.BytesIO(good),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(good) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(
            delimiter=chr(dialect.separator), newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
