"""The same question put to others: DuckDB's recursive queries on the same table, and a graph library.

A graph library holds the whole graph in memory: it gets as many edges as BENCH_PEER_EDGES (20,000,000) allow.
Every answer is compared with the index's; a figure of a wrong answer would be none.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.figure import Figure, figure
from benchmarks.genealogy_child import run_child
from benchmarks.genealogy_world import SEED, World, supplier_lot, write_world
from traceability.index import open_index

LOTS = 3
UNION = """
WITH RECURSIVE reached(node_id) AS (
  SELECT $lot
  UNION
  SELECT edge.to_node_id
  FROM reached JOIN core.trace_edge_version AS edge ON edge.from_node_id = reached.node_id
)
SELECT count(*) FROM reached
"""
USING_KEY = """
WITH RECURSIVE reached(node_id, depth) USING KEY (node_id) AS (
  SELECT $lot, 0
  UNION
  SELECT edge.to_node_id, min(reached.depth) + 1
  FROM reached JOIN core.trace_edge_version AS edge ON edge.from_node_id = reached.node_id
  WHERE edge.to_node_id NOT IN (SELECT node_id FROM recurring.reached)
  GROUP BY edge.to_node_id
)
SELECT count(*) FROM reached
"""


def peers(folder: Path, source: Path, target: Path, world: World) -> Iterator[Figure]:
    """Yields seconds per lot of each peer, and how many times longer than the index it took."""
    lots = _typical_lots(target, world)
    sizes, ours = _asked(target, lots)
    yield figure(f"one lot forward, index, the {LOTS} lots of the peers", ours * 1e3, "ms", "", None)
    with duckdb.connect(str(source), read_only=True, config={"memory_limit": "4GB"}) as con:
        for name, sql in (("UNION", UNION), ("USING KEY", USING_KEY)):
            seconds = [_duckdb(con, sql, lot, sizes[lot]) for lot in lots]
            peer = f"DuckDB {version('duckdb')} recursive CTE, {name}"
            theirs = float(np.median(seconds))
            yield figure(f"{peer}: one lot forward", theirs, "s", "times the index", theirs / ours)
    yield from _graph_library(folder, target, world)


def _graph_library(folder: Path, target: Path, world: World) -> Iterator[Figure]:
    most = int(os.environ.get("BENCH_PEER_EDGES", "20000000"))
    if world.edges > most:
        world, target = World(most), folder / "peer-index"
        write_world(folder / "peer.duckdb", world)
        run_child("build_index", folder / "peer.duckdb", target)
    lots = _typical_lots(target, world)
    sizes, ours = _asked(target, lots)
    found = run_child("load_rustworkx", target, *lots)
    if found["sizes"] != [sizes[lot] for lot in lots]:
        raise RuntimeError(f"rustworkx reached {found['sizes']} nodes, the index {sizes}")
    name, theirs = (
        f"rustworkx {version('rustworkx')}, {world.edges:,} edges",
        float(np.median(found["asked"])),
    )
    yield figure(f"{name}: load", found["seconds"], "s", "", None)
    yield figure(f"{name}: peak memory", found["peak_mb"], "MB", "", None)
    yield figure(f"{name}: one lot forward", theirs * 1e3, "ms", "times the index", theirs / ours)


def _typical_lots(target: Path, world: World) -> list[str]:
    """Supplier lots that were used, drawn evenly."""
    dice = random.Random(SEED + 2)
    drawn = [supplier_lot(dice.randrange(world.supplier_lots)) for _ in range(20 * LOTS)]
    known = open_index(target).knows(drawn)
    return [lot for lot, is_known in zip(drawn, known, strict=True) if is_known][:LOTS]


def _asked(target: Path, lots: list[str]) -> tuple[dict[str, int], float]:
    """Nodes reached from each lot, and the median of the seconds it took the second time."""
    index = open_index(target)
    sizes = {lot: len(index.forward([lot])) for lot in lots}
    seconds = []
    for lot in lots:
        begin = time.perf_counter()
        index.forward([lot])
        seconds.append(time.perf_counter() - begin)
    return sizes, float(np.median(seconds))


def _duckdb(con: duckdb.DuckDBPyConnection, sql: str, lot: str, size: int) -> float:
    begin = time.perf_counter()
    row = con.execute(sql, {"lot": lot}).fetchone()
    seconds = time.perf_counter() - begin
    if row != (size,):
        raise RuntimeError(f"DuckDB reached {row} nodes from {lot}, the index {size}")
    return seconds
