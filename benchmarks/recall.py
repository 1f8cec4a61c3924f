"""A recall of 100,000 devices on a release made for it: from the question to every notice on the disk.

A small lake is simulated and released; to a copy of its release one bad supplier lot is added, used in
BENCH_RECALL_LOTS (200) lots of 500 devices, sold to 100 customers. Medians of BENCH_RUNS (3).
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.figure import Figure, cost_of, figure
from lakehouse.releases import Release, find_release
from lakehouse.settings import ROOT, Settings, child_environment
from reports.recall import RecallRequest, build, write_package
from traceability.index.release_index import ATTACHMENT, attach_index
from traceability.recall.subject import Subject

SCALE = "0.02"
DEVICES_PER_LOT = 500
CUSTOMERS = 100
GOAL_SECONDS = 10
AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
WORLD = Path(__file__).with_name("recall_world.sql")


def run() -> Iterator[Figure]:
    """Yields seconds of a whole package, of the trace in it, and what it holds."""
    lots, runs = int(os.environ.get("BENCH_RECALL_LOTS", "200")), int(os.environ.get("BENCH_RUNS", "3"))
    with tempfile.TemporaryDirectory(prefix="medlake-recall-") as home:
        release = _release(Path(home), lots)
        costs = [_recall(release, Path(home) / f"out{n}") for n in range(runs)]
    wall, processor, trace, megabytes = (median(cost[i] for cost in costs) for i in range(4))
    name = f"recall package, {lots * DEVICES_PER_LOT:,} devices"
    yield figure(name, wall, "s", f"goal {GOAL_SECONDS} s", wall / GOAL_SECONDS)
    yield figure(f"{name}, processor", processor, "s", "", None)
    yield figure(f"{name}, of it the trace", trace, "s", "", None)
    yield figure(f"{name}, size", megabytes, "MB", "", None)


def _recall(release: Release, out: Path) -> tuple[float, float, float, float]:
    request = RecallRequest((Subject("lot", "A:99000002:BAD"),), 1, "benchmark", AT, AT)
    with duckdb.connect(str(release.warehouse_path), read_only=True) as connection:
        started, processor = time.perf_counter(), time.process_time()
        package = build(connection, release, request)
        write_package(package, out)
        seconds, spent = time.perf_counter() - started, time.process_time() - processor
    return seconds, spent, package.facts.trace_seconds, sum(map(len, package.contents.values())) / 1e6


def _release(home: Path, lots: int) -> Release:
    """A released lake of two plants, copied, with the bad lot and all that came of it added to the copy."""
    settings = Settings.from_env({"MEDLAKE_DATA": str(home / "lake")})
    environment = child_environment(replace(settings, landing_roots=settings.landing_roots[:1]))
    for command in (["simulate", "--clean", "--scale", SCALE], ["refresh"]):
        cost_of([sys.executable, "-m", "cli.main", *command], environment, ROOT)
    released = find_release(settings, None)
    folder = home / "release"
    shutil.copytree(released.path, folder, ignore=shutil.ignore_patterns(ATTACHMENT))
    copied = Release(released.number, folder, released.manifest)
    with duckdb.connect(str(copied.warehouse_path)) as connection:
        connection.execute(
            WORLD.read_text(encoding="utf-8").format(lots=lots, devices=DEVICES_PER_LOT, customers=CUSTOMERS)
        )
        attach_index(connection, folder / ATTACHMENT)
    return copied
