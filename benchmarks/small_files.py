"""A thousand small files against one file of the same bytes, through the whole ingest.

BENCH_FILES (1000) files of BENCH_ROWS (487) rows each; medians of BENCH_RUNS (3), each run in its own process
and lake, the two taking turns.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Cost, Figure, cost_of, figure, median_cost, megabytes_below
from benchmarks.ingest import contract_of, rows_between
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings, child_environment
from pipelines.ingest import ingest

AT = datetime(2026, 1, 1, tzinfo=UTC)
PATTERN = "bench/move_*.csv"


def run() -> Iterator[Figure]:
    """Yields wall and processor seconds of both, and of one more run that finds nothing new."""
    files, rows = int(os.environ.get("BENCH_FILES", "1000")), int(os.environ.get("BENCH_ROWS", "487"))
    with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
        one, many = Path(folder) / "one", Path(folder) / "many"
        write_files(one, 1, files * rows)
        write_files(many, files, rows)
        yield figure("bytes, one file", megabytes_below(one), "MB", "", None)
        yield figure(f"bytes, {files} files", megabytes_below(many), "MB", "", None)
        turns = [[_load(Path(folder) / f"lake-{n}-{src.name}", src) for src in (one, many)] for n in _runs()]
        again = median_cost([_load(Path(folder) / f"lake-{n}-many", many) for n in _runs()])
    single, small = (median_cost(costs) for costs in zip(*turns, strict=True))
    yield figure("one file, wall", single.seconds, "s", "", None)
    yield figure(f"{files} files, wall", small.seconds, "s", "one file", small.seconds / single.seconds)
    yield figure("one file, processor", single.cpu_seconds, "s", "", None)
    ratio = small.cpu_seconds / single.cpu_seconds
    yield figure(f"{files} files, processor", small.cpu_seconds, "s", "one file", ratio)
    yield figure(f"{files} known files, wall", again.seconds, "s", "one file", again.seconds / single.seconds)


def _runs() -> range:
    return range(int(os.environ.get("BENCH_RUNS", "3")))


def load_once() -> None:
    """The child: one ingest of everything in the landing root."""
    settings = Settings.from_env()
    contract = contract_of(PATTERN)
    report = ingest(settings, {contract.id: contract}, RawZone(settings.raw_dir), AT)
    if report.loaded != report.rows_in or not report.files:
        raise SystemExit(f"not loaded whole: {report}")


def write_files(landing: Path, files: int, rows: int, first: int = 0) -> None:
    """Writes that many files of that many rows, none like another."""
    (landing / "bench").mkdir(parents=True, exist_ok=True)
    for number in range(first, first + files):
        part = rows_between(number * rows, (number + 1) * rows)
        part.write_csv(landing / "bench" / f"move_{number:06}.csv")


def _load(data: Path, landing: Path) -> Cost:
    settings = Settings.from_env({"MEDLAKE_DATA": str(data), "MEDLAKE_LANDING": str(landing)})
    command = [sys.executable, "-c", "from benchmarks.small_files import load_once; load_once()"]
    return cost_of(command, child_environment(settings), settings.root)
