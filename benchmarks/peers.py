"""What others do with the same file: the plainest call each library offers for CSV in, table out.

None keeps the original, hashes it, looks at a record beyond its own parser, or forces a byte to the disk.
Daft and Spark run in the interpreter that BENCH_PEERS_PYTHON names, when it has them.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Cost, cost_of

POLARS = "polars scan_csv -> sink_delta"
POLARS_CODE = """
import polars as pl
pl.scan_csv(source).sink_delta(table)
"""
POLARS_TEXT_CODE = """
import polars as pl
pl.scan_csv(source, infer_schema=False).sink_delta(table)
"""
PYARROW_CODE = """
from deltalake import write_deltalake
from pyarrow import csv
write_deltalake(table, csv.open_csv(source))
"""
DAFT_CODE = """
import daft
daft.read_csv(source).write_deltalake(table)
"""
SPARK_CODE = """
from pyspark.sql import SparkSession
builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
builder.getOrCreate().read.csv(source, header=True).write.parquet(table)
"""


@dataclass(frozen=True)
class Peer:
    """A call to compare with: `code` knows the file as `source` and the table's folder as `table`."""

    name: str
    code: str
    package: str | None = None

    @property
    def python(self) -> str | None:
        """The interpreter that can run it, None when there is none."""
        if self.package is None:
            return sys.executable
        python = os.environ.get("BENCH_PEERS_PYTHON")
        return python if python and _has(python, self.package) else None


PEERS = (
    Peer(POLARS, POLARS_CODE),
    Peer("polars scan_csv, all text -> sink_delta", POLARS_TEXT_CODE),
    Peer("pyarrow open_csv -> write_deltalake", PYARROW_CODE),
    Peer("Daft read_csv -> write_deltalake", DAFT_CODE, "daft"),
    Peer("Spark read.csv, all text -> Parquet", SPARK_CODE, "pyspark"),
)


def load(peer: Peer, source: Path, table: Path) -> Cost:
    """Loads a file into a new table, in a process of its own."""
    if peer.python is None:
        raise LookupError(f"{peer.name}: BENCH_PEERS_PYTHON names no interpreter that has {peer.package}")
    code = f"import sys\nsource, table = sys.argv[1:]\n{peer.code}"
    return cost_of([peer.python, "-c", code, str(source), str(table)], os.environ, table.parent)


def _has(python: str, package: str) -> bool:
    found = subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False)
    return found.returncode == 0
