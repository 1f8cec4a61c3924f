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
_MARGIN = 64


@dataclass(frozen=True)
class ByteRows:
    """The bytes of all texts in a row, and where each text starts and ends."""

    data: Bytes
    start: Places
    end: Places

    @property
    def length(self) -> Places:
        """Number of bytes of each text."""
        return self.end - self.start

    def running(self, table: Counts) -> Counts:
        """Return running sums of a value per byte: sums[end] - sums[start] is the sum of a text."""
        sums = np.empty(len(self.data) + 1, dtype=np.int32)
        sums[0] = 0
        np.cumsum(table[self.data], out=sums[1:])
        return sums


def byte_rows(texts: pl.Series) -> ByteRows:
    """Return the bytes of a column without nulls."""
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = array.buffers()
    place = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    held = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    first, last = int(place[0]), int(place[-1])
    padded = np.concatenate([held[first:last], np.zeros(_MARGIN, dtype=np.uint8)])
    return ByteRows(padded, place[:-1] - first, place[1:] - first)


def outside(characters: Iterable[str]) -> Counts:
    """Return a table by byte: 1 for every byte that is none of the ASCII characters."""
    table = np.ones(256, dtype=np.int32)
    table[[ord(character) for character in characters]] = 0
    return table


def by_character(values: Mapping[str, int]) -> Counts:
    """Return a table by byte of the values of ASCII characters; 0 for all others."""
    table = np.zeros(256, dtype=np.int32)
    table[[ord(character) for character in values]] = list(values.values())
    return table


def is_mod10(data: Bytes, first: Places, width: int) -> Flags:
    """Tell whether the digits from each place on end in their check digit (GS1 GenSpecs 7.9)."""
    total = np.zeros(len(first), dtype=np.int32)
    for step in range(width):
        weight = 1 if (width - step) % 2 else 3
        total += weight * (data[first + step].astype(np.int32) - 48)
    return np.asarray(total % 10 == 0)


def number(data: Bytes, first: Places, width: int) -> Counts:
    """Return the number that the digits from each place on write."""
    total = np.zeros(len(first), dtype=np.int32)
    for step in range(width):
        total = total * 10 + (data[first + step].astype(np.int32) - 48)
    return total
