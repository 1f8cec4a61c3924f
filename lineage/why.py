"""Why a cell reads as it does: the rows of the source files it was made from.

Flow: an open release + a table + the key of one row -> sources() -> files and record numbers.
A row of a core table carries its own address. A row that sums up others has a query in
lineage/contributors/<table>.sql, which names the rows again by the same conditions as the model.
Both find the source record itself: originals are kept by the same sha256.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

CONTRIBUTORS = Path(__file__).parent / "contributors"


class NoWay(LookupError):
    """There is no way back from this table, or no row under this key."""


@dataclass(frozen=True)
class SourceRow:
    """One record of one source file.

    Attributes:
        part: The column of the row asked about that this record adds to, '' when it gives the whole row.
        source_table: Contract by which the file was read.
        file_name: Path below its landing root; '' when the release does not know the file.
        row_no: Record number in the file, 1-based, header not counted.
    """

    part: str
    source_table: str
    file_name: str
    file_sha256: str
    row_no: int


def explained() -> tuple[str, ...]:
    """Tables without an address of their own from whose cells there is a way back."""
    return tuple(sorted(file.stem for file in CONTRIBUTORS.glob("*.sql")))


def contributing_sql(table: str) -> str:
    """The query that finds the source rows of one row of a table; its parameters are the table's key.

    Raises:
        NoWay: the table has no such query.
    """
    file = CONTRIBUTORS / f"{table}.sql"
    if table not in explained():
        raise NoWay(f"{table} has no address and no query; explained are {', '.join(explained())}")
    return file.read_text(encoding="utf-8")


def sources(con: duckdb.DuckDBPyConnection, table: str, key: Mapping[str, Any]) -> tuple[SourceRow, ...]:
    """The source rows behind one row of a released table, ordered by part, file and record.

    Args:
        table: Qualified name, such as `core.lot` or `mart.batch_pass_rate`.
        key: Values of the table's key columns, such as `{"lot_id": "A:10000123:0000042"}`.

    Raises:
        NoWay: the table leads nowhere, has no such columns, or holds no such row.
    """
    columns = _columns(con, table)
    if not key or not set(key) <= columns:
        raise NoWay(f"{table} has no columns {sorted(set(key) - columns)}")
    same = " AND ".join(f'"{name}" = ${name}' for name in key)
    (found,) = con.execute(f"SELECT count(*) FROM {table} WHERE {same}", dict(key)).fetchall()[0]
    if not found:
        raise NoWay(f"{table} has no row {dict(key)}")
    if {"_source_table", "_file_sha256", "_row"} <= columns:
        query = f"SELECT '' AS part, _source_table, _file_sha256, _row FROM {table} WHERE {same}"
    else:
        query = contributing_sql(table)
    return _named(con, query, key)


def _named(con: duckdb.DuckDBPyConnection, query: str, key: Mapping[str, Any]) -> tuple[SourceRow, ...]:
    """The rows of a query with the names of their files."""
    rows = con.execute(
        f"""
        WITH contributor AS ({query}), file AS (
          SELECT source_table, file_sha256, min(file_name) AS file_name FROM mart.file GROUP BY ALL
        )
        SELECT c.part, c._source_table, coalesce(f.file_name, ''), c._file_sha256, c._row
        FROM contributor AS c
        LEFT JOIN file AS f ON f.source_table = c._source_table AND f.file_sha256 = c._file_sha256
        ORDER BY ALL
        """,
        dict(key),
    ).fetchall()
    return tuple(SourceRow(*row) for row in rows)


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    schema, _, name = table.partition(".")
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = ? AND table_name = ?",
        [schema, name],
    ).fetchall()
    if not rows:
        raise NoWay(f"there is no table {table}")
    return {column for (column,) in rows}
