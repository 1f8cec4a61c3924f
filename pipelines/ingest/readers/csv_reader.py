"""Reads delimited text: gate first, then a parse that takes every value as the text that came.

stream of UTF-8 -> blocks of whole records -> csv_gate -> good bytes -> polars (no quotes) or pyarrow
(quotes). Two programs see every block: when the parser counts other rows than the gate, the file is rejected.
"""

import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pipelines.ingest.readers.csv_bytes import CR, LF, Dialect
from pipelines.ingest.readers.csv_dialect import settle
from pipelines.ingest.readers.csv_gate import MAX_RECORD, Gated, gate
from pipelines.ingest.readers.csv_header import read_header
from pipelines.ingest.readers.csv_stream import find_uniform
from pipelines.ingest.readers.encoding import open_text
from pipelines.ingest.readers.header import Header
from pipelines.ingest.readers.kind import require_no_hole
from pipelines.ingest.records import ROW, Chunk, FileRejected, Parsed, bad_record, lossy_text, text_frame
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
    _require_lines(stream, dialect)
    header = read_header(stream, dialect, contract) if contract.has_header else Header(expected, expected)
    if header.kept_out:
        return Parsed(encoding, _kept_out(stream, dialect, header), drifts=header.drifts)
    dialect = replace(dialect, fields=len(header.names))
    # The straight way skips a header and nothing else.
    is_plain = not contract.framing.skip_lines
    uniform = find_uniform(stream, dialect, header.names, contract.has_header) if is_plain else None
    return Parsed(encoding, _chunks(stream, dialect, header, contract), uniform, drifts=header.drifts)


def _require_lines(stream: IO[bytes], dialect: Dialect) -> None:
    """A first record that does not end is one giant line, or has other line ends than the contract says."""
    start = stream.tell()
    head = stream.read(MAX_RECORD + 1)
    stream.seek(start)
    if len(head) > MAX_RECORD and dialect.line_end not in head:
        raise _giant_line(MAX_RECORD)


def _giant_line(size: int) -> FileRejected:
    return FileRejected(Rule.GIANT_LINE, f"{size} 字节内没有行结束符 | No line ends within {size} bytes")


def _kept_out(stream: IO[bytes], dialect: Dialect, header: Header) -> Iterator[Chunk]:
    """Every record as it came, none of them taken: no record has as many fields as the gate is told."""
    seen, none = 0, text_frame({name: [] for name in header.taken}, [])
    with stream:
        blocks = _gated(stream, replace(dialect, fields=MAX_RECORD + 2))
        for gated in blocks:
            _require_whole(gated, seen, blocks)
            drifted = {Rule.FIELD_COUNT: (Rule.DRIFT, header.kept_out)}
            bad = (
                bad_record(seen + 1 + b.ordinal, *drifted.get(b.rule, (b.rule, b.message)), b.raw)
                for b in gated.bad
            )
            yield Chunk(none, tuple(bad))
            seen += gated.records


def _require_whole(gated: Gated, seen: int, rest: Iterator[Gated]) -> None:
    """Text that was damaged before it came condemns the file; `rest` is asked how many records follow."""
    for bad in gated.bad:
        require_no_hole(bad.raw, seen + 1 + bad.ordinal)
        if bad.rule is Rule.LOSSY_TEXT:
            records = seen + gated.records + sum(later.records for later in rest)
            raise lossy_text(seen + 1 + bad.ordinal, records)


def _chunks(stream: IO[bytes], dialect: Dialect, header: Header, contract: Contract) -> Iterator[Chunk]:
    seen, names, taken = 0, header.names, header.taken
    with stream:
        blocks = _gated(stream, dialect)
        for gated in blocks:
            _require_whole(gated, seen, blocks)
            chunk = _chunk(gated, dialect, names, seen)
            yield chunk if names == taken else replace(chunk, rows=chunk.rows.select([*taken, ROW]))
            seen += gated.records
    if not seen and not contract.framing.accepts_no_records:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")


