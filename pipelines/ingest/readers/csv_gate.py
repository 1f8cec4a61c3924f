"""The record gate of CSV: cuts bytes into records and tells the good from the broken, without parsing values.

block of UTF-8 bytes -> Gated(good bytes, record numbers, bad records, bytes consumed).
A block whose only structure is N separators per line passes by one comparison; every other block is analysed
with
NumPy: quote parity, separators outside quotes, stray quotes and line ends, NUL and damaged text. No per-row
Python on good records.
"""

from dataclasses import dataclass, field

import numpy as np

from pipelines.ingest.readers.csv_bytes import (
    Dialect,
    Positions,
    broken_quote,
    outside,
    quotes_of,
    stray,
    without,
)
from pipelines.ingest.readers.csv_lines import whole_lines
from pipelines.ingest.readers.csv_reasons import BROKEN, Records, reasons_of, words_of
from pipelines.ingest.readers.csv_uniform import uniform_rows
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

# A record longer than this is a quote that was never closed.
MAX_RECORD = 1 << 20
# With more broken records than this, the file is broken.
MAX_BAD = 100_000
# With more broken quotes than this in a block, counting those of a stretch of lines once, likewise.
MAX_STEPS = 4000
WINDOW = 1 << 12


@dataclass(frozen=True)
class BadSpan:
    """A record that cannot be taken: its number within the block, why, and its bytes."""

    ordinal: int
    rule: Rule
    message: str
    raw: bytes


@dataclass(frozen=True)
class Gated:
    """A block after the gate.

    Attributes:
        good: Bytes of the good records, each with its line end.
        ordinals: Their numbers within the block, 0-based; None when all are good.
        records: All records seen, good and bad.
        bad: Records that cannot be taken, the first MAX_BAD of them when there are more.
        consumed: Bytes of the block that were decided; the rest belongs to the next block.
        ended: A record without content ended the table; nothing behind it is good.
    """

    good: bytes
    ordinals: Positions | None
    bad: tuple[BadSpan, ...]
    records: int
    consumed: int
    quoted: bool
    ended: bool


def gate(block: bytes, dialect: Dialect, *, last: bool, ended: bool = False) -> Gated:
    """Decides every complete record of a block; `last` says that nothing follows.

    The block must end in a line end when it is the last. `ended` says that the table ended before it.
    """
    rows = None if ended else uniform_rows(block, dialect)
    if rows is not None:
        return Gated(block, None, (), rows, len(block), False, False)
    cut = _Cut(block, dialect, last, ended)
    cut.run()
    return cut.result()


