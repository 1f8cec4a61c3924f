"""Contracts change while their tables hold rows: nothing is lost; a table that cannot follow waits alone."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lakehouse.warehouse import load_delta, mount_raw
from pipelines.ingest.loading.loads import LOAD, LOAD_SCHEMA
from tests.integration.small_lake import SmallLake, column, contract, empty_lake

OLD = contract("item", "no", "name")
FIRST, SECOND = "erp/item/item_20260101.csv", "erp/item/item_20260102.csv"


@pytest.fixture
def lake(tmp_path: Path) -> SmallLake:
    """A lake that holds two rows of the old contract."""
    lake = empty_lake(tmp_path)
    lake.drop(FIRST, "no,name\n1,gauze\n2,needle\n")
    assert lake.run(OLD).loaded == 2
    return lake


def test_an_added_column_is_null_where_it_was_not_delivered(lake: SmallLake) -> None:
    """Prevents a contract's new column from stopping the ingest, and old rows from being made up."""
    new = replace(OLD, version="1.1.0", columns=(*OLD.columns, column("unit")))
    lake.drop(SECOND, "no,unit,name\n3,PC,tube\n")
    assert lake.run(new).failed_tables == ()
    assert lake.raw(OLD.id, "no", "name", "unit", "_contract_version") == [
        ("1", "gauze", None, "1.0.0"),
        ("2", "needle", None, "1.0.0"),
        ("3", "tube", "PC", "1.1.0"),
    ]
    with duckdb.connect() as con:
        load_delta(con)
        mount_raw(con, lake.zone, lake.zone.versions())
        units = con.execute("SELECT unit FROM raw.erp__item ORDER BY no").fetchall()
    assert units == [(None,), (None,), ("PC",)]


def test_not_delivered_is_not_missing(lake: SmallLake) -> None:
    """Prevents a new required column from quarantining every older row, or from being waived for new ones."""
    unit = column("unit", required=True, since="1.1.0")
    new = replace(OLD, version="1.1.0", columns=(*OLD.columns, unit))
    lake.drop(SECOND, "no,name,unit\n3,tube,PC\n4,valve,\n")
    lake.run(new)
    found = lake.typed(new, "SELECT no, unit, _status FROM typed.erp__item ORDER BY no")
    assert found == [
        ("1", None, "good"),
        ("2", None, "good"),
        ("3", "PC", "good"),
        ("4", None, "quarantined"),
    ]
    careless = replace(new, columns=(*OLD.columns, replace(unit, since=None)))
    kept_out = lake.typed(
        careless, "SELECT no FROM typed.erp__item WHERE _status = 'quarantined' ORDER BY no"
    )
    assert kept_out == [("1",), ("2",), ("4",)]


def test_a_removed_column_stays_in_raw_and_is_read_no_more(lake: SmallLake) -> None:
    """Prevents old values from being dropped with the column, or new files from failing without it."""
    new = replace(OLD, version="2.0.0", columns=OLD.columns[:1])
    lake.drop(SECOND, "no\n3\n")
    lake.run(new)
    assert lake.raw(OLD.id, "no", "name") == [("1", "gauze"), ("2", "needle"), ("3", None)]
    assert lake.typed(new, "SELECT no FROM typed.erp__item WHERE _status = 'good' ORDER BY no") == [
        ("1",),
        ("2",),
        ("3",),
    ]


def test_a_renamed_column_is_one_removed_and_one_added(lake: SmallLake) -> None:
    """Prevents values from moving under another name by guess."""
    new = replace(OLD, version="2.0.0", columns=(OLD.columns[0], column("title")))
    lake.drop(SECOND, "no,title\n3,tube\n")
    lake.run(new)
    assert lake.raw(OLD.id, "no", "name", "title") == [
        ("1", "gauze", None),
        ("2", "needle", None),
        ("3", None, "tube"),
    ]


def test_names_that_differ_in_case_are_one_column(lake: SmallLake) -> None:
    """Prevents a table that Delta cannot extend, because it tells no case apart, from stopping for ever."""
    new = replace(OLD, version="2.0.0", columns=(OLD.columns[0], column("NAME")))
    lake.drop(SECOND, "no,NAME\n3,tube\n")
    assert lake.run(new).failed_tables == ()
    assert lake.raw(OLD.id, "no", "name") == [("1", "gauze"), ("2", "needle"), ("3", "tube")]


def test_a_table_that_cannot_follow_costs_no_other(lake: SmallLake) -> None:
    """Prevents one impossible change from stopping every other source, and its files from being given up."""
    odd = contract("move", "no", "qty")
    lake.zone.ensure(odd.id, pa.schema([("no", pa.string()), ("qty", pa.int64())]))
    lake.drop("erp/move/move_20260101.csv", "no,qty\n1,5\n")
    lake.drop(SECOND, "no,name\n3,tube\n")
    report = lake.run(OLD, odd)
    assert [table.source_table for table in report.failed_tables] == [odd.id]
    assert "it cannot take {'qty': 'string'}" in report.failed_tables[0].reason
    assert (report.loaded, lake.zone.read(odd.id).num_rows) == (1, 0)
    assert odd.id not in lake.zone.read(LOAD).column("source_table").to_pylist()


def test_the_books_of_an_older_version_are_carried_on(tmp_path: Path) -> None:
    """Prevents an update of the platform from refusing a lake whose load table has fewer columns."""
    lake = empty_lake(tmp_path / "older")
    lake.drop(FIRST, "no,name\n1,gauze\n")
    zone = lake.zone
    older = pa.schema([field for field in LOAD_SCHEMA if field.name != "encoding"])
    zone.ensure(LOAD, older)
    record = {field.name: None for field in older} | {"load_id": "x", "status": "loaded"}
    zone.append(LOAD, pa.Table.from_pylist([record], older), ["x"])
    lake.run(OLD)
    found = zone.read(LOAD).to_pylist()
    assert len(found) == 2
    assert {row["load_id"] == "x": row["encoding"] for row in found} == {True: None, False: "utf-8-sig"}
