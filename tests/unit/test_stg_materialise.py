"""Typed tables: remade when rows or rules change, left alone otherwise."""

from dataclasses import replace

import duckdb
import pytest

from pipelines.sqlmesh.typed.materialise import TypingFailed, materialise
from quality_rules.contract import load_contracts


@pytest.fixture
def contracts():
    """One real contract is enough."""
    return {"sap_a__tcurr": load_contracts()["sap_a__tcurr"]}


def mount(con: duckdb.DuckDBPyConnection, contract, version: int) -> None:
    """A raw view whose definition names a version, as the lakehouse mounts it."""
    names = ", ".join(f"'{version}' AS \"{column.physical_name}\"" for column in contract.columns)
    con.execute("CREATE SCHEMA IF NOT EXISTS raw")
    con.execute(
        f"CREATE OR REPLACE VIEW raw.{contract.id} AS SELECT {names}, 'f' AS _file_sha256, 1 AS _row,"
        " '' AS _extracted_on"
    )


def test_only_changed_tables_are_remade(contracts) -> None:
    """Prevents typing everything again on every refresh, and keeping a table whose rows or rules changed."""
    contract = contracts["sap_a__tcurr"]
    with duckdb.connect() as con:
        mount(con, contract, 1)
        assert [table.is_remade for table in materialise(con, contracts)] == [True]
        assert [table.is_remade for table in materialise(con, contracts)] == [False]
        mount(con, contract, 2)
        assert [table.is_remade for table in materialise(con, contracts)] == [True]
        stricter = replace(
            contract, columns=(replace(contract.columns[0], pattern="^x$"), *contract.columns[1:])
        )
        assert [table.is_remade for table in materialise(con, {contract.id: stricter})] == [True]


def test_a_table_that_is_not_mounted_is_named(contracts) -> None:
    """Prevents a build on raw tables of yesterday because a mount was forgotten."""
    with duckdb.connect() as con, pytest.raises(TypingFailed, match="raw.sap_a__tcurr"):
        materialise(con, contracts)
