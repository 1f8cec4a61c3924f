"""Backward and forward traces against an independent brute-force oracle on random graphs."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from tests.browser import scratch_release
from traceability.query import ReleaseTooOld
from traceability.records import Direction
from traceability.trace import UnknownLot, backward, forward
from traceability.walk import lot_refs, traces

LOTS = [f"A:P{n % 3}:L{n:02d}" for n in range(12)]


@pytest.fixture(scope="module")
def empty_lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every core and mart table, without rows but for the lots."""
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        scratch_release.create_tables(con)
        for lot_id in LOTS:
            site, code, lot_no = lot_id.split(":")
            values = [lot_id, site, code, lot_no, f"sap_a:{code}"]
            con.execute(
                "INSERT INTO core.lot "
                "(lot_id, site_code, product_code, lot_no, product_id, lot_kind_code, is_in_master) "
                "VALUES (?, ?, ?, ?, ?, 'unknown', TRUE)",
                values,
            )
        yield con


def _fill(con: duckdb.DuckDBPyConnection, edges: list[tuple[str, str]], received: list[str]) -> None:
    con.execute("DELETE FROM core.genealogy_edge")
    con.execute("DELETE FROM core.trace_edge_version")
    con.execute("DELETE FROM core.movement")
    con.execute(
        "INSERT INTO core.genealogy_edge "
        "(edge_id, edge_type_code, from_lot_id, to_lot_id, order_id, qty, precision_code) "
        "SELECT 'E' || UNNEST($numbers), 'CONSUME', UNNEST($starts), UNNEST($ends), "
        "'A:O' || UNNEST($numbers), 1, 'ORDER'",
        {"numbers": list(range(len(edges))), "starts": [a for a, _ in edges], "ends": [b for _, b in edges]},
    )
    con.execute(
        "INSERT INTO core.trace_edge_version "
        "(edge_id, edge_type_code, from_node_id, to_node_id, from_kind_code, to_kind_code, qty, "
        "precision_code) "
        "SELECT edge_id, edge_type_code, from_lot_id, to_lot_id, 'lot', 'lot', qty, precision_code "
        "FROM core.genealogy_edge"
    )
    con.execute(
        "INSERT INTO core.movement "
        "(movement_id, site_code, posting_date, movement_class_code, lot_id, base_qty) "
        "SELECT 'M' || lot_id, 'A', DATE '2026-01-05', 'receipt', lot_id, 5 "
        "FROM (SELECT UNNEST($lots) AS lot_id)",
        {"lots": received},
    )


def _levels(edges: list[tuple[str, str]], root: str, depth: int) -> dict[str, int]:
    """Lots upstream of a root by fewest steps: repeat 'one more step' and remember the first time."""
    level, front = {root: 0}, {root}
    for step in range(1, depth + 1):
        front = {start for start, end in edges if end in front} - set(level)
        level |= dict.fromkeys(front, step)
    return level


@pytest.mark.parametrize("seed", range(100))
def test_equals_brute_force_on_random_graph(empty_lake: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Prevents a lost, invented or endless branch: cycles, self-loops, parallel edges, cut depths."""
    chance = random.Random(seed)
    edges = [(chance.choice(LOTS), chance.choice(LOTS)) for _ in range(chance.randint(0, 24))]
    received = chance.sample(LOTS, 5)
    root, depth = chance.choice(LOTS), chance.choice([1, 2, 64])
    _fill(empty_lake, edges, received)
    is_upstream = seed % 2 == 0
    trace = (backward if is_upstream else forward)(empty_lake, root, max_depth=depth)
    drawn = edges if is_upstream else [(end, start) for start, end in edges]
    levels = _levels(drawn, root, depth)
    leaves = {lot for lot in levels if not any(b == lot and a != lot for a, b in drawn)}
    ends = sorted((edge.from_lot_id, edge.to_lot_id) for edge in trace.edges)
    missing = {gap.lot_id for gap in trace.gaps if gap.rule_id == "TRACE-NO-RECEIPT"}
    by_level = sorted(levels.items(), key=lambda item: (item[1], item[0]))
    assert [(n.lot.lot_id, n.depth) for n in trace.nodes] == by_level
    assert ends == sorted((a, b) for a, b in edges if a in levels and b in levels)
    assert {node.lot.lot_id for node in trace.nodes if node.is_leaf} == leaves
    assert trace.is_truncated == any(n == depth and lot not in leaves for lot, n in levels.items())
    assert {r.lot_id for r in trace.receipts} == (set(received) & set(levels) if is_upstream else set())
    assert missing == (leaves - set(received) if is_upstream else set())


def test_same_trace_twice(empty_lake: duckdb.DuckDBPyConnection) -> None:
    """Prevents an order that depends on the engine's mood."""
    _fill(empty_lake, [(a, b) for a in LOTS[:6] for b in LOTS[4:]], LOTS[:3])
    assert backward(empty_lake, LOTS[9]) == backward(empty_lake, LOTS[9])


@pytest.mark.parametrize("direction", ["backward", "forward"])
def test_many_traces_are_those_of_each_lot(
    empty_lake: duckdb.DuckDBPyConnection, direction: Direction
) -> None:
    """Prevents a lot in a batch from getting an edge or a gap of its neighbour, or losing one of its own."""
    random.seed(7)
    edges = [(random.choice(LOTS), random.choice(LOTS)) for _ in range(14)]
    _fill(empty_lake, edges, LOTS[:3])
    empty_lake.execute(
        "INSERT INTO mart.trace_gap_code (gap_code, title_zh, title_en) VALUES ('G', 'x', 'y')"
    )
    gaps = [("A:P0:L00", None), (None, "A:O3"), ("A:P1:L01", "A:O5")]
    empty_lake.executemany("INSERT INTO mart.trace_gap (gap_code, lot_id, order_id) VALUES ('G', ?, ?)", gaps)
    walk = backward if direction == "backward" else forward
    together = traces(empty_lake, [*LOTS, "A:P0:NOBODY"], direction)
    assert list(together) == sorted(LOTS)
    assert together == {lot_id: walk(empty_lake, lot_id) for lot_id in LOTS}
    named = {lot_id: {gap.order_id for gap in trace.gaps} for lot_id, trace in together.items()}
    assert any("A:O3" in orders for orders in named.values())
    assert not all("A:O3" in orders for orders in named.values())
    empty_lake.execute("DELETE FROM mart.trace_gap")
    empty_lake.execute("DELETE FROM mart.trace_gap_code")


def test_unknown_lot_is_an_error(empty_lake: duckdb.DuckDBPyConnection) -> None:
    """Prevents an empty trace from being read as 'went nowhere' when the lot does not exist."""
    with pytest.raises(UnknownLot):
        forward(empty_lake, "A:P0:NOPE")


def test_a_release_of_an_earlier_version_says_what_to_do() -> None:
    """Prevents an engine's error about a table that nobody asked for by name."""
    with duckdb.connect() as con, pytest.raises(ReleaseTooOld, match="medlake refresh"):
        lot_refs(con, ["A:1:X"])
