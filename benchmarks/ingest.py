"""One large CSV through the gated ingest, against a plain polars load of the same file without any check.

BENCH_GB (1) of text in twelve columns, in a temporary lake; medians of BENCH_RUNS (3), each run in its own
process, the two taking turns. Ours keeps the original, hashes it, counts fields per record, checks text and
accounts for the file.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import polars as pl

from benchmarks.figure import Cost, Figure, cost_of, figure, median_cost
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings, child_environment
from pipelines.ingest import ingest
from quality_rules.contract import Contract, load_contracts

ROWS_PER_GB = 9_500_000
ROWS_PER_PART = 500_000
AT = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (
    "document_no", "line_no", "posting_date", "material_code", "lot_no", "plant_code",
    "location_code", "movement_code", "qty", "uom_code", "order_no", "user_name",
)  # fmt: skip
PEER = "polars scan_csv -> sink_delta, no check"
PEER_CODE = """
import sys
import polars as pl
pl.scan_csv(sys.argv[1], infer_schema=False).sink_delta(sys.argv[2])
"""


def run() -> Iterator[Figure]:
    """Yields seconds, throughput and peak memory, each beside the peer's."""
    runs = int(os.environ.get("BENCH_RUNS", "3"))
    with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
        source = Path(folder) / "source"
        rows = _generate(source / "bench" / "move.csv", float(os.environ.get("BENCH_GB", "1")))
        turns = [(_ours(Path(folder), source), _peer(Path(folder), source)) for _ in range(runs)]
    ours, peer = (median_cost(list(costs)) for costs in zip(*turns, strict=True))
    yield figure(f"gated ingest of {rows:,} rows", ours.seconds, "s", PEER, ours.seconds / peer.seconds)
    yield figure(f"peer load of {rows:,} rows", peer.seconds, "s", "", None)
    yield figure(
        "gated ingest, rows a second", rows / ours.seconds, "rows/s", PEER, peer.seconds / ours.seconds
    )
    yield figure("gated ingest, peak memory", ours.peak_mb, "MB", PEER, ours.peak_mb / peer.peak_mb)
    yield figure("peer load, peak memory", peer.peak_mb, "MB", "", None)


def load_once() -> None:
    """The child: one ingest of the large file; a file that does not load whole is an error."""
    settings = Settings.from_env()
    contract = _contract()
    report = ingest(settings, {contract.id: contract}, RawZone(settings.raw_dir), AT)
    if report.loaded != report.rows_in or not report.loaded:
        raise SystemExit(f"not loaded whole: {report}")


def _contract() -> Contract:
    from dataclasses import replace

    base = load_contracts()["sap_a__mseg"]
    columns = tuple(replace(base.columns[0], name=name, physical_name=name) for name in NAMES)
    return replace(base, id="bench__move", system="bench", path="bench/move.csv", columns=columns)


def _generate(path: Path, gigabytes: float) -> int:
    """Writes rows of plausible lengths, part by part; the same bytes each time."""
    path.parent.mkdir(parents=True)
    rows = int(ROWS_PER_GB * gigabytes)
    with path.open("wb") as out:
        for start in range(0, rows, ROWS_PER_PART):
            part = _part(start, min(start + ROWS_PER_PART, rows))
            part.write_csv(out, include_header=start == 0)
    return rows


def _part(start: int, end: int) -> pl.DataFrame:
    n = pl.int_range(start, end, dtype=pl.Int64)
    mixed = (n * 2_654_435_761) % 4_294_967_291
    return pl.select(
        (4_900_000_000 + n // 8).cast(pl.String).alias("document_no"),
        (n % 8 + 1).cast(pl.String).str.zfill(4).alias("line_no"),
        (pl.lit(20_240_100) + mixed % 28 + 1).cast(pl.String).alias("posting_date"),
        (10_000_000 + mixed % 5000).cast(pl.String).str.zfill(18).alias("material_code"),
        (mixed % 90_000 + 10_000).cast(pl.String).str.zfill(10).alias("lot_no"),
        pl.lit("1000").alias("plant_code"),
        (mixed % 40 + 1000).cast(pl.String).alias("location_code"),
        pl.when(mixed % 3 == 0).then(pl.lit("101")).otherwise(pl.lit("261")).alias("movement_code"),
        pl.concat_str((mixed % 9999).cast(pl.String), pl.lit(".000")).alias("qty"),
        pl.lit("PCE").alias("uom_code"),
        (1_000_000 + mixed % 77_777).cast(pl.String).str.zfill(12).alias("order_no"),
        pl.concat_str(pl.lit("USER"), (mixed % 500).cast(pl.String)).alias("user_name"),
    )


def _ours(folder: Path, source: Path) -> Cost:
    """A fresh lake each time, so that nothing is known before; the file is read in place."""
    data = folder / "lake"
    settings = Settings.from_env({"MEDLAKE_DATA": str(data), "MEDLAKE_LANDING": str(source)})
    command = [sys.executable, "-c", "from benchmarks.ingest import load_once; load_once()"]
    cost = cost_of(command, child_environment(settings), settings.root)
    rmtree(data)
    return cost


def _peer(folder: Path, source: Path) -> Cost:
    table = folder / "peer"
    command = [sys.executable, "-c", PEER_CODE, str(source / "bench" / "move.csv"), str(table)]
    cost = cost_of(command, dict(os.environ), folder)
    rmtree(table)
    return cost
