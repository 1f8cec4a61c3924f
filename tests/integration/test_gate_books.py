"""The books against the raw zone: each rule is shown a lake that breaks it, and names the file."""

from pathlib import Path

import duckdb
import pytest

from lakehouse.warehouse import load_delta, mount_raw
from pipelines.ingest.loading.loads import LOAD, QUARANTINE
from quality_rules.gate import run_gate
from quality_rules.raw_books import book_rules
from quality_rules.raw_suite import raw_suite
from tests.integration.small_lake import AT, SmallLake, contract, empty_lake

ITEM, MOVE = contract("item", "no", "name"), contract("move", "no", "qty")


@pytest.fixture
def books(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """Three files of two tables, one record of them in quarantine, as tables that a test may break."""
    lake = empty_lake(tmp_path)
    lake.drop("erp/item/item_20260101.csv", "no,name\n1,gauze\n2,needle\n3\n")
    lake.drop("erp/item/item_20260102.csv", "no,name\n4,tube\n")
    lake.drop("erp/move/move_20260101.csv", "no,qty\n1,5\n")
    lake.run(ITEM, MOVE)
    return _copied(lake)


def _copied(lake: SmallLake) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    load_delta(con)
    mount_raw(con, lake.zone, lake.zone.versions())
    for table in (ITEM.id, MOVE.id, LOAD, QUARANTINE):
        con.execute(f"CREATE TABLE raw.copied AS SELECT * FROM raw.{table}")
        con.execute(f"DROP VIEW raw.{table}; ALTER TABLE raw.copied RENAME TO {table}")
    return con


def _found(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    rules = book_rules([ITEM.id, MOVE.id])
    found = {rule.id: con.execute(rule.kwargs["unexpected_rows_query"]).fetchall() for rule in rules}
    return {rule_id: rows for rule_id, rows in found.items() if rows}


def test_honest_books_are_green(books: duckdb.DuckDBPyConnection) -> None:
    """Prevents a rule that is red on every lake from being ignored."""
    assert _found(books) == {}
    assert all(rule.severity == "block" for rule in book_rules([ITEM.id]))


BREAKS: dict[str, tuple[str, str, str]] = {
    "a row is lost": (
        "DELETE FROM raw.erp__item WHERE no = '2'",
        "RAW-CON-001",
        "erp/item/item_20260101.csv",
    ),
    "a commit is doubled": (
        "INSERT INTO raw.erp__item SELECT * FROM raw.erp__item WHERE no = '4'",
        "RAW-CON-001",
        "erp/item/item_20260102.csv",
    ),
    "a file's rows are all gone": ("DELETE FROM raw.erp__move", "RAW-CON-001", "erp/move/move_20260101.csv"),
    "a file drops out of the account": (
        "DELETE FROM raw.medlake__load WHERE source_table = 'erp__move'",
        "RAW-CON-001",
        "erp__move",
    ),
    "a quarantined record is lost": (
        "DELETE FROM raw.medlake__quarantine",
        "RAW-CON-002",
        "erp/item/item_20260101.csv",
    ),
    "an account that does not add up": (
        "UPDATE raw.medlake__load SET rows_in = rows_in + 1 WHERE source_table = 'erp__move'",
        "RAW-CON-003",
        "erp/move/move_20260101.csv",
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_every_break_is_found_and_named(books: duckdb.DuckDBPyConnection, case: str) -> None:
    """Prevents rows that were lost, doubled or dropped behind the books from reaching a release."""
    statement, rule_id, name = BREAKS[case]
    books.execute(statement)
    found = _found(books)
    assert list(found) == [rule_id]
    assert len(found[rule_id]) == 1 and name in found[rule_id][0]


def test_two_wrong_files_do_not_cancel_out(books: duckdb.DuckDBPyConnection) -> None:
    """Prevents a lost row of one file from being hidden by a doubled row of another in the table's sum."""
    books.execute("DELETE FROM raw.erp__item WHERE no = '2'")
    books.execute("INSERT INTO raw.erp__item SELECT * FROM raw.erp__item WHERE no = '4'")
    assert len(_found(books)["RAW-CON-001"]) == 2


def test_the_gate_blocks_on_broken_books(books: duckdb.DuckDBPyConnection) -> None:
    """Prevents a rule that finds the lost row, but does not keep the release back or name the file."""
    books.execute("DELETE FROM raw.erp__item WHERE no = '2'")
    report = run_gate(books, "raw", {"raw": raw_suite([ITEM, MOVE])}, AT)
    (blocking,) = report.blocking
    assert (blocking.rule_id, blocking.table, blocking.failed_rows) == ("RAW-CON-001", "raw.medlake__load", 1)
    assert "erp/item/item_20260101.csv" in blocking.sample_keys[0]
