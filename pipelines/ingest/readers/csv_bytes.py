"""What can be seen in a block of delimited text with array operations alone.

bytes -> positions of quotes, separators, line ends and damage. No record is looked at one by one.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.ingest.records import LOSSY

Positions = npt.NDArray[np.int64]
View = npt.NDArray[np.uint8]
LF, CR = 0x0A, 0x0D
# C1 controls in UTF-8: what Windows-1252 punctuation becomes when it is read as Latin-1.
CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
MARKS = tuple(mark.encode() for mark in LOSSY)


@dataclass(frozen=True)
class Dialect:
    """How a file's bytes are cut, one byte each.

    Attributes:
        quote: None for text that knows no quotes.
        escape: What stands before a quote that is part of a value; None where it is doubled (RFC 4180).
        delimiter: What the separator stood for in the file when that was longer than a byte.
    """

    separator: int
    line_end: int
    quote: int | None
    fields: int
    escape: int | None = None
    delimiter: str | None = None


def outside(places: Positions, quotes: Positions) -> Positions:
    """Places with an even number of quotes before them."""
    return places[(np.searchsorted(quotes, places) & 1) == 0] if quotes.size else places


def quotes_of(part: View, dialect: Dialect) -> Positions:
    """Quotes that open or close; one behind an escape is part of a value."""
    if dialect.quote is None:
        return np.empty(0, np.int64)
    quotes = np.flatnonzero(part == dialect.quote)
    if dialect.escape is None:
        return quotes
    return np.setdiff1d(quotes, escapes_of(part, dialect.escape) + 1, assume_unique=True)


def escapes_of(part: View, escape: int) -> Positions:
    """Escapes that act on the next byte: every second one of a run, from its first."""
    places = np.flatnonzero(part == escape)
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    since = np.arange(places.size) - np.repeat(starts, np.diff(np.append(starts, places.size)))
    first: Positions = places[since % 2 == 0]
    return first


def broken_quote(part: View, quotes: Positions, dialect: Dialect) -> int | None:
    """First quote that neither opens a field, nor closes one, nor is doubled."""
    wrong = misplaced(part, quotes[0::2], quotes[1::2], dialect)
    return int(wrong.min()) if wrong.size else None


def misplaced(part: View, opening: Positions, closing: Positions, dialect: Dialect) -> Positions:
    """Opening quotes that stand at no field's start, and closing ones at no field's end."""
    before = part[opening - 1]
    edge = (before == dialect.separator) | (before == dialect.line_end) | (opening == 0)
    after = part[np.minimum(closing + 1, len(part) - 1)]
    returned = (after == CR) & (part[np.minimum(closing + 2, len(part) - 1)] == LF) & (dialect.line_end == LF)
    shut = (after == dialect.separator) | (after == dialect.line_end) | returned
    if dialect.escape is None:
        edge, shut = edge | (before == dialect.quote), shut | (after == dialect.quote)
    return np.concatenate((opening[~edge], closing[~shut]))


def stray(part: View, quotes: Positions, dialect: Dialect) -> Positions:
    """Places that make a record ambiguous; the part ends in a line end, so a byte always follows.

    They are returns outside quotes that end no line (line feeds, where a return ends it), and escapes of
    anything but a quote or an escape inside quotes: readers differ on whether such a backslash stays.
    """
    places = []
    if dialect.line_end == LF:
        returns = np.flatnonzero(part == CR)
        places.append(outside(returns[part[returns + 1] != LF], quotes))
    elif dialect.line_end == CR:
        places.append(outside(np.flatnonzero(part == LF), quotes))
    if dialect.escape is not None:
        escapes = escapes_of(part, dialect.escape)
        following = part[escapes + 1]
        inside = (np.searchsorted(quotes, escapes) & 1) == 1
        places.append(escapes[~(inside & ((following == dialect.quote) | (following == dialect.escape)))])
    return np.concatenate(places) if places else np.empty(0, np.int64)


def has_marks(block: bytes) -> bool:
    """Whether a block holds anything that lossy() or controls() would find."""
    # One byte is found ten times as fast as three; only where it occurs are the three looked for.
    return not block.isascii() and (
        (b"\xef" in block and MARKS[0] in block)
        or MARKS[1] in block
        or (b"\xc2" in block and CONTROLS.search(block) is not None)
    )


def controls(block: bytes) -> Positions:
    """C1 control characters."""
    found = CONTROLS.finditer(block) if b"\xc2" in block else ()
    return np.array([match.start() for match in found], np.int64)


def lossy(block: bytes) -> Positions:
    """Marks of a lossy decoding."""
    if block.isascii():
        return np.empty(0, np.int64)
    places = []
    for mark in MARKS:
        start = block.find(mark)
        while start >= 0:
            places.append(start)
            start = block.find(mark, start + len(mark))
    return np.array(places, np.int64)


def blanks(block: bytes, starts: Positions, ends: Positions, dialect: Dialect) -> Positions:
    """Numbers of the records whose fields are all empty, quoted or not; a single field may be."""
    if dialect.fields == 1:
        return np.empty(0, np.int64)
    found, lengths = [], ends - starts
    for record in blank_records(dialect):
        for i in np.flatnonzero(lengths == len(record)):
            if block.startswith(record, int(starts[i])):
                found.append(int(i))
    return np.array(found, np.int64)


def blank_records(dialect: Dialect) -> list[bytes]:
    """How a record of empty fields can be written, less its line end."""
    fields = [b"", *([bytes([dialect.quote]) * 2] if dialect.quote is not None else [])]
    records = [bytes([dialect.separator]).join([field] * dialect.fields) for field in fields]
    return [*records, *(record + b"\r" for record in records if dialect.line_end == LF)]


def without(block: bytes, lows: Positions, highs: Positions, end: int) -> bytes:
    """The block up to `end` less the given spans."""
    kept_from = np.concatenate(([0], highs))
    kept_to = np.concatenate((lows, [end]))
    return b"".join(block[a:b] for a, b in zip(kept_from.tolist(), kept_to.tolist(), strict=True) if a < b)
