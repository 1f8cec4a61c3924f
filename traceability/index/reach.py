"""What a walk found: nodes by depth, the edges it went along, and their names when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from traceability.index.edge_filter import Test
from traceability.index.segment import Direction
from traceability.index.texts import Flags, Places
from traceability.index.walk import steps

if TYPE_CHECKING:
    from traceability.index.index import Index


@dataclass(frozen=True)
class Reach:
    """Everything upstream or downstream of some nodes.

    Attributes:
        index: Where the numbers come from.
        direction: Which way it went.
        levels: Numbers of the nodes of each depth, ascending; depth 0 are the roots.
        tests: What every edge used has passed.
        max_depth: Where it had to stop; None for no limit.
    """

    index: Index = field(repr=False)
    direction: Direction
    levels: tuple[Places, ...]
    tests: tuple[Test, ...] = field(repr=False)
    max_depth: int | None

    def __len__(self) -> int:
        return sum(map(len, self.levels))

    @property
    def nodes(self) -> Places:
        """Numbers of the nodes, by depth, then by number."""
        return np.concatenate(self.levels)

    @property
    def depths(self) -> Places:
        """Fewest steps to each node, in the order of ``nodes``."""
        return np.repeat(np.arange(len(self.levels)), [len(level) for level in self.levels])

    @property
    def edges(self) -> Places:
        """Positions of the edges it went along, ascending: all that leave a node above the depth limit."""
        inside = self.levels if self.max_depth is None else self.levels[: self.max_depth]
        found = [
            step.edges + step.segment.first_edge
            for level in inside
            for step in steps(self.index.segments, level, self.direction, self.tests)
        ]
        return np.sort(np.concatenate([np.empty(0, np.int64), *found]))

    @property
    def is_cut(self) -> bool:
        """Whether the depth limit kept it from nodes that it would have reached."""
        if self.max_depth is None or len(self.levels) <= self.max_depth:
            return False
        seen = np.zeros(self.index.facts.nodes, np.bool_)
        seen[self.nodes] = True
        last = steps(self.index.segments, self.levels[-1], self.direction, self.tests)
        return any(not seen[step.entered].all() for step in last)

    @property
    def leads_on(self) -> Flags:
        """Whether an allowed edge leads from each node to another one, in the order of ``nodes``."""
        every = steps(self.index.segments, self.nodes, self.direction, self.tests)
        going = np.zeros(self.index.facts.nodes, np.bool_)
        for step in every:
            going[step.left[step.left != step.entered]] = True
        found: Flags = going[self.nodes]
        return found

    def of_kind(self, *kinds: str) -> Places:
        """Numbers of the nodes of some kinds, by depth, then by number."""
        nodes = self.nodes
        return nodes[self.index.is_of_kind(nodes, kinds)]

    def ids(self, *kinds: str) -> list[str]:
        """Ids of the nodes, by depth, then by number; of some kinds only if any are given."""
        names: list[str] = self.index.names(self.of_kind(*kinds) if kinds else self.nodes).to_pylist()
        return names

    def count_by_kind(self) -> dict[str, int]:
        """How many nodes of each kind were reached."""
        codes = self.index.facts.codes.kind
        counts = np.bincount(self.index.kinds(self.nodes), minlength=len(codes))
        return {code: int(count) for code, count in zip(codes, counts, strict=True) if count}
