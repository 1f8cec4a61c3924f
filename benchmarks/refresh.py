"""The whole refresh against the same SQL run bare in DuckDB, a refresh with nothing new, and peak memory.

Simulated maker of scale BENCH_SCALE (1) in a temporary lake; each figure is a median of BENCH_RUNS (3).
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Cost, Figure, cost_of, figure, median_cost
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings, child_environment
from lakehouse.warehouse import connect, load_delta, mount_raw

BARE = "import sys; from benchmarks.refresh import run_bare; run_bare(sys.argv[1], sys.argv[2])"
SEPARATOR = "\0"


def run() -> Iterator[Figure]:
    """Yields the figures of one temporary lake."""
    scale, runs = os.environ.get("BENCH_SCALE", "1"), int(os.environ.get("BENCH_RUNS", "3"))
    with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
        settings = Settings.from_env({"MEDLAKE_DATA": folder})
        yield from _figures(settings, scale, runs)


def _figures(settings: Settings, scale: str, runs: int) -> Iterator[Figure]:
    environment, root = child_environment(settings), settings.root
    medlake = [str(Path(sys.executable).with_name("medlake"))]
    simulated = cost_of([*medlake, "simulate", "--scale", scale], environment, root)
    yield figure(f"simulate scale {scale}", simulated.seconds, "s", "", None)
    first = cost_of([*medlake, "refresh"], environment, root)
    yield figure("first refresh, landing to release", first.seconds, "s", "", None)
    yield figure("first refresh, peak memory", first.peak_mb, "MB", "", None)
    again = median_cost([cost_of([*medlake, "refresh", "--force"], environment, root) for _ in range(runs)])
    bare = median_cost([_bare(settings, number) for number in range(runs)])
    peer = "same model SQL run bare in DuckDB"
    yield figure("forced refresh", again.seconds, "s", peer, again.seconds / bare.seconds)
    yield figure("forced refresh, peak memory", again.peak_mb, "MB", peer, again.peak_mb / bare.peak_mb)
    nothing = median_cost([cost_of([*medlake, "refresh"], environment, root) for _ in range(runs)])
    yield figure(
        "refresh with nothing new", nothing.seconds, "s", "forced refresh", nothing.seconds / again.seconds
    )


def run_bare(warehouse: str, script: str) -> None:
    """The child: every statement of a script in a fresh DuckDB file with the raw zone mounted."""
    from pipelines.sqlmesh.parties import run_statement

    settings = Settings.from_env()
    zone = RawZone(settings.raw_dir)
    with connect(Path(warehouse), read_only=False, settings=settings) as connection:
        load_delta(connection)
        mount_raw(connection, zone, zone.versions())
        for statement in Path(script).read_text().split(SEPARATOR):
            run_statement(connection, statement)


def _bare(settings: Settings, number: int) -> Cost:
    """The models' rendered SQL in dependency order, in a fresh DuckDB file, without any of our machinery."""
    from pipelines.sqlmesh.rendered import rendered_statements

    script = settings.data_dir / "bare.sql"
    if not script.is_file():
        script.write_text(SEPARATOR.join(rendered_statements(settings)))
    command = [sys.executable, "-c", BARE, str(settings.data_dir / f"bare-{number}.duckdb"), str(script)]
    return cost_of(command, child_environment(settings), settings.root)
