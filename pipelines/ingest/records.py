"""What every reader gives: chunks of text rows, each with the records it could not take.

file -> reader -> Parsed(encoding, chunks) -> rows to the raw zone, bad records to quarantine.
A reader that cannot take the file at all raises FileRejected.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from pipelines.ingest.drift import DriftLog
from pipelines.ingest.rules import Rule

if TYPE_CHECKING:
    from pipelines.ingest.readers.csv_stream import Uniform

ROW = "_row"
# Quarantine shows enough to judge a record; the whole of it stays in the original.
RAW_TEXT_LIMIT = 65_536
# What a decoder leaves behind when text was damaged before it came here: U+FFFD, and U+FFFD read as GBK.
LOSSY = ("\ufffd", "锟斤拷")
NOTHING_HELD = "所有字段皆空 | No field holds anything"
# Windows-1252 punctuation that was read as Latin-1.
C1 = re.compile("[\x80-\x9f]")
CONTROLS_FOUND = "含 C1 控制字符（U+0080–U+009F） | Holds C1 control characters (U+0080 to U+009F)"


class FileRejected(Exception):
    """No record of the file can be taken for this contract.

    Attributes:
        rule: The rule the file breaks.
        reason: Chinese | English.
        records: How many records were seen in it, 0 when they cannot be counted.
        drifts: What in it is not as the contract says.
    """

    def __init__(self, rule: Rule, reason: str, records: int = 0, drifts: DriftLog | None = None) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason
        self.records = records
        self.drifts = drifts or DriftLog()


@dataclass(frozen=True)
class BadRecord:
    """A record that goes to quarantine as it came."""

    row_no: int
    rule: Rule
    message: str
    raw_text: str


@dataclass(frozen=True)
class Chunk:
    """Some records of a file, in file order.

    Attributes:
        rows: The contract's columns and accepted new ones as text, then `_row` (record number, from 1).
        bad: Records in the same stretch of the file that cannot be taken.
    """

    rows: pl.DataFrame
    bad: tuple[BadRecord, ...]


@dataclass(frozen=True)
class Parsed:
    """An opened file: the encoding that fits, and its records, read as they are asked for.

    `uniform` is set when the file can also be streamed whole; `notes` (Chinese | English) and `drifts`,
    complete when all chunks are read, say what the reader did to read it and what was not as agreed.
    """

    encoding: str
    chunks: Iterator[Chunk]
    uniform: "Uniform | None" = None
    notes: list[str] = field(default_factory=list)
    drifts: DriftLog = field(default_factory=DriftLog)


def bad_record(row_no: int, rule: Rule, message: str, raw: bytes | str) -> BadRecord:
    """A quarantine entry whose raw text is bounded."""
    text = raw.decode("utf-8", "backslashreplace") if isinstance(raw, bytes) else raw
    if len(text) > RAW_TEXT_LIMIT:
        message += f"；原文截至 {RAW_TEXT_LIMIT} 字符 | raw text cut at {RAW_TEXT_LIMIT} characters"
        text = text[:RAW_TEXT_LIMIT]
    return BadRecord(row_no, rule, message, text)


def is_lossy(text: str) -> bool:
    """Whether text holds the marks of a lossy decoding."""
    return any(mark in text for mark in LOSSY)


def lossy_text(row_no: int, records: int) -> FileRejected:
    """The rejection of a file whose text was damaged before it came: what else was lost leaves no mark."""
    return FileRejected(
        Rule.LOSSY_TEXT,
        f"第 {row_no} 条记录含替换字符（U+FFFD 或锟斤拷） | "
        f"Record {row_no} holds replacement characters (U+FFFD or 锟斤拷)",
        records,
    )


def unfit(values: Sequence[str | None]) -> tuple[Rule, str] | None:
    """Why the values of a record cannot be taken: none at all, NUL, C1 controls; None when they can."""
    if len(values) > 1 and not any(values):
        return Rule.BLANK, NOTHING_HELD
    text = "\n".join(value for value in values if value)
    if "\0" in text:
        return Rule.NUL, "含 NUL 字符 | Holds NUL"
    if not text.isascii() and C1.search(text):
        return Rule.CONTROLS, CONTROLS_FOUND
    return None


def text_frame(columns: dict[str, list[str | None]], rows: list[int]) -> pl.DataFrame:
    """Rows as text columns plus their record numbers."""
    data: dict[str, pl.Series] = {
        name: pl.Series(name, values, pl.String) for name, values in columns.items()
    }
    return pl.DataFrame({**data, ROW: pl.Series(ROW, rows, pl.Int64)})
