"""The genealogy index at the size of a plant: built, asked, added to, beside others on the same edges.

BENCH_EDGES (100,000,000) edges in a DuckDB file; needs about 12 GB below the temporary folder at that size.
Builds and peers run in processes of their own. Cold means: caches dropped for the whole machine (as root), or
else the index's files only; the index is opened anew for each question, and opening counts.
"""

from __future__ import annotations

import gc
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from benchmarks.figure import Figure, figure, megabytes_below
from benchmarks.genealogy_child import run_child
from benchmarks.genealogy_peers import peers
from benchmarks.genealogy_world import SEED, World, supplier_lot, unit, write_more, write_world
from traceability.index import Index, open_index

WARM, COLD = 400, 60
Took: TypeAlias = tuple[float, float]
DROP = Path("/proc/sys/vm/drop_caches")


def run() -> Iterator[Figure]:
    """Yields the figures of one world."""
    world = World(int(os.environ.get("BENCH_EDGES", "100000000")))
    with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
        yield from _figures(Path(folder), world)


def _figures(folder: Path, world: World) -> Iterator[Figure]:
    source, target = folder / "world.duckdb", folder / "index"
    begin = time.perf_counter()
    write_world(source, world)
    yield figure(f"write {world.edges:,} edges into DuckDB", time.perf_counter() - begin, "s", "", None)
    yield from _built(source, target, world)
    yield from _asked(target, world)
    yield from peers(folder, source, target, world)
    yield from _added(folder, target, world)


def _built(source: Path, target: Path, world: World) -> Iterator[Figure]:
    cost = run_child("build_index", source, target)
    share = world.edges / 100e6
    yield figure(
        "build, warehouse to durable index",
        cost["seconds"],
        "s",
        "goal 120 s per 100 M",
        _of(cost["seconds"], 120 * share),
    )
    yield figure("build, processor time", cost["cpu_seconds"], "s", "", None)
    yield figure("build, peak memory", cost["peak_mb"], "MB", "goal 6 GB", cost["peak_mb"] / 6144)
    yield figure("index on disk", megabytes_below(target), "MB", "", None)


def _asked(target: Path, world: World) -> Iterator[Figure]:
    dice, index = random.Random(SEED), open_index(target)
    lots = _used_lots(index, dice, world, WARM)
    sizes = [len(index.forward([lot])) for lot in lots]
    yield figure("nodes below a supplier lot, mean", float(np.mean(sizes)), "nodes", "", None)
    yield figure("nodes below a supplier lot, p50", float(np.median(sizes)), "nodes", "", None)
    forward = [_took(partial(index.forward, [lot])) for lot in lots]
    yield from _spread("one lot forward, warm", forward, 95, 0.020)
    units = [unit(dice.randrange(world.units)) for _ in range(WARM)]
    backward = [_took(partial(index.backward, [one])) for one in units]
    yield from _spread("one unit backward, warm", backward, 95, 0.020)
    yield from _many(index, dice, world)
    del index
    yield from _spread(f"one lot forward, cold ({_how_cold()})", list(_cold(target, lots[:COLD])), 99, 0.200)


def _many(index: Index, dice: random.Random, world: World) -> Iterator[Figure]:
    for count, goal in ((200, 0.5), (2_000, None)):
        lots = _used_lots(index, dice, world, count)
        seconds, busy = min(_took(partial(index.forward, lots)) for _ in range(3))
        reached = index.forward(lots).count_by_kind()["serial"]
        text = f"goal {goal} s" if goal else ""
        yield figure(f"{len(lots)} lots at once → {reached:,} units", seconds, "s", text, _of(seconds, goal))
        yield figure(f"{len(lots)} lots at once, processor time", busy, "s", "", None)
    hub = [supplier_lot(0)]
    seconds, busy = _took(partial(index.forward, hub))
    yield figure(f"worst hub → {len(index.forward(hub)):,} nodes", seconds, "s", "goal 5 s", seconds / 5)
    yield figure("worst hub, processor time", busy, "s", "", None)


def _added(folder: Path, target: Path, world: World) -> Iterator[Figure]:
    more = folder / "more.duckdb"
    write_more(more, world)
    before = open_index(target)
    cost = run_child("append_edges", more, target)
    index = open_index(target)
    added = index.facts.edges - before.facts.edges
    text, goal = "goal 10 s per 1 M", 10 * added / 1e6
    yield figure(f"append {added:,} edges", cost["seconds"], "s", text, _of(cost["seconds"], goal))
    hub = [supplier_lot(0)]
    grown = len(index.forward(hub)) - len(before.forward(hub))
    yield figure("nodes that the worst hub reaches more", grown, "nodes", "", None)
    cost = run_child("compact_index", target)
    yield figure("compact", cost["seconds"], "s", "", None)
    yield figure("compact, peak memory", cost["peak_mb"], "MB", "", None)


def _used_lots(index: Index, dice: random.Random, world: World, count: int) -> list[str]:
    """Different supplier lots that went into anything, drawn evenly; all of them where there are fewer."""
    drawn = [supplier_lot(number) for number in dice.sample(range(world.supplier_lots), world.supplier_lots)]
    used = index.knows(drawn)
    return [lot for lot, is_used in zip(drawn, used, strict=True) if is_used][:count]


def _spread(name: str, costs: Sequence[Took], percentile: int, goal: float) -> Iterator[Figure]:
    milliseconds, busy = (np.array(part) * 1e3 for part in zip(*costs, strict=True))
    yield figure(f"{name}, p50 of {len(costs)}", float(np.median(milliseconds)), "ms", "", None)
    at = float(np.percentile(milliseconds, percentile))
    yield figure(f"{name}, p{percentile}", at, "ms", f"goal {goal * 1e3:.0f} ms", at / goal / 1e3)
    yield figure(f"{name}, max", float(milliseconds.max()), "ms", "", None)
    yield figure(
        f"{name}, p{percentile} of processor time", float(np.percentile(busy, percentile)), "ms", "", None
    )


def _cold(target: Path, lots: Sequence[str]) -> Iterator[Took]:
    for lot in lots:
        gc.collect()
        _drop_caches(target)
        yield _took(partial(_open_and_ask, target, lot))


def _open_and_ask(target: Path, lot: str) -> None:
    open_index(target).forward([lot])


def _how_cold() -> str:
    return "drop_caches" if os.access(DROP, os.W_OK) else "posix_fadvise"


def _drop_caches(target: Path) -> None:
    os.sync()
    if os.access(DROP, os.W_OK):
        DROP.write_text("3")
        return
    for path in target.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _took(ask: Callable[[], object]) -> Took:
    """Wall and processor seconds."""
    wall, busy = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - wall, time.process_time() - busy


def _of(value: float, goal: float | None) -> float | None:
    return value / goal if goal else None
