"""The header line of delimited text: its names, by the dialect's own quoting.

stream at its start -> read_header() -> Header, stream at the first record.
"""

import csv
from typing import IO

import numpy as np

from pipelines.ingest.readers.csv_bytes import Dialect, broken_quote, outside, quotes_of
from pipelines.ingest.readers.csv_gate import MAX_RECORD
from pipelines.ingest.readers.header import Header, check_header
from pipelines.ingest.readers.plain import pieces
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract


def read_header(stream: IO[bytes], dialect: Dialect, contract: Contract) -> Header:
    """The header line against the contract; the stream is left at the first record.

    Raises:
        FileRejected: There is none, or the contract does not take it.
    """
    start = stream.tell()
    head = stream.read(MAX_RECORD)
    if not head.strip():
        raise FileRejected(Rule.EMPTY, "文件无内容 | The file holds nothing")
    line = _first_record(head, dialect)
    stream.seek(start + len(line) + 1)
    names = _names(line.decode("utf-8", "replace").removesuffix("\r"), dialect)
    header = check_header(names, contract, lambda: _count_records(stream, dialect))
    stream.seek(start + len(line) + 1)
    return header


def _first_record(head: bytes, dialect: Dialect) -> bytes:
    """Up to the first line end outside quotes; a header whose quotes are broken is its first line."""
    view = np.frombuffer(head, np.uint8)
    ends = np.flatnonzero(view == dialect.line_end)
    quotes = quotes_of(view, dialect)
    whole = ends if broken_quote(view, quotes, dialect) is not None else outside(ends, quotes)
    return head[: int(whole[0])] if whole.size else head


def _names(line: str, dialect: Dialect) -> list[str]:
    separator = chr(dialect.separator)
    if dialect.quote is None:
        return line.split(separator)
    escape = None if dialect.escape is None else chr(dialect.escape)
    reading = csv.reader(
        [line],
        delimiter=separator,
        quotechar=chr(dialect.quote),
        doublequote=escape is None,
        escapechar=escape,
        strict=True,
    )
    try:
        names = next(reading)
    except csv.Error:
        return [line]
    return [name.replace(separator, dialect.delimiter or separator) for name in names]


def _count_records(stream: IO[bytes], dialect: Dialect) -> int:
    return sum(piece.count(dialect.line_end) for piece in pieces(stream))
