"""One segment of an opened index: its nodes and its rows, mapped and never loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from traceability.index.layout import FILES, PAYLOAD, IndexDamaged, SegmentFacts, mapped, read_ahead
from traceability.index.slots import FREE, home, slot_count
from traceability.index.texts import WORD, Numbers, Places, Texts, equal, hashes

Direction: TypeAlias = Literal["forward", "backward"]
UNKNOWN = -1
# So many texts touch so many pages that one long read is faster than each on its own.
MANY = 1 << 14


@dataclass(frozen=True)
class Rows:
    """Compressed rows of one direction. Without heads, row n is node n; ``edge`` gives forward positions."""

    heads: Numbers | None
    start: Numbers
    other: Numbers
    edge: Numbers | None

    def ranges(self, nodes: Places) -> tuple[Places, Places]:
        """Where the edges of each node begin, and how many there are."""
        row = self._rows(nodes)
        known = np.flatnonzero(row != UNKNOWN)
        begins, counts = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.int64)
        begins[known] = self.start[row[known]]
        counts[known] = self.start[row[known] + 1] - begins[known]
        return begins, counts

    def forward_positions(self, positions: Places) -> Places:
        """Where edges of these rows stand in the forward rows, in whose order the payload is."""
        return positions if self.edge is None else self.edge[positions].astype(np.int64)

    def _rows(self, nodes: Places) -> Places:
        rows = len(self.start) - 1
        if self.heads is None:
            return np.where(nodes < rows, nodes, UNKNOWN)
        row = np.searchsorted(self.heads, nodes)
        row[row == rows] = 0
        return np.where(self.heads[row] == nodes, row, UNKNOWN) if rows else np.full(len(nodes), UNKNOWN)


@dataclass(frozen=True)
class Segment:
    """A segment on disk.

    Attributes:
        facts: What it holds.
        first_node: Number of its first node.
        first_edge: Position of its first edge.
        columns: Its files, by name.
    """

    facts: SegmentFacts
    first_node: int
    first_edge: int
    columns: Mapping[str, npt.NDArray[Any]]

    @property
    def forward(self) -> Rows:
        """Rows by the start of an edge."""
        return Rows(self._heads("forward"), self.columns["forward_start"], self.columns["target"], None)

    @property
    def backward(self) -> Rows:
        """Rows by the end of an edge."""
        start, other, edge = (self.columns[name] for name in ("backward_start", "source", "edge"))
        return Rows(self._heads("backward"), start, other, edge)

    def rows(self, direction: Direction) -> Rows:
        """Rows of one direction."""
        return self.forward if direction == "forward" else self.backward

    def sources(self, positions: Places) -> Numbers:
        """The node that each edge starts from."""
        row = np.searchsorted(self.columns["forward_start"], positions, "right") - 1
        heads = self._heads("forward")
        return row.astype(np.uint32) if heads is None else heads[row]

    def _heads(self, direction: Direction) -> Numbers | None:
        return self.columns[f"{direction}_head"] if self.facts.is_partial else None

    def find(self, texts: Texts) -> Places:
        """The number of each text; UNKNOWN where this segment does not have it."""
        if len(texts) > MANY:
            for name in ("slot", "text_end", "text"):
                read_ahead(self.columns[name])
        slots, found = self.columns["slot"], np.full(len(texts), UNKNOWN, np.int64)
        pending, at = np.arange(len(texts)), home(hashes(texts), len(slots))
        while len(pending):
            held = slots[at].astype(np.int64)
            pending, at, node = (part[held != FREE] for part in (pending, at, held - 1))
            same = equal(texts.take(pending), self.texts(node))
            found[pending[same]] = node[same] + self.first_node
            pending, at = pending[~same], (at[~same] + 1) & np.int64(len(slots) - 1)
        return found

    def texts(self, nodes: Places) -> Texts:
        """Texts of nodes, counted from the segment's first."""
        ends = self.columns["text_end"]
        starts = np.where(nodes > 0, ends[np.maximum(nodes - 1, 0)], 0).astype(np.int64)
        return Texts(self.columns["text"], starts, ends[nodes].astype(np.int64) - starts)


def open_segment(index: Path, facts: SegmentFacts, first_node: int, first_edge: int) -> Segment:
    """A segment, mapped.

    Raises:
        IndexDamaged: A file is missing, or its length is not what the facts say.
    """
    folder = index / facts.folder
    columns = {name: mapped(folder, name) for name in FILES}
    for name, length in _lengths(facts, columns).items():
        if len(columns[name]) != length:
            raise IndexDamaged(
                f"{folder / name}: {len(columns[name])} values, {length} expected; build the index again"
            )
    return Segment(facts, first_node, first_edge, columns)


def _lengths(facts: SegmentFacts, columns: Mapping[str, npt.NDArray[Any]]) -> dict[str, int]:
    """How many values each file should have."""
    ends = columns["text_end"]
    lengths = dict.fromkeys((*PAYLOAD, "target", "source", "edge"), facts.edges)
    lengths |= {"text_end": facts.nodes, "kind": facts.nodes, "slot": slot_count(facts.nodes)}
    lengths["text"] = WORD + (int(ends[-1]) if len(ends) else 0)
    lengths["known_until"] = facts.edges if len(columns["known_until"]) else 0
    for way in ("forward", "backward"):
        lengths[f"{way}_start"] = 1 + (len(columns[f"{way}_head"]) if facts.is_partial else facts.nodes)
    return lengths