@dataclass
class _Cut:
    """Walks a block in windows: all of it at first, small steps after each broken record."""

    block: bytes
    dialect: Dialect
    last: bool
    ended: bool
    starts: list[Positions] = field(default_factory=list)
    ends: list[Positions] = field(default_factory=list)
    fields: list[Positions] = field(default_factory=list)
    stray: list[Positions] = field(default_factory=list)
    position: int = 0
    quoted: bool = False
    steps: int = 0

    def __post_init__(self) -> None:
        self.bytes = np.frombuffer(self.block, np.uint8)

    def run(self) -> None:
        """Cuts until the block is decided or its tail needs the next block."""
        window = len(self.block)
        while self.position < len(self.block):
            high = self._window_end(self.position + window)
            before = self.position
            broken = self._take(before, high)
            if broken is not None:
                self._step_over(broken)
                window = WINDOW
            elif self.position > before:
                window = min(window * 4, len(self.block))
            elif high - before > MAX_RECORD or (self.last and high == len(self.block)):
                self._drop(None)
                window = WINDOW
            elif high == len(self.block):
                return
            else:
                window *= 4

    def _window_end(self, target: int) -> int:
        if target >= len(self.block):
            return len(self.block)
        end = self.block.find(self.dialect.line_end, target)
        return len(self.block) if end < 0 else end + 1

    def _take(self, low: int, high: int) -> int | None:
        """Records the window's complete records; gives the place of the first broken quote, if any."""
        part, dialect = self.bytes[low:high], self.dialect
        quotes = quotes_of(part, dialect)
        ends = outside(np.flatnonzero(part == dialect.line_end), quotes)
        broken = broken_quote(part, quotes, dialect)
        if broken is not None:
            ends = ends[ends < broken]
        self.quoted |= bool(quotes.size)
        if ends.size:
            separators = outside(np.flatnonzero(part == dialect.separator), quotes)
            starts = np.concatenate(([0], ends[:-1] + 1))
            upto = np.searchsorted(separators, ends)
            self._append(starts + low, ends + low, np.diff(upto, prepend=0) + 1)
            self.stray.append(stray(part[: ends[-1] + 1], quotes, dialect) + low)
            self.position = low + int(ends[-1]) + 1
        return None if broken is None else low + broken

    def _append(self, starts: Positions, ends: Positions, fields: Positions) -> None:
        self.starts.append(starts)
        self.ends.append(ends)
        self.fields.append(fields)

    def _step_over(self, broken: int) -> None:
        """Goes past a record with a broken quote, and past the lines behind it while they stand alone."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise FileRejected(
                Rule.MOSTLY_BROKEN,
                f"引号错误超过 {MAX_STEPS} 处 | Quotes are broken in more than {MAX_STEPS} places",
                sum(map(len, self.ends)),
            )
        if broken >= self._window_end(self.position):
            self._drop(broken)
            return
        window, low = WINDOW, -1
        while low < self.position < len(self.block):
            low, high = self.position, self._window_end(self.position + window)
            self._take_lines(low, high)
            if self.position < high:
                return
            window *= 4

    def _take_lines(self, low: int, high: int) -> None:
        part = self.bytes[low:high]
        lines, quotes = whole_lines(part, self.dialect)
        if lines.ends.size:
            self._append(lines.starts + low, lines.ends + low, lines.fields)
            self.stray.append(stray(part[: lines.ends[-1] + 1], quotes, self.dialect) + low)
            self.position = low + int(lines.ends[-1]) + 1

    def _drop(self, broken: int | None) -> None:
        """Takes the record at the current place as broken and finds where the next one starts."""
        start = self.position
        line_end = self._window_end(start)
        limit = self._window_end(min(start + MAX_RECORD, len(self.block)) if broken is None else broken)
        end = line_end if limit <= line_end or self._looks_like_records(line_end, limit) else limit
        self._append(np.array([start]), np.array([end - 1]), np.array([BROKEN]))
        self.position = end

    def _looks_like_records(self, low: int, high: int) -> bool:
        """Whether the lines a broken quote swallowed are records of their own.

        Most of them must have the right number of separators, and a row must have three fields or more: free
        text over several lines does not look like that. Otherwise the whole stretch is one broken record,
        because taking its lines as rows would invent data.
        """
        part, dialect = self.bytes[low:high], self.dialect
        lines = np.flatnonzero(part == dialect.line_end)
        quotes = quotes_of(part, dialect)
        broken = broken_quote(part, quotes, dialect)
        ends = outside(lines[lines < (high if broken is None else broken)], quotes)
        separators = outside(np.flatnonzero(part == dialect.separator), quotes)
        counts = np.diff(np.searchsorted(separators, ends), prepend=0)
        right = int((counts == dialect.fields - 1).sum())
        return dialect.fields >= 3 and 2 * right >= lines.size

    def result(self) -> Gated:
        """Splits the records into good bytes and bad spans."""
        empty = np.empty(0, np.int64)
        starts, ends, fields = (
            np.concatenate(parts) if parts else empty for parts in (self.starts, self.ends, self.fields)
        )
        reasons, self.ended = reasons_of(
            self.block[: self.position], self.dialect, Records(starts, ends, fields), self.stray, self.ended
        )
        bad = np.flatnonzero(reasons)
        good, ordinals = self.block[: self.position], None
        if bad.size >= MAX_BAD:
            good, ordinals = b"", empty  # the file is going to be refused
        elif bad.size:
            ordinals = np.flatnonzero(reasons == 0)
            good = without(self.block, starts[bad], ends[bad] + 1, self.position)
        spans = (self._span(int(i), reasons, starts, ends, fields) for i in bad[:MAX_BAD])
        return Gated(good, ordinals, tuple(spans), len(starts), self.position, self.quoted, self.ended)

    def _span(
        self, i: int, reasons: Positions, starts: Positions, ends: Positions, fields: Positions
    ) -> BadSpan:
        raw = self.block[int(starts[i]) : int(ends[i])].removesuffix(b"\r")
        rule, message = words_of(int(reasons[i]), int(fields[i]), self.dialect)
        return BadSpan(i, rule, message, raw)
