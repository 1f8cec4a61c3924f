"""A text column as one row of bytes, for arithmetic on all its texts at once.

Arrow keeps a column as one UTF-8 buffer with an offset per text; NumPy reads it in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int32]
# Readers look a few bytes ahead of a text's end; behind the last one there is this much nothing.
_MARGIN = "\0" * 64


@dataclass(frozen=True)
class ByteRows:
    """The bytes of all texts in a row with a margin behind them, and where each text starts and ends."""

    data: Bytes
    start: Places
    end: Places

    @property
    def inside(self) -> Bytes:
        """The bytes without the margin."""
        return self.data[: -len(_MARGIN)]

    def running(self, table: Counts) -> Counts:
        """Return running sums of a value per byte: sums[end] - sums[start] is the sum of a text."""
        sums = np.empty(len(self.data) + 1, dtype=np.int32)
        sums[0] = 0
        np.cumsum(table[self.data], out=sums[1:])
        return sums

    def rows_of(self, places: Places) -> Places:
        """Return the row in which each place lies."""
        return np.searchsorted(self.start, places, side="right") - 1


def byte_rows(texts: pl.Series) -> ByteRows:
    """Return the bytes of a column without nulls."""
    with_margin = pl.concat([texts, pl.Series([_MARGIN])], rechunk=True)
    array = with_margin.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = array.buffers()
    place = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    held = np.frombuffer(data, dtype=np.uint8)[place[0] : place[-1]]
    return ByteRows(held, place[:-2] - place[0], place[1:-1] - place[0])


def outside(characters: Iterable[str]) -> Flags:
    """Return a table by byte: true for every byte that is none of the ASCII characters."""
    table = np.ones(256, dtype=np.bool_)
    table[[ord(character) for character in characters]] = False
    return table


def by_character(values: Mapping[str, int]) -> Counts:
    """Return a table by byte of the values of ASCII characters; 0 for all others."""
    table = np.zeros(256, dtype=np.int32)
    table[[ord(character) for character in values]] = list(values.values())
    return table


def mod10(data: Bytes, first: Places, width: int) -> tuple[Flags, Flags]:
    """Tell of the bytes from each place on whether all are digits, and whether the last is their check digit.

    GS1 General Specifications 7.9: weights 3 and 1 from the right, the whole a multiple of ten.
    """
    total = np.zeros(len(first), dtype=np.int32)
    largest = np.zeros(len(first), dtype=np.uint8)
    for step in range(width):
        digit = data[first + step] - np.uint8(48)
        np.maximum(largest, digit, out=largest)
        total += digit if (width - step) % 2 else digit * np.int32(3)
    return np.asarray(largest < 10), np.asarray(total % 10 == 0)


def number(data: Bytes, first: Places, width: int) -> Counts:
    """Return the number that the bytes from each place on write; -1 where one of them is no digit."""
    total = np.zeros(len(first), dtype=np.int32)
    largest = np.zeros(len(first), dtype=np.uint8)
    for step in range(width):
        digit = data[first + step] - np.uint8(48)
        np.maximum(largest, digit, out=largest)
        total = total * 10 + digit
    return np.where(largest < 10, total, -1)
