"""Many short texts at once: their hashes and their equality, eight bytes at a time.

Arrow string columns → Texts (bytes, where each begins, how long it is) → hashes / equal.
The hash is part of the index's format: it never changes within a format number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers: TypeAlias = npt.NDArray[np.uint32]
Places: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]
Flags: TypeAlias = npt.NDArray[np.bool_]

WORD = 8
PADDING = b"\0" * WORD
BLOCK = 1 << 15
# How many low bytes of a word belong to the text: none .. eight.
_MASKS = np.array([(1 << 8 * width) - 1 for width in range(WORD + 1)], np.uint64)
_LENGTH_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Texts:
    """Texts in one run of bytes that ends in eight bytes of padding.

    Attributes:
        padded: All bytes, and behind them eight more.
        starts: Where each text begins.
        lengths: Its length in bytes.
    """

    padded: npt.NDArray[np.uint8]
    starts: Places
    lengths: Places

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, at: Places) -> Texts:
        """Some of the texts; the bytes are shared."""
        return Texts(self.padded, self.starts[at], self.lengths[at])

    def joined(self) -> npt.NDArray[np.uint8]:
        """The bytes of the texts, one after another.

        A word at a time, last words first: what a word writes beyond its text, the next text overwrites.
        """
        ends = np.cumsum(self.lengths)
        size = int(ends[-1]) if len(ends) else 0
        padded = np.zeros(size + WORD, np.uint8)
        into, words, begins = words_of(padded), words_of(self.padded), ends - self.lengths
        for done in reversed(range(0, int(self.lengths.max(initial=0)), WORD)):
            longer = np.flatnonzero(self.lengths > done)
            into[begins[longer] + done] = words[self.starts[longer] + done]
        return padded[:size]


def words_of(padded: npt.NDArray[np.uint8]) -> Words:
    """The eight bytes from each byte on, as a little-endian number; a view, nothing is copied."""
    return np.ndarray((len(padded) - WORD + 1,), "<u8", padded, strides=(1,))


def spread(begins: Places, counts: Places) -> Places:
    """begin, begin + 1, … for each count: the places of all members of some runs."""
    before = np.cumsum(counts) - counts
    places = np.repeat(begins - before, counts)
    places += np.arange(len(places))
    return places


def from_arrow(columns: Sequence[pa.Array]) -> Texts:
    """Texts of columns of one length, row by row: all columns of the first row, then of the second.

    Args:
        columns: String columns without nulls.
    """
    width, rows = len(columns), len(columns[0])
    starts, lengths = (np.empty(width * rows, np.int64) for _ in range(2))
    parts, before = [], 0
    for place, column in enumerate(columns):
        large = column.cast(pa.large_string())
        _, offset_buffer, data_buffer = large.buffers()
        offsets = np.frombuffer(offset_buffer, np.int64)[large.offset : large.offset + rows + 1]
        begin, end = (int(offsets[0]), int(offsets[-1])) if rows else (0, 0)
        parts.append(np.frombuffer(data_buffer or b"", np.uint8)[begin:end])
        starts[place::width] = offsets[:-1] + (before - begin)
        lengths[place::width] = np.diff(offsets)
        before += end - begin
    padded = np.concatenate([*parts, np.frombuffer(PADDING, np.uint8)])
    return Texts(padded, starts, lengths)


def hashes(texts: Texts) -> Words:
    """A 64-bit hash of each text: splitmix64's finaliser (Stafford's variant 13) over length and words."""
    found = np.empty(len(texts), np.uint64)
    for block in _blocks(len(texts)):
        found[block] = _hash_block(texts, block)
    return found


def equal(left: Texts, right: Texts) -> Flags:
    """Whether the texts of each pair are the same."""
    same = np.empty(len(left), np.bool_)
    for block in _blocks(len(left)):
        same[block] = _equal_block(left, right, block)
    return same


def _blocks(count: int) -> Iterator[slice]:
    """Slices small enough for the processor's cache."""
    return (slice(begin, min(begin + BLOCK, count)) for begin in range(0, count, BLOCK))


def _hash_block(texts: Texts, block: slice) -> Words:
    words, starts, lengths = words_of(texts.padded), texts.starts[block], texts.lengths[block]
    state = lengths.astype(np.uint64) * _LENGTH_FACTOR
    shortest, longest = int(lengths.min(initial=0)), int(lengths.max(initial=0))
    for done in range(0, longest, WORD):
        mixed = _mix(state ^ _word(words, starts, lengths, done))
        state = mixed if done < shortest else np.where(lengths > done, mixed, state)
    return state


def _equal_block(left: Texts, right: Texts, block: slice) -> Flags:
    lengths, ours, theirs = left.lengths[block], left.starts[block], right.starts[block]
    same: Flags = lengths == right.lengths[block]
    words, other_words = words_of(left.padded), words_of(right.padded)
    for done in range(0, int(lengths.max(initial=0)), WORD):
        same &= _word(words, ours, lengths, done) == _word(other_words, theirs, lengths, done)
    return same


def _word(words: Words, starts: Places, lengths: Places, done: int) -> Words:
    """The word of each text after ``done`` bytes; bytes beyond its end are zero."""
    at = np.minimum(starts + done, len(words) - 1)
    return words[at] & _MASKS[np.clip(lengths - done, 0, WORD)]


def _mix(state: Words) -> Words:
    state ^= state >> np.uint64(30)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(27)
    state *= np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return state
