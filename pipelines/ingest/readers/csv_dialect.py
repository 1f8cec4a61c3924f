"""Brings delimited text of any contract to one-byte separators, which the gate and the parsers share.

Ordinary files (one-byte delimiter, LF or CRLF) pass untouched. `+|` between fields and `&|` after records, as
SQL Server's bulk export writes them, become the ASCII unit and record separators; such files know no quoting
unless the contract says so.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.ingest.readers.csv_bytes import Dialect
from pipelines.ingest.readers.csv_gate import MAX_RECORD
from pipelines.ingest.readers.plain import pieces, spool
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

UNIT, RECORD = b"\x1f", b"\x1e"


def settle(text: IO[bytes], contract: Contract, scratch: Path) -> tuple[IO[bytes], Dialect]:
    """The stream past the lines above its table, and the dialect to read it with.

    Raises:
        FileRejected: DQ-FIL-002 when the text already holds the bytes that would stand for its separators;
            DQ-FIL-004 when it ends above the table.
    """
    if contract.delimiter is None:
        raise ValueError(f"contract {contract.id} is csv and names no delimiter")
    framing, one_byte = contract.framing, len(contract.delimiter.encode()) == 1
    line_end = (framing.line_end or "\n").encode()
    quote = framing.quote if framing.quote is not None else '"' if one_byte and not framing.line_end else ""
    is_plain = one_byte and len(line_end) == 1
    stream = text if is_plain else _with_marks(text, contract.delimiter.encode(), line_end, scratch)
    dialect = Dialect(
        separator=contract.delimiter.encode()[0] if is_plain else UNIT[0],
        line_end=line_end[0] if len(line_end) == 1 else RECORD[0],
        quote=ord(quote) if quote else None,
        fields=len(contract.columns),
        escape=ord(framing.escape) if framing.escape else None,
        delimiter=None if is_plain else contract.delimiter,
    )
    _skip_lines(stream, dialect, framing.skip_lines)
    return stream, dialect


def _with_marks(text: IO[bytes], delimiter: bytes, line_end: bytes, scratch: Path) -> IO[bytes]:
    """The text with one byte for each separator and, when it is longer than a byte, each line end."""
    out = spool(scratch)
    for part in _whole_records(text, line_end):
        if UNIT in part or RECORD in part:
            raise FileRejected(
                Rule.UNREADABLE, "含控制字符 U+001E 或 U+001F | Holds control characters U+001E or U+001F"
            )
        if len(line_end) > 1:
            part = re.sub(re.escape(line_end) + rb"(?:\r?\n)?", RECORD, part)
        out.write(part.replace(delimiter, UNIT))
    text.close()
    out.seek(0)
    return out


def _skip_lines(stream: IO[bytes], dialect: Dialect, lines: int) -> None:
    start, at = stream.tell(), 0
    head = stream.read(MAX_RECORD) if lines else b""
    for _ in range(lines):
        at = head.find(dialect.line_end, at) + 1
        if not at:
            raise FileRejected(
                Rule.EMPTY,
                f"不足 {lines} 行，表头之前已结束 | Ends within the {lines} lines above the header",
            )
    stream.seek(start + at)


def _whole_records(text: IO[bytes], line_end: bytes) -> Iterator[bytes]:
    """Bounded parts that never cut a line end, nor the newline after it."""
    carry = b""
    for piece in pieces(text):
        data = carry + piece
        cut = data.rfind(line_end, 0, len(data) - 2)
        cut = 0 if cut < 0 else cut + len(line_end)
        while cut and data[cut : cut + 1] in (b"\r", b"\n"):
            cut += 1
        yield data[:cut]
        carry = data[cut:]
    yield carry