def _chunk(gated: Gated, dialect: Dialect, names: list[str], seen: int) -> Chunk:
    numbers = (np.arange(gated.records) if gated.ordinals is None else gated.ordinals) + (seen + 1)
    frame = _parse(gated, dialect, names, len(numbers)).hstack([pl.Series(ROW, numbers, pl.Int64)])
    bad = [
        bad_record(seen + 1 + b.ordinal, b.rule, b.message, _as_it_came(b.raw, dialect)) for b in gated.bad
    ]
    if len(names) > 1 and (frame[names[0]] == names[0]).any():
        _refuse_header(frame, names)
    return Chunk(frame, tuple(bad))


def _as_it_came(raw: bytes, dialect: Dialect) -> bytes:
    return raw.replace(bytes([dialect.separator]), dialect.delimiter.encode()) if dialect.delimiter else raw


def _refuse_header(frame: pl.DataFrame, names: list[str]) -> None:
    """A header in the middle is two extracts in one file, and the second may be of another table."""
    again = frame.filter(pl.all_horizontal(pl.col(name) == name for name in names))
    if again.height:
        row = again[ROW][0]
        raise FileRejected(
            Rule.TWO_TABLES, f"第 {row} 条记录又是表头 | The header comes again as record {row}", row
        )


def _gated(stream: IO[bytes], dialect: Dialect) -> Iterator[Gated]:
    """Blocks through the gate; a record cut by a block's end is carried to the next block."""
    carry, last, ended = b"", False, False
    while not last:
        piece = stream.read(BLOCK)
        last = len(piece) < BLOCK
        data = carry + piece
        cut = data.rfind(dialect.line_end) + 1
        block = _ended(data, dialect) if last else data[:cut]
        if block:
            gated = gate(block, dialect, last=last, ended=ended)
            ended = gated.ended
            carry = data[gated.consumed :]
            if gated.records:
                yield gated
        elif len(data) > BLOCK:
            raise _giant_line(BLOCK)
        else:
            carry = data


def _ended(data: bytes, dialect: Dialect) -> bytes:
    """The last block, ending in exactly one line end; blank lines at the end are no records."""
    end = bytes([dialect.line_end])
    if dialect.line_end not in {LF, CR}:
        tail = data.rstrip(b"\r\n")
        return tail if not tail or tail.endswith(end) else data + end
    if dialect.fields > 1 and data[-3:].count(end) > 1:
        data = data.rstrip(b"\r\n")
    return data if not data or data.endswith(end) else data + end


def _parse(gated: Gated, dialect: Dialect, names: list[str], rows: int) -> pl.DataFrame:
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    try:
        frame = _parser(gated, dialect)(_shielded(gated.good), dialect, names)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid) as error:
        raise _disagreement(str(error)) from error
    if frame.height != rows:
        raise _disagreement(f"{frame.height} != {rows}")
    return frame


def _shielded(good: bytes) -> bytes:
    """The bytes with a mark before them where they begin with one: parsers take the first for no content."""
    return BOM_UTF8 + good if good.startswith(BOM_UTF8) else good


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
    records = good.decode("utf-8-sig").split(chr(dialect.line_end))[:-1]
    rows = [record.split(chr(dialect.separator)) for record in records]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _parse_quoted(good: bytes, dialect: Dialect, names: list[str]) -> pl.DataFrame:
    assert dialect.quote is not None
    table = arrow_csv.read_csv(
        io.BytesIO(good),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(good) + 1, use_threads=False),
        parse_options=arrow_csv.ParseOptions(
            delimiter=chr(dialect.separator),
            quote_char=chr(dialect.quote),
            double_quote=dialect.escape is None,
            escape_char=False if dialect.escape is None else chr(dialect.escape),
            newlines_in_values=True,
            ignore_empty_lines=False,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    if dialect.delimiter and bytes([dialect.separator]) in good:
        inside = pl.all().str.replace_all(chr(dialect.separator), dialect.delimiter, literal=True)
        frame = frame.with_columns(inside)
    return frame
