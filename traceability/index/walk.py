"""Breadth first over the rows of all segments, in bounded memory whatever the hubs are.

roots → a level after another: edges of the level, a slice at a time → nodes not seen before → next level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from traceability.index.edge_filter import Test
from traceability.index.layout import read_ahead
from traceability.index.segment import Direction, Rows, Segment
from traceability.index.texts import Flags, Numbers, Places, spread

# Edges looked at together: enough to keep NumPy busy, few enough to stay in a cache of a few megabytes.
SLICE = 1 << 20
# A level of so many nodes touches so many pages that one long read is faster than each on its own.
MANY = 1 << 17

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Step:
    """Some edges of a walk: their forward positions in the segment, the nodes they leave and enter."""

    segment: Segment
    edges: Places
    left: Places
    entered: Numbers


def levels(
    segments: Sequence[Segment],
    roots: Places,
    nodes: int,
    direction: Direction,
    tests: Sequence[Test],
    max_depth: int | None,
    progress: Progress | None,
) -> tuple[Places, ...]:
    """The nodes of each depth, ascending; depth 0 are the roots.

    Args:
        segments: Of the index.
        roots: Numbers of the nodes to begin with.
        nodes: How many there are in the index.
        direction: Which way to go.
        tests: Every edge used passes all of them.
        max_depth: No further than this; None for no limit.
        progress: Told depth and nodes reached, after each level.
    """
    found = [np.unique(roots)]
    seen = np.zeros(nodes, np.bool_)
    seen[roots] = True
    reached = len(found[0])
    while len(found[-1]) and (max_depth is None or len(found) <= max_depth):
        if len(found[-1]) > MANY:
            _read_ahead(segments, direction)
        fresh = [_unseen(step, seen) for step in steps(segments, found[-1], direction, tests)]
        found.append(np.sort(np.concatenate([np.empty(0, np.uint32), *fresh])).astype(np.int64))
        reached += len(found[-1])
        if progress is not None:
            progress(len(found) - 1, reached)
    return tuple(level for level in found if len(level))


def _read_ahead(segments: Sequence[Segment], direction: Direction) -> None:
    for segment in segments:
        rows = segment.rows(direction)
        read_ahead(rows.start)
        read_ahead(rows.other)


def steps(
    segments: Sequence[Segment], nodes: Places, direction: Direction, tests: Sequence[Test]
) -> Iterator[Step]:
    """The edges of some nodes that pass all tests, a slice at a time."""
    for segment in segments:
        rows = segment.rows(direction)
        for left, places in _slices(rows, nodes):
            step = Step(segment, rows.forward_positions(places), left, rows.other[places])
            yield _passing(step, tests)


def _slices(rows: Rows, nodes: Places) -> Iterator[tuple[Places, Places]]:
    """Node and place of every edge of some nodes, at most SLICE at once, also within one node's edges."""
    begins, counts = rows.ranges(nodes)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    for low in range(0, total, SLICE):
        high = min(low + SLICE, total)
        first, last = np.searchsorted(ends, low, "right"), np.searchsorted(ends, high, "left")
        part = slice(first, last + 1)
        skipped = np.maximum(low - (ends[part] - counts[part]), 0)
        kept = np.minimum(ends[part], high) - np.maximum(ends[part] - counts[part], low)
        yield np.repeat(nodes[part], kept), spread(begins[part] + skipped, kept)


def _passing(step: Step, tests: Sequence[Test]) -> Step:
    for test in tests:
        kept: Flags = test(step.segment, step.edges, step.entered)
        step = Step(step.segment, step.edges[kept], step.left[kept], step.entered[kept])
    return step


def _unseen(step: Step, seen: Flags) -> Numbers:
    """Nodes entered for the first time, each once; they are seen now."""
    new: Numbers = np.sort(step.entered[~seen[step.entered]])
    seen[new] = True
    is_first = np.ones(len(new), np.bool_)
    is_first[1:] = new[1:] != new[:-1]
    first: Numbers = new[is_first]
    return first
