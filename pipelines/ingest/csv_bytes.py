"""What can be seen in a block of delimited text with array operations alone.

bytes -> positions of quotes, separators, line ends and damage. No record is looked at one by one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.ingest.records import DAMAGED

Positions = npt.NDArray[np.int64]
QUOTE, LF, CR = 0x22, 0x0A, 0x0D
MARKS = tuple(mark.encode() for mark in DAMAGED)


@dataclass(frozen=True)
class Dialect:
    """How a file's bytes are cut: one byte each; quoting is RFC 4180 with doubled quotes."""

    separator: int
    line_end: int
    quoting: bool
    fields: int


def outside(places: Positions, quotes: Positions) -> Positions:
    """Places with an even number of quotes before them."""
    return places[(np.searchsorted(quotes, places) & 1) == 0] if quotes.size else places


def broken_quote(part: npt.NDArray[np.uint8], quotes: Positions, dialect: Dialect) -> int | None:
    """First quote that neither opens a field, nor closes one, nor is doubled."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = part[opening - 1]
    edge = (before == dialect.separator) | (before == dialect.line_end) | (before == QUOTE) | (opening == 0)
    after = part[np.minimum(closing + 1, len(part) - 1)]
    returned = (after == CR) & (part[np.minimum(closing + 2, len(part) - 1)] == LF) & (dialect.line_end == LF)
    shut = (after == dialect.separator) | (after == dialect.line_end) | (after == QUOTE) | returned
    wrong = np.concatenate((opening[~edge], closing[~shut]))
    return int(wrong.min()) if wrong.size else None


def stray_returns(part: npt.NDArray[np.uint8], quotes: Positions) -> Positions:
    """CR outside quotes that no LF follows; the part ends in a line end, so a byte always follows."""
    returns = np.flatnonzero(part == CR)
    return outside(returns[part[returns + 1] != LF], quotes)


def damaged(block: bytes, view: npt.NDArray[np.uint8]) -> Positions:
    """NUL bytes and marks of a lossy decoding."""
    places = [np.flatnonzero(view[: len(block)] == 0)] if b"\0" in block else []
    for mark in () if block.isascii() else MARKS:
        found, start = [], block.find(mark)
        while start >= 0:
            found.append(start)
            start = block.find(mark, start + len(mark))
        places.append(np.array(found, np.int64))
    return np.concatenate(places) if places else np.empty(0, np.int64)


def without(block: bytes, lows: Positions, highs: Positions, end: int) -> bytes:
    """The block up to `end` less the given spans."""
    kept_from = np.concatenate(([0], highs))
    kept_to = np.concatenate((lows, [end]))
    return b"".join(block[a:b] for a, b in zip(kept_from.tolist(), kept_to.tolist(), strict=True) if a < b)
