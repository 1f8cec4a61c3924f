"""What the N-th load costs against the first ones: one small file after another into one table.

Each load is a run of ingest() of its own; once the source takes its files away again, once the landing root
keeps them all. BENCH_LOADS (1000) loads; a figure is the median of the ten loads up to its number.
"""

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from statistics import median

from benchmarks.figure import Figure, figure
from benchmarks.ingest import contract_of
from benchmarks.small_files import AT, PATTERN, write_files
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest import ingest

ROWS = 500
WINDOW = 10


def run() -> Iterator[Figure]:
    """Yields wall and processor milliseconds of the 10th, the 100th, the 1,000th load."""
    loads = int(os.environ.get("BENCH_LOADS", "1000"))
    for keeps in (False, True):
        with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
            yield from _figures(list(_costs(Path(folder), loads, keeps=keeps)), keeps=keeps)


def _figures(costs: list[tuple[float, float]], *, keeps: bool) -> Iterator[Figure]:
    place = "landing root keeps all files" if keeps else "landing root emptied"
    base = _median(costs[:WINDOW])
    for number in sorted({n for n in (10, 100, 1000, len(costs)) if n <= len(costs)}):
        wall, cpu = _median(costs[number - WINDOW : number])
        yield figure(f"load {number}, {place}, wall", wall, "ms", "load 10", wall / base[0])
        yield figure(f"load {number}, {place}, processor", cpu, "ms", "load 10", cpu / base[1])


def _costs(folder: Path, loads: int, *, keeps: bool) -> Iterator[tuple[float, float]]:
    """Wall and processor milliseconds of each load."""
    landing = folder / "source"
    settings = Settings.from_env({"MEDLAKE_DATA": str(folder / "lake"), "MEDLAKE_LANDING": str(landing)})
    contract, zone = contract_of(PATTERN), RawZone(settings.raw_dir)
    for number in range(loads):
        if not keeps and landing.is_dir():
            rmtree(landing)
        write_files(landing, 1, ROWS, first=number)
        wall, cpu = time.perf_counter(), _processor()
        report = ingest(settings, {contract.id: contract}, zone, AT)
        yield (time.perf_counter() - wall) * 1000, (_processor() - cpu) * 1000
        if report.loaded != ROWS:
            raise SystemExit(f"load {number} did not load {ROWS} rows: {report}")


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _median(costs: list[tuple[float, float]]) -> tuple[float, float]:
    return median(wall for wall, _ in costs), median(cpu for _, cpu in costs)
