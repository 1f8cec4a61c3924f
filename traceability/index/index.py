"""An opened index: walk it, and name what was found.

folder → open_index (nothing is loaded) → forward / backward → Reach.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from traceability.index.edge_filter import (
    EdgeFilter,
    Test,
    among,
    dated,
    entering,
    known_by,
    still_known,
    worded,
)
from traceability.index.layout import IndexFacts, read_facts
from traceability.index.names import text_array
from traceability.index.reach import Reach
from traceability.index.segment import UNKNOWN, Direction, Segment, open_segment
from traceability.index.texts import Flags, Numbers, Places, Texts, from_arrow
from traceability.index.walk import Progress, levels, steps


class UnknownNode(LookupError):
    """No edge touches some of the nodes; ``node_ids`` says which."""

    def __init__(self, node_ids: Sequence[str]) -> None:
        self.node_ids = tuple(node_ids)
        shown = ", ".join(self.node_ids[:5]) + (", …" if len(self.node_ids) > 5 else "")
        super().__init__(f"no edge begins or ends at {shown}")


class How(TypedDict, total=False):
    """How to walk.

    Attributes:
        as_of: Only edges that were known at this moment, which has a time zone.
        edge_filter: Only edges that it lets through.
        max_depth: At most so many steps.
        progress: Told depth and nodes reached so far, after each level.
    """

    as_of: datetime | None
    edge_filter: EdgeFilter | None
    max_depth: int | None
    progress: Progress | None


@dataclass(frozen=True)
class Index:
    """An index, mapped into memory. Numbers of nodes and positions of edges hold for this opening only."""

    folder: Path
    facts: IndexFacts
    segments: tuple[Segment, ...]

    def forward(self, node_ids: Collection[str], **how: Unpack[How]) -> Reach:
        """Everything that nodes went into; arguments and errors as ``walk``."""
        return self.walk("forward", node_ids, **how)

    def backward(self, node_ids: Collection[str], **how: Unpack[How]) -> Reach:
        """Everything that went into nodes; arguments and errors as ``walk``."""
        return self.walk("backward", node_ids, **how)

    def walk(self, direction: Direction, node_ids: Collection[str], **how: Unpack[How]) -> Reach:
        """Every node reached from some nodes, with ``How`` to go.

        Raises:
            UnknownNode: Nodes that no edge touches: ask ``knows`` first where that may be.
            ValueError: The filter or the as-of time makes no sense.
        """
        ids = list(node_ids)
        roots = self.numbers(ids)
        if (roots == UNKNOWN).any():
            raise UnknownNode([ids[place] for place in np.flatnonzero(roots == UNKNOWN)])
        return self.walk_numbers(direction, roots, **how)

    def walk_numbers(self, direction: Direction, roots: Places, **how: Unpack[How]) -> Reach:
        """As ``walk``, from nodes by number."""
        tests, max_depth = self._tests(how.get("as_of"), how.get("edge_filter")), how.get("max_depth")
        found = levels(
            self.segments, roots, self.facts.nodes, direction, tests, max_depth, how.get("progress")
        )
        return Reach(self, direction, found, tests, max_depth)

    def numbers(self, node_ids: Sequence[str]) -> Places:
        """Number of each node, UNKNOWN (-1) where no edge touches it."""
        return self.find(from_arrow([pa.array(node_ids, pa.large_string())]))

    def find(self, texts: Texts) -> Places:
        """As ``numbers``, of texts."""
        found = np.full(len(texts), UNKNOWN, np.int64)
        for segment in self.segments:
            missing = np.flatnonzero(found == UNKNOWN)
            found[missing] = segment.find(texts.take(missing))
        return found

    def knows(self, node_ids: Sequence[str]) -> Flags:
        """Whether any edge touches each of the nodes."""
        known: Flags = self.numbers(node_ids) != UNKNOWN
        return known

    def names(self, nodes: Places) -> pa.LargeStringArray:
        """Ids of nodes."""
        return text_array(self.segments, nodes)

    def kinds(self, nodes: Places | Numbers) -> npt.NDArray[np.uint8]:
        """Kind of each node, as a place in ``facts.codes.kind``."""
        found = np.zeros(len(nodes), np.uint8)
        for segment in self.segments:
            mine = (nodes >= segment.first_node) & (nodes < segment.first_node + segment.facts.nodes)
            found[mine] = segment.columns["kind"][nodes[mine] - segment.first_node]
        return found

    def is_of_kind(self, nodes: Places | Numbers, kinds: Collection[str]) -> Flags:
        """Whether each node is of one of some kinds."""
        return among(kinds, self.facts.codes.kind)[self.kinds(nodes)]

    def edges_among(self, nodes: Places) -> Places:
        """Positions of the edges of today that begin and end at some of the nodes, ascending."""
        tests = (*self._standing(), entering(nodes, self.facts.nodes, is_allowed=True))
        found = [
            step.edges + step.segment.first_edge for step in steps(self.segments, nodes, "forward", tests)
        ]
        return np.sort(np.concatenate([np.empty(0, np.int64), *found]))

    def _standing(self) -> tuple[Test, ...]:
        """What lets only edges of today through; nothing is asked where no edge has ever ended."""
        has_ended = any(len(segment.columns["known_until"]) for segment in self.segments)
        return (still_known,) if has_ended else ()

    def _tests(self, as_of: datetime | None, wanted: EdgeFilter | None) -> tuple[Test, ...]:
        tests = list(self._standing()) if as_of is None else [known_by(as_of)]
        if wanted is None:
            return tuple(tests)
        codes = self.facts.codes
        if wanted.edge_types is not None:
            tests.append(worded("edge_type", wanted.edge_types, codes.edge_type))
        if wanted.precisions is not None:
            tests.append(worded("precision", wanted.precisions, codes.precision))
        if wanted.dates is not None:
            tests.append(dated(*wanted.dates))
        if wanted.kinds is not None:
            kinds = wanted.kinds
            tests.append(lambda _, __, entered: self.is_of_kind(entered, kinds))
        for ids, is_allowed in ((wanted.only_nodes, True), (wanted.without_nodes, False)):
            if ids is not None:
                tests.append(entering(self._known(ids), self.facts.nodes, is_allowed=is_allowed))
        return tuple(tests)

    def _known(self, ids: Collection[str]) -> Places:
        numbers = self.numbers(list(ids))
        known: Places = numbers[numbers != UNKNOWN]
        return known


def open_index(folder: Path) -> Index:
    """An index, mapped and not loaded.

    Raises:
        IndexDamaged: There is none, or its files do not fit together.
    """
    facts = read_facts(folder)
    segments, first_node, first_edge = [], 0, 0
    for segment in facts.segments:
        segments.append(open_segment(folder, segment, first_node, first_edge))
        first_node, first_edge = first_node + segment.nodes, first_edge + segment.edges
    return Index(folder, facts, tuple(segments))
