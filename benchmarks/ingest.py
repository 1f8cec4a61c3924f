"""One large CSV through the gated ingest, against what others do with it without any check.

BENCH_GB (1) of text in twelve columns, in a temporary lake; medians of BENCH_RUNS (3), each run in its own
process, all taking turns. Ours keeps the original, hashes it twice, counts fields per record, checks text,
forces everything to the disk and accounts for the file. Processor seconds say more than wall seconds where a
machine is shared.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import polars as pl

from benchmarks.figure import Cost, Figure, cost_of, figure, median_cost, megabytes_below
from benchmarks.peers import PEERS, load
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings, child_environment
from pipelines.ingest import ingest
from quality_rules.contract import CONTRACTS_FOLDER, Contract, read_contract

TABLE = "bench__move"
ROWS_PER_GB = 9_500_000
ROWS_PER_PART = 500_000
AT = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (
    "document_no", "line_no", "posting_date", "material_code", "lot_no", "plant_code",
    "location_code", "movement_code", "qty", "uom_code", "order_no", "user_name",
)  # fmt: skip
OURS = "gated ingest"


def run() -> Iterator[Figure]:
    """Yields wall and processor seconds, peak memory and table size of ours and of each peer."""
    runs = int(os.environ.get("BENCH_RUNS", "3"))
    present = [peer for peer in PEERS if peer.python]
    costs: dict[str, list[Cost]] = {name: [] for name in (OURS, *(peer.name for peer in present))}
    sizes: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="medlake-bench-") as folder:
        source = Path(folder) / "source" / "bench" / "move.csv"
        rows = int(ROWS_PER_GB * float(os.environ.get("BENCH_GB", "1")))
        _generate_apart(source, rows)
        for _ in range(runs):
            for peer in (None, *present):
                name, table = peer.name if peer else OURS, Path(folder) / "table"
                costs[name].append(load(peer, source, table) if peer else _ours(table, source.parent.parent))
                sizes[name] = megabytes_below(table / "raw" / TABLE if peer is None else table)
                rmtree(table)
    yield from _figures(rows, {name: median_cost(taken) for name, taken in costs.items()}, sizes)
    for peer in PEERS:
        if peer not in present:
            yield figure(f"{peer.name}: absent, BENCH_PEERS_PYTHON lacks {peer.package}", 0, "runs", "", None)


def _figures(rows: int, costs: Mapping[str, Cost], sizes: Mapping[str, float]) -> Iterator[Figure]:
    ours = costs[OURS]
    yield figure("rows", rows, "rows", "", None)
    yield figure(f"{OURS}, rows a second", rows / ours.seconds, "rows/s", "", None)
    for name, cost in costs.items():
        peer = "" if name == OURS else OURS
        yield figure(f"{name}, wall", cost.seconds, "s", peer, ours.seconds / cost.seconds)
        yield figure(f"{name}, processor", cost.cpu_seconds, "s", peer, ours.cpu_seconds / cost.cpu_seconds)
        yield figure(f"{name}, peak memory", cost.peak_mb, "MB", peer, ours.peak_mb / cost.peak_mb)
        yield figure(f"{name}, table", sizes[name], "MB", peer, sizes[OURS] / sizes[name])


def load_once() -> None:
    """The child: one ingest of the large file; a file that does not load whole is an error."""
    settings = Settings.from_env()
    contract = contract_of("bench/move.csv")
    report = ingest(settings, {contract.id: contract}, RawZone(settings.raw_dir), AT)
    if report.loaded != report.rows_in or not report.loaded:
        raise SystemExit(f"not loaded whole: {report}")


def contract_of(path: str) -> Contract:
    """A contract of twelve text columns for files of that name."""
    base = read_contract(CONTRACTS_FOLDER / "sap_a" / "mseg.odcs.yaml")
    columns = tuple(replace(base.columns[0], name=name, physical_name=name) for name in NAMES)
    return replace(base, id=TABLE, system="bench", path=path, columns=columns)


def _generate_apart(path: Path, rows: int) -> None:
    """In a process of its own: a child's peak memory starts from its parent's, and it must stay small."""
    code = "import sys; from benchmarks.ingest import *; generate(Path(sys.argv[1]), int(sys.argv[2]))"
    cost_of([sys.executable, "-c", code, str(path), str(rows)], os.environ, Settings.from_env().root)


def generate(path: Path, rows: int) -> None:
    """Writes rows part by part; the same bytes each time."""
    path.parent.mkdir(parents=True)
    with path.open("wb") as out:
        for start in range(0, rows, ROWS_PER_PART):
            part = rows_between(start, min(start + ROWS_PER_PART, rows))
            part.write_csv(out, include_header=start == 0)


def rows_between(start: int, end: int) -> pl.DataFrame:
    """Rows of plausible lengths; the same for the same numbers."""
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


def _ours(data: Path, landing: Path) -> Cost:
    """A fresh lake each time, so that nothing is known before; the file is read in place."""
    settings = Settings.from_env({"MEDLAKE_DATA": str(data), "MEDLAKE_LANDING": str(landing)})
    command = [sys.executable, "-c", "from benchmarks.ingest import load_once; load_once()"]
    return cost_of(command, child_environment(settings), settings.root)
