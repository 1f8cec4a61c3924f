"""Brings delimited text of any contract to one-byte separators, which the gate and the parsers share.

Ordinary files (one-byte delimiter, LF or CRLF) pass untouched. `+|` between fields and `&|` after records, as
SQL Server's bulk export writes them, become the ASCII unit and record separators; such files know no quoting.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.ingest.csv_bytes import LF, Dialect
from pipelines.ingest.plain import pieces, spool
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

UNIT, RECORD = b"\x1f", b"\x1e"


def settle(text: IO[bytes], contract: Contract, scratch: Path) -> tuple[IO[bytes], Dialect]:
    """The stream and the dialect to read it with.

    Raises:
        FileRejected: DQ-FIL-002 when the text already holds the bytes that would stand for its separators.
    """
    if contract.delimiter is None:
        raise ValueError(f"contract {contract.id} is csv and names no delimiter")
    fields, delimiter = len(contract.columns), contract.delimiter.encode()
    if len(delimiter) == 1 and contract.line_end is None:
        return text, Dialect(delimiter[0], LF, True, fields)
    line_end = (contract.line_end or "\n").encode()
    out = spool(scratch)
    for part in _whole_records(text, line_end):
        if UNIT in part or RECORD in part:
            raise FileRejected(
                Rule.UNREADABLE, "含控制字符 U+001E 或 U+001F | Holds control characters U+001E or U+001F"
            )
        records = re.sub(re.escape(line_end) + rb"(?:\r?\n)?", RECORD, part)
        out.write(records.replace(delimiter, UNIT))
    text.close()
    out.seek(0)
    return out, Dialect(UNIT[0], RECORD[0], False, fields)


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
