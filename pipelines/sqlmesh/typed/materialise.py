"""Typing as tables: typed.<contract id>, remade only when its raw rows, its rules or its decisions changed.

raw.<id> (views pinned to a Delta version) -> typed.<id>, one statement per contract -> typed.finding (view)
raw.medlake__*decision -> what people decided, folded (see folded.py)
This is the part of stg that touches every raw row. It runs before SQLMesh and not inside it, because the
typing SQL of a wide table has thousands of nodes: DuckDB plans it in milliseconds, SQLMesh would parse, hash
and cache it in every process; and because an unchanged table is skipped here, which a daily cron cannot do.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from pipelines.sqlmesh.typed.folded import fold_decisions
from pipelines.sqlmesh.typed.query import finding_query, typing_query
from quality_rules.contract import Contract


@dataclass(frozen=True)
class TypedTable:
    """A table of schema typed after a run; seconds is 0 when nothing had changed."""

    name: str
    seconds: float
    is_remade: bool


class TypingFailed(RuntimeError):
    """A contract's raw table could not be typed; the message names table and reason."""


def materialise(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]
) -> tuple[TypedTable, ...]:
    """Brings schema typed in step with schema raw and the contracts."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS typed")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS typed.made (table_name TEXT PRIMARY KEY, inputs_sha256 TEXT)"
    )
    made = dict(connection.execute("SELECT table_name, inputs_sha256 FROM typed.made").fetchall())
    sources = _raw_views(connection)
    decided = fold_decisions(connection, sources)
    tables = []
    for contract in contracts.values():
        if contract.id not in sources:
            raise TypingFailed(
                f"typed.{contract.id}: view raw.{contract.id} is missing; mount the raw zone first"
            )
        query = typing_query(contract, is_decided=contract.id in decided)
        inputs = f"{sources[contract.id]}\n{query}\n{decided.get(contract.id, '')}"
        digest = hashlib.sha256(inputs.encode()).hexdigest()
        is_stale = made.get(contract.id) != digest
        seconds = _make(connection, contract, query, digest) if is_stale else 0.0
        tables.append(TypedTable(f"typed.{contract.id}", seconds, is_stale))
    connection.execute(f"CREATE OR REPLACE VIEW typed.finding AS {finding_query(contracts)}")
    return tuple(tables)


def _raw_views(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Definition of each raw view; it names the pinned Delta version, so it changes when rows came."""
    rows = connection.execute(
        "SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'raw'"
    ).fetchall()
    return dict(rows)


def _make(connection: duckdb.DuckDBPyConnection, contract: Contract, query: str, digest: str) -> float:
    started = time.perf_counter()
    connection.begin()
    try:
        connection.execute(f"CREATE OR REPLACE TABLE typed.{contract.id} AS {query}")
        connection.execute("INSERT OR REPLACE INTO typed.made VALUES (?, ?)", [contract.id, digest])
        connection.commit()
    except duckdb.Error as error:
        connection.rollback()
        raise TypingFailed(f"typed.{contract.id}: {error}") from error
    return time.perf_counter() - started
