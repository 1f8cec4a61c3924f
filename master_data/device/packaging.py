"""Packaging levels of device identifiers: which pack holds how many of what, down to the unit.

levels and edges → findings (YY/T 1943-2024, GUDID package configurations): a graph without cycles whose ends
are primary or unit-of-use identifiers. A GTIN's levels are different identifiers and are never made one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from master_data.udi.issue import Issue, error, warn

Level = Literal["primary", "unit_of_use", "package", "secondary", "direct_marking", "previous"]


@dataclass(frozen=True)
class DiLevel:
    """A device identifier and what it marks."""

    di: str
    level: Level


@dataclass(frozen=True)
class Edge:
    """A pack holds a quantity of another identifier; None is a quantity that was not given."""

    parent_di: str
    child_di: str
    quantity: int | None


@dataclass(frozen=True)
class DiIssue:
    """A finding about an identifier of the graph."""

    di: str
    issue: Issue


def packaging_issues(levels: Sequence[DiLevel], edges: Sequence[Edge]) -> tuple[DiIssue, ...]:
    """Return all findings about the levels of one product or of many, in the order of their rules."""
    known = {level.di: level.level for level in levels}
    found = (
        *_levels_of_one(levels),
        *_edge_findings(edges, known),
        *_ends(known, edges),
        *_cycles(edges),
    )
    return tuple(found)


def units_in(di: str, edges: Sequence[Edge]) -> Mapping[str, int]:
    """Return how many of each innermost identifier a pack holds, over all levels between.

    Raises:
        ValueError: the graph has a cycle or a quantity that is not given: count nothing before it is right.
    """
    if _cycles(edges) or any(edge.quantity is None for edge in edges):
        raise ValueError(f"the packaging of {di} has a cycle or a quantity that was not given")
    inside: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        inside[edge.parent_di].append(edge)
    counts: dict[str, Counter[str]] = {}
    order = TopologicalSorter({parent: [edge.child_di for edge in held] for parent, held in inside.items()})
    for inner in order.static_order():
        counts[inner] = Counter() if inner in inside else Counter({inner: 1})
        for edge in inside.get(inner, []):
            for unit, many in counts[edge.child_di].items():
                counts[inner][unit] += many * (edge.quantity or 0)
    return counts.get(di, Counter({di: 1}))


def _levels_of_one(levels: Sequence[DiLevel]) -> Iterator[DiIssue]:
    held = defaultdict(set)
    for level in levels:
        held[level.di].add(level.level)
    for di, names in held.items():
        # A direct marking may carry the primary identifier; a pack and what it holds may not share one.
        if "package" in names and len(names) > 1:
            message = f"{di} is at the levels {', '.join(sorted(names))}"
            yield DiIssue(di, error("PACK_LEVELS_COLLAPSED", None, message))


def _edge_findings(edges: Sequence[Edge], known: Mapping[str, Level]) -> Iterator[DiIssue]:
    seen: set[tuple[str, str]] = set()
    for edge in edges:
        if edge.quantity is None or edge.quantity < 1:
            message = f"holds {edge.quantity} of {edge.child_di}"
            yield DiIssue(edge.parent_di, error("PACK_QUANTITY", None, message))
        if edge.child_di not in known:
            message = f"holds {edge.child_di}, which no level names"
            yield DiIssue(edge.parent_di, error("PACK_UNKNOWN_CHILD", None, message))
        if known.get(edge.parent_di) != "package":
            message = (
                f"holds {edge.child_di} and is {known.get(edge.parent_di, 'no known level')}, no package"
            )
            yield DiIssue(edge.parent_di, error("PACK_LEVEL", None, message))
        if (edge.parent_di, edge.child_di) in seen:
            yield DiIssue(edge.parent_di, error("PACK_TWICE", None, f"{edge.child_di} is named twice"))
        seen.add((edge.parent_di, edge.child_di))


def _ends(known: Mapping[str, Level], edges: Sequence[Edge]) -> Iterator[DiIssue]:
    holding = {edge.parent_di for edge in edges}
    for di, level in known.items():
        if level == "package" and di not in holding:
            yield DiIssue(di, error("PACK_EMPTY", None, f"package {di} says not what it holds"))
    for edge in edges:
        if known.get(edge.child_di) in ("secondary", "direct_marking", "previous"):
            message = f"holds {edge.child_di}, a {known[edge.child_di]} identifier, not the primary one"
            yield DiIssue(edge.parent_di, warn("PACK_END", None, message))


def _cycles(edges: Sequence[Edge]) -> tuple[DiIssue, ...]:
    graph: defaultdict[str, set[str]] = defaultdict(set)
    for edge in edges:
        graph[edge.parent_di].add(edge.child_di)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        path = [str(di) for di in cycle.args[1]]
        return (DiIssue(path[0], error("PACK_CYCLE", None, " holds ".join(reversed(path)))),)
    return ()
