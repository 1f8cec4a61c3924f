"""The index of a release: built beside its warehouse, found through a connection to it.

core.trace_edge_version → attach_index → <release>/genealogy → index_of(connection) → Index
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa

from traceability.index.build import build
from traceability.index.edge_stream import BadEdges
from traceability.index.index import Index, open_index

ATTACHMENT = "genealogy"
EDGES_PER_BATCH = 1 << 18
OPEN_AT_ONCE = 4
KEYS = {"index_edges": "edge_id, known_at", "index_edges_of_lots": "edge_id"}


def attach_index(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Builds the index of a release from its warehouse; an attachment of ``lakehouse.releases``."""
    build(edges_of(con), target)


def edges_of(con: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """Every edge that a release knows or knew, in the order of its table.

    Raises:
        BadEdges: The engine gave the rows in another order.
    """
    name, is_table = _source(con)
    sql = files("traceability").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
    if not is_table:
        # The working warehouse has views, and views have no rows of their own: there the key is the order.
        sql = f"{sql.replace('rowid AS', f'ROW_NUMBER() OVER (ORDER BY {KEYS[name]}) AS')} ORDER BY row_no"
    yield from in_order(con.cursor().execute(sql).to_arrow_reader(EDGES_PER_BATCH))


def in_order(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches whose ``row_no`` rises from row to row.

    Raises:
        BadEdges: It does not.
    """
    last = np.array([-1])
    for batch in batches:
        rows = np.concatenate([last, batch.column("row_no").to_numpy()])
        if (np.diff(rows) <= 0).any():
            raise BadEdges(f"edges after row {last[0]} came out of order; keep preserve_insertion_order on")
        last = rows[-1:]
        yield batch


def index_of(con: duckdb.DuckDBPyConnection) -> Index:
    """The index of the release that a connection reads.

    A release made before there was an index, and a warehouse in memory, get one for the time being.

    Raises:
        IndexDamaged: The release's index cannot be read.
    """
    row = (
        con.cursor()
        .execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()")
        .fetchone()
    )
    path = row[0] if row else None
    folder = Path(path).with_name(ATTACHMENT) if path else None
    if folder is not None and folder.is_dir():
        return _opened(folder)
    with TemporaryDirectory(prefix="medlake-genealogy-") as scratch:
        build(edges_of(con), Path(scratch) / ATTACHMENT)
        # What is mapped stays readable after its name is gone.
        return open_index(Path(scratch) / ATTACHMENT)


@lru_cache(OPEN_AT_ONCE)
def _opened(folder: Path) -> Index:
    # A release never changes, so an opened index stays true.
    return open_index(folder)


def _source(con: duckdb.DuckDBPyConnection) -> tuple[str, bool]:
    """The query that fits a release, and whether it reads a table; old releases know edges of lots only."""
    found = con.cursor().execute(
        "SELECT table_name, table_type = 'BASE TABLE' FROM information_schema.tables "
        "WHERE table_schema = 'core' AND table_name IN ('genealogy_edge', 'trace_edge_version')"
    )
    kinds = dict(found.fetchall())
    if "trace_edge_version" in kinds:
        return "index_edges", kinds["trace_edge_version"]
    return "index_edges_of_lots", kinds["genealogy_edge"]
