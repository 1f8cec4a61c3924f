"""What the genealogy benchmark runs in processes of their own, so that memory is counted from nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import rustworkx

from lakehouse.durable import fsync_all
from traceability.index import Index, append, build, compact, open_index
from traceability.index.edge_table import edge_ends
from traceability.index.release_index import edges_of

EDGES_AT_ONCE = 1_000_000


def run_child(name: str, *arguments: object) -> dict[str, Any]:
    """What a function of this module printed as JSON.

    Raises:
        RuntimeError: It failed; its messages are in the error.
    """
    code = f"import sys; from benchmarks.genealogy_child import {name}; {name}(*sys.argv[1:])"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def build_index(source: str, target: str) -> None:
    """Builds the index of a warehouse and forces it to the disk."""

    def build_and_force() -> None:
        build(edges_of(con), Path(target))
        fsync_all(path for path in Path(target).rglob("*"))

    with duckdb.connect(source, read_only=True, config={"memory_limit": "1GB"}) as con:
        _report(**_cost(build_and_force))


def append_edges(source: str, target: str) -> None:
    """Adds the edges of a warehouse to an index."""
    with duckdb.connect(source, read_only=True, config={"memory_limit": "1GB"}) as con:
        _report(**_cost(lambda: append(edges_of(con), Path(target))))


def compact_index(target: str) -> None:
    """Compacts an index."""
    _report(**_cost(lambda: compact(Path(target))))


def load_rustworkx(target: str, *lots: str) -> None:
    """Loads the edges of an index into a rustworkx graph, and asks it for the descendants of some lots."""
    index = open_index(Path(target))
    graph: rustworkx.PyDiGraph[None, None] = rustworkx.PyDiGraph(multigraph=True)
    cost, asked, sizes = _cost(lambda: _fill(graph, index)), [], []
    for root in index.numbers(lots).tolist():
        sizes.append(1 + len(rustworkx.descendants(graph, root)))
        asked.append(_cost(partial(rustworkx.descendants, graph, root))["seconds"])
    _report(**cost, asked=asked, sizes=sizes)


def _fill(graph: rustworkx.PyDiGraph[None, None], index: Index) -> None:
    graph.add_nodes_from([None] * index.facts.nodes)
    for begin in range(0, index.facts.edges, EDGES_AT_ONCE):
        edges = np.arange(begin, min(begin + EDGES_AT_ONCE, index.facts.edges))
        sources, targets = edge_ends(index, edges)
        graph.add_edges_from_no_data(list(zip(sources.tolist(), targets.tolist(), strict=True)))


def _cost(do: Callable[[], object]) -> dict[str, float]:
    """Wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    do()
    return {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - processor}


def _report(**facts: Any) -> None:
    # Not getrusage: there a child starts with the peak of the process that made it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024
    sys.stdout.write(json.dumps({**facts, "peak_mb": peak}))
