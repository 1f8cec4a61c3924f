"""The genealogy index against brute force on random graphs: nodes, depths, edges and quantities."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import astuple
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.chaos.graph_oracle import (
    BEGINNING,
    DAY,
    KINDS,
    PRECISIONS,
    TYPES,
    OracleEdge,
    batches,
    depths,
    graph,
    kind_of,
)
from tests.conftest import Storm
from traceability.index import (
    EdgeFilter,
    Index,
    Reach,
    append,
    build,
    compact,
    content_hash,
    edge_table,
    open_index,
)
from traceability.index import walk as walk_module


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of small indexes are written here, and none has to outlive a power cut."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def _random_graph(dice: random.Random) -> list[OracleEdge]:
    nodes = dice.choice([1, 2, 10, 60, 300])
    return graph(dice, nodes, dice.randrange(1, 4 * nodes + 2))


def _sizes(dice: random.Random, edges: int) -> list[int]:
    return [dice.randrange(edges + 1) for _ in range(dice.randrange(4))]


def _found(reach: Reach) -> dict[str, int]:
    return dict(zip(reach.ids(), reach.depths.tolist(), strict=True))


def _edges(index: Index, reach: Reach) -> Counter[tuple[object, ...]]:
    rows = edge_table(index, reach.edges).drop_columns(["row"]).to_pylist()
    return Counter(tuple(row.values()) for row in rows)


@pytest.mark.storm
def test_index_equals_brute_force(storm: Storm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a lost, invented or endless branch, a wrong depth or quantity, whatever the graph is."""
    dice, cases, walks, cyclic = storm.random(), storm.size(sample=40, full=500), 0, 0
    for case in range(cases):
        edges = _random_graph(dice)
        build(batches(edges, _sizes(dice, len(edges))), tmp_path / str(case))
        monkeypatch.setattr(walk_module, "SLICE", dice.choice([1, 7, 1 << 20]))
        index = open_index(tmp_path / str(case))
        names = sorted({end for e in edges for end in (e.start, e.end)})
        for is_forward in (True, False):
            roots = dice.sample(names, min(len(names), dice.choice([1, 1, 3])))
            limit = dice.choice([None, None, 0, 1, 2])
            filter_, may = _random_filter(dice, names)
            turn = dice.choice(edges)
            some_day = BEGINNING + timedelta(days=dice.randrange(300))
            as_of = dice.choice([None, some_day, turn.known_at, turn.known_until])
            if dice.random() < 0.5:
                roots = [turn.start if is_forward else turn.end]
            known = [e for e in edges if e.is_known(as_of)]
            wanted = depths(known, roots, is_forward=is_forward, may=may, limit=limit)
            walk = index.forward if is_forward else index.backward
            reach = walk(roots, as_of=as_of, edge_filter=filter_, max_depth=limit)
            assert _found(reach) == wanted
            used = Counter(
                astuple(e)
                for e in known
                for a, b in [(e.start, e.end) if is_forward else (e.end, e.start)]
                if a in wanted and (limit is None or wanted[a] < limit) and may(e, b)
            )
            assert _edges(index, reach) == used
            further = depths(known, roots, is_forward=is_forward, may=may)
            assert reach.is_cut == (further != wanted)
            walks += 1
            cyclic += any(e.end in roots and e.start != e.end and e.start in wanted for e in known)
    assert walks == 2 * cases and cyclic > cases // 20
    storm.report(
        "genealogy index = brute force", graphs=cases, walks=walks, through_cycles=cyclic, differing=0
    )


def _random_filter(dice: random.Random, names: list[str]):  # noqa: ANN202
    """A filter, and the same as a plain predicate of an edge and the node it leads to."""
    if dice.random() < 0.4:
        return None, lambda *_: True
    types = dice.choice([None, set(dice.sample(TYPES, 3))])
    precisions = dice.choice([None, set(dice.sample(PRECISIONS, 2))])
    kinds = dice.choice([None, None, set(dice.sample(KINDS, 4))])
    begin = DAY + timedelta(days=dice.randrange(300))
    dates = dice.choice([None, (begin, begin + timedelta(days=dice.randrange(200)))])
    only = dice.choice([None, None, dice.sample(names, len(names) * 3 // 4), ["no such node"]])
    without = dice.choice([None, [*dice.sample(names, len(names) // 4), "no such node"]])

    def may(edge: OracleEdge, entered: str) -> bool:
        is_in_time = dates is None or edge.first is None or (edge.first <= dates[1] and edge.last >= dates[0])
        return (
            is_in_time
            and (types is None or edge.edge_type in types)
            and (precisions is None or edge.precision in precisions)
            and (kinds is None or kind_of(entered) in kinds)
            and (only is None or entered in only)
            and (without is None or entered not in without)
        )

    return EdgeFilter(types, precisions, kinds, dates, only, without), may


@pytest.mark.storm
def test_appended_in_any_split_is_what_one_build_gives(storm: Storm, tmp_path: Path) -> None:
    """Prevents an index that grew from answering otherwise than one built anew, compacted or not."""
    dice, cases, appended = storm.random(), storm.size(sample=20, full=500), 0
    for case in range(cases):
        edges, folder = _random_graph(dice), tmp_path / str(case)
        cuts = sorted(dice.randrange(len(edges) + 1) for _ in range(dice.randrange(1, 5)))
        parts = [edges[a:b] for a, b in pairwise([0, *cuts, len(edges)])]
        build(batches(parts[0], []), folder / "grown")
        build(batches(edges, _sizes(dice, len(edges))), folder / "whole")
        for part in parts[1:]:
            append(batches(part, _sizes(dice, len(part))), folder / "grown")
            appended += 1
            if dice.random() < 0.2:
                compact(folder / "grown")
        grown, whole = open_index(folder / "grown"), open_index(folder / "whole")
        roots = dice.sample(sorted({end for e in edges for end in (e.start, e.end)}), 1)
        for walk in ("forward", "backward"):
            ours, theirs = grown.walk(walk, roots), whole.walk(walk, roots)
            assert (_found(ours), _edges(grown, ours)) == (_found(theirs), _edges(whole, theirs))
        compact(folder / "grown")
        assert content_hash(folder / "grown") == content_hash(folder / "whole")
    storm.report("genealogy index grown = built anew", graphs=cases, appended=appended, differing=0)
