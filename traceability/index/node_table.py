"""Numbers for texts, in order of first appearance, while an index is built.

Texts → NodeTable.number → numbers; new texts go to the segment's files as they come.
Exact: two texts get the same number only if they are the same bytes, whatever their hashes are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from traceability.index.growing import GrowingColumn
from traceability.index.layout import MOST, NODES
from traceability.index.slots import FREE, claim, filled, home, slot_count
from traceability.index.texts import PADDING, Flags, Numbers, Places, Texts, Words, equal, hashes

FIRST_NODES = 1 << 16


class TooManyNodes(ValueError):
    """More nodes than the numbers of an index can name."""


class NodeTable:
    """The nodes of one segment, numbered from 0, and the files they are written to."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self._folder = folder
        self._text, self._end, self._kind = (
            GrowingColumn(folder / name, NODES[name]) for name in ("text", "text_end", "kind")
        )
        self._hash = GrowingColumn(folder / "hash", np.uint64)
        self._slots: Numbers = np.zeros(slot_count(FIRST_NODES), np.uint32)

    def number(self, texts: Texts, kinds: npt.NDArray[np.uint8]) -> Numbers:
        """The number of each text; a text not seen before gets the next one, and the kind it came with.

        Raises:
            TooManyNodes: The numbers are used up.
        """
        self._make_room(len(texts))
        wanted = hashes(texts)
        held, slot = self._look_up(texts, wanted)
        # A value above count stands for the place in this batch where the text came first.
        is_first = held == self.count + 1 + np.arange(len(texts))
        is_new = held > self.count
        number_at = self.count + np.cumsum(is_first)
        held[is_new] = number_at[held[is_new] - self.count - 1]
        first = np.flatnonzero(is_first)
        self._slots[slot[first]] = held[first]
        self._keep(texts.take(first), kinds[first], wanted[first])
        return (held - 1).astype(np.uint32)

    def close(self) -> None:
        """Ends the files and writes the table that finds a text."""
        self._slots = np.empty(0, np.uint32)
        self._text.append(np.frombuffer(PADDING, np.uint8))
        filled(self._hash.values).tofile(self._folder / "slot")
        for column in (self._text, self._end, self._kind, self._hash):
            column.close()
        (self._folder / "hash").unlink()

    def _look_up(self, texts: Texts, wanted: Words) -> tuple[Places, Places]:
        """What the table holds for each text after new ones have claimed a slot, and in which slot."""
        held, slot = np.empty(len(texts), np.int64), home(wanted, len(self._slots))
        mask, pending = np.int64(len(self._slots) - 1), np.arange(len(texts))
        while len(pending):
            at = slot[pending]
            found = self._slots[at].astype(np.int64)
            free = np.flatnonzero(found == FREE)
            claim(self._slots, at[free], self.count + 1 + pending[free])
            found[free] = self._slots[at[free]]
            same = self._is_same(texts, wanted, pending, found)
            held[pending[same]] = found[same]
            pending = pending[~same]
            slot[pending] = (slot[pending] + 1) & mask
        return held, slot

    def _is_same(self, texts: Texts, wanted: Words, pending: Places, found: Places) -> Flags:
        """Whether what a slot holds is the text that is looked for."""
        place = found - self.count - 1
        same: Flags = place == pending
        for is_old in (True, False):
            ask = np.flatnonzero(~same & ((place < 0) == is_old))
            there = found[ask] - 1 if is_old else place[ask]
            alike = wanted[pending[ask]] == (self._hash.values if is_old else wanted)[there]
            ask, there = ask[alike], there[alike]
            same[ask] = equal(texts.take(pending[ask]), self._texts(there) if is_old else texts.take(there))
        return same

    def _texts(self, numbers: Places) -> Texts:
        ends = self._end.values
        starts = np.where(numbers > 0, ends[numbers - 1], 0).astype(np.int64)
        return Texts(self._text.mapped, starts, ends[numbers].astype(np.int64) - starts)

    def _keep(self, texts: Texts, kinds: npt.NDArray[np.uint8], wanted: Words) -> None:
        before = int(self._end.values[-1]) if self.count else 0
        self._text.append(texts.joined())
        self._end.append(before + np.cumsum(texts.lengths))
        self._kind.append(kinds)
        self._hash.append(wanted)
        self.count += len(texts)

    def _make_room(self, more: int) -> None:
        """Grows the table so that enough of it stays free even if every text is new."""
        after = self.count + more
        if after > MOST:
            raise TooManyNodes(f"{after} nodes; an index holds {MOST} at most: split the edges by site")
        if slot_count(after) > len(self._slots):
            self._slots = np.empty(0, np.uint32)
            self._slots = filled(self._hash.values, slot_count(after))
