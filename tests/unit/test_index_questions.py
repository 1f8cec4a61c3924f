"""Questions put to the genealogy index, against the plainest computation of the same."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction
from itertools import combinations
from math import comb
from pathlib import Path

import pytest

from tests.chaos.graph_oracle import BEGINNING, OracleEdge, batches, depths, graph
from traceability.index import EdgeFilter, Index, UnknownNode, build, open_index
from traceability.index.ancestors import common_ancestors
from traceability.index.change import scope_change


def index_of(edges: list[OracleEdge], folder: Path) -> Index:
    """The index of some edges."""
    build(batches(edges, []), folder)
    return open_index(folder)


def below(edges: list[OracleEdge], node: str) -> set[str]:
    """Everything that a node went into by today's knowledge."""
    return set(depths([e for e in edges if e.is_known(None)], [node], is_forward=True)) - {node}


def chance(lots: int, marked: int, drawn: int, least: int) -> float:
    """Probability of at least so many marked lots among those drawn, by counting every draw."""
    ways = sum(comb(marked, hit) * comb(lots - marked, drawn - hit) for hit in range(least, drawn + 1))
    return ways / comb(lots, drawn)


@pytest.mark.parametrize("seed", range(25))
def test_common_ancestors_equal_counting(seed: int, tmp_path: Path) -> None:
    """Prevents a suspect that is missed, counted wrongly or ranked by something else than its lift."""
    dice = random.Random(seed)
    edges = graph(dice, 30, 50)
    names = sorted({end for e in edges for end in (e.start, e.end)})
    cases, population = dice.sample(names, dice.choice([1, 2, 4])), dice.sample(names, 12)
    everyone = set(cases) | set(population)
    expected = {}
    for node in names:
        hits, lots = len(below(edges, node) & set(cases)), len(below(edges, node) & everyone)
        if hits >= min(2, len(cases)):
            lift = Fraction(hits, len(cases)) / Fraction(lots, len(everyone))
            odds = chance(len(everyone), lots, len(cases), hits)
            expected[node] = (hits, lots, lift, pytest.approx(odds))
    told: list[tuple[int, int]] = []
    found = common_ancestors(
        index_of(edges, tmp_path / "index"),
        [*cases, "lot:unheard of"],
        population,
        progress=lambda done, every: told.append((done, every)),
    )
    assert {s.node_id: (s.case_count, s.lot_count, s.lift, s.chance) for s in found} == expected
    assert all(a.lift >= b.lift for a, b in combinations(found, 2))
    assert told == [(n + 1, len(expected)) for n in range(len(expected))]


def test_no_case_known_is_an_error(tmp_path: Path) -> None:
    """Prevents 'no common ancestor' as the answer to mistyped lots."""
    index = index_of(graph(random.Random(1), 5, 9), tmp_path / "index")
    with pytest.raises(UnknownNode, match="lot:unheard of"):
        common_ancestors(index, ["lot:unheard of"], [])


@pytest.mark.parametrize("seed", range(25))
def test_scope_change_equals_two_scopes(seed: int, tmp_path: Path) -> None:
    """Prevents a lot that came into a recall's scope since its first notice from being told as old news."""
    dice = random.Random(seed)
    edges = graph(dice, 20, 60)
    index, root = index_of(edges, tmp_path / "index"), dice.choice(edges).start
    moments = [BEGINNING + timedelta(days=dice.randrange(330)), dice.choice([None, BEGINNING])]
    before, after = (
        set(depths([e for e in edges if e.is_known(moment)], [root], is_forward=True)) for moment in moments
    )
    change = scope_change(index, "forward", [root], *moments)
    assert set(index.names(change.added).to_pylist()) == after - before
    assert set(index.names(change.removed).to_pylist()) == before - after
    assert (set(change.earlier.ids()), set(change.later.ids())) == (before, after)


def test_window_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """Prevents an empty scope from two dates in the wrong order."""
    edges = graph(random.Random(2), 5, 9)
    day = BEGINNING.date()
    wrong = EdgeFilter(dates=(day, day - timedelta(days=1)))
    with pytest.raises(ValueError, match="before it begins"):
        index_of(edges, tmp_path / "index").forward([edges[0].start], edge_filter=wrong)


def test_progress_tells_every_level(tmp_path: Path) -> None:
    """Prevents long work without a sign of life, or one that tells of less than was reached."""
    edges = graph(random.Random(3), 60, 150)
    told: list[tuple[int, int]] = []
    index = index_of(edges, tmp_path / "index")
    reach = index.forward([edges[0].start], progress=lambda depth, reached: told.append((depth, reached)))
    assert [depth for depth, _ in told] == list(range(1, len(told) + 1))
    assert told[-1][1] == len(reach) > 5
    counts = reach.count_by_kind()
    assert sum(counts.values()) == len(reach)
    assert all(len(reach.ids(kind)) == count for kind, count in counts.items())
