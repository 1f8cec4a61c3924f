"""What evidence costs an ingest: a leaf per file and commit, an event per commit, two signatures.

A simulated year at BENCH_SCALE (0.1), everything new; then nothing new. Medians of BENCH_RUNS (3).
The witness is a folder. Processor seconds say more than wall seconds where a machine is shared.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from benchmarks.figure import Figure, figure
from lakehouse.settings import Settings
from lakehouse.writer import silent
from lineage.ledger.ledger import open_ledger
from lineage.ledger.sealing import known_keys
from lineage.ledger.witness import DirectoryWitness
from pipelines.evidence.recorder import record
from pipelines.ingest import ingest
from pipelines.lake import Lake, open_lake
from simulator import simulate

AT = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 11
Seconds = tuple[float, float]


def run() -> Iterator[Figure]:
    """Yields wall and processor seconds of ingest and of sealing, their ratio, and of a run without news."""
    loads, seals, again = [], [], []
    leaves = 0
    for _ in range(int(os.environ.get("BENCH_RUNS", "3"))):
        with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
            lake = _simulated(Path(folder))
            loads.append(_timed(ingest, lake.settings, lake.contracts, lake.zone, AT))
            seals.append(_timed(_seal, lake))
            again.append(_timed(_seal, lake))
            with open_ledger(lake.settings, writable=False) as ledger:
                leaves = ledger.size
    load, sealing = _median(loads), _median(seals)
    yield figure("leaves", leaves, "", "", None)
    yield figure("ingest, wall", load[0], "s", "", None)
    yield figure("ingest, processor", load[1], "s", "", None)
    yield figure("sealing, wall", sealing[0], "s", "ingest", sealing[0] / load[0])
    yield figure("sealing, processor", sealing[1], "s", "ingest", sealing[1] / load[1])
    yield figure("sealing without news, wall", _median(again)[0], "s", "", None)


def _simulated(folder: Path) -> Lake:
    """A lake with a year to load, and a witness that knows its ledger."""
    settings = Settings.from_env(
        {"MEDLAKE_DATA": str(folder / "lake"), "MEDLAKE_WITNESS": str(folder / "witness")}
    )
    scale = float(os.environ.get("BENCH_SCALE", "0.1"))
    simulate(settings.landing_roots[0], folder / "truth", seed=SEED, scale=scale, defects=True, progress=None)
    lake = open_lake(settings)
    _seal(lake)
    DirectoryWitness(folder / "witness").trust(known_keys(settings).log)
    return lake


def _seal(lake: Lake) -> None:
    record(lake, (), run_id=str(uuid4()), at=AT, say=silent, sealed=True)


def _timed(work: Callable[..., object], *arguments: Any) -> Seconds:
    wall, processor = time.perf_counter(), time.process_time()
    work(*arguments)
    return time.perf_counter() - wall, time.process_time() - processor


def _median(runs: list[Seconds]) -> Seconds:
    return median(wall for wall, _ in runs), median(processor for _, processor in runs)
