"""Great Expectations inside DuckDB: each kind of rule on one table that keeps it and one that breaks it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from quality_rules.gate import GATE_RESULT_SCHEMA, GateReport, RuleResult, gate_results_table, run_gate
from quality_rules.gate_docs import NoResults, build_docs, keep_results
from quality_rules.suites.reader import SQL_EXPECTATION, Rule, RuleError, Suite, grain_rules, not_null_rule

AT = datetime(2025, 3, 1, 8, 30, tzinfo=UTC)
LOT = """
    SELECT * FROM (VALUES
        ('L1', 5, 'A1', 'x', DATE '2025-01-01', DATE '2026-01-01'),
        ('L2', 3, 'B2', 'y', DATE '2025-01-02', NULL),
        ('L3', 0, 'C3', NULL, DATE '2025-01-03', DATE '2025-01-04')
    ) AS t(lot_id, qty, code, kind, made_date, expiry_date)
"""
# The same table with one to three rows gone wrong.
BAD_LOT = f"""
    SELECT * FROM ({LOT})
    UNION ALL VALUES ('L3', -2, 'zz9', 'q:1', DATE '2025-01-03', DATE '2025-01-01'),
                     (NULL, 7, 'a-{{2}}', 'x', NULL, NULL)
"""
SQL = "SELECT lot_id, kind FROM core.lot WHERE regexp_full_match(kind, '[a-z]{1}:1') ORDER BY ALL"
# kind of rule -> (expectation, arguments, failed rows, sample keys) on the bad table
KINDS: dict[str, tuple[str, dict[str, Any], int, tuple[str, ...]]] = {
    "unique": ("expect_column_values_to_be_unique", {"column": "lot_id"}, 2, ("lot_id=L3",)),
    "unique together": (
        "expect_compound_columns_to_be_unique",
        {"column_list": ["lot_id", "made_date"]},
        2,
        ("lot_id=L3, made_date=2025-01-03",),
    ),
    "not null": (
        "expect_column_values_to_not_be_null",
        {"column": "made_date"},
        1,
        ("lot_id=None, made_date=None",),
    ),
    "in set": (
        "expect_column_values_to_be_in_set",
        {"column": "kind", "value_set": ["x", "y"]},
        1,
        ("lot_id=L3, kind=q:1",),
    ),
    "between": (
        "expect_column_values_to_be_between",
        {"column": "qty", "min_value": 0},
        1,
        ("lot_id=L3, qty=-2",),
    ),
    "regex": (
        "expect_column_values_to_match_regex",
        {"column": "code", "regex": "^[A-Z]"},
        2,
        ("lot_id=L3, code=zz9", "lot_id=None, code=a-{2}"),
    ),
    "no regex": (
        "expect_column_values_to_not_match_regex",
        {"column": "code", "regex": "z9"},
        1,
        ("lot_id=L3, code=zz9",),
    ),
    "length": (
        "expect_column_value_lengths_to_be_between",
        {"column": "code", "max_value": 3},
        1,
        ("lot_id=None, code=a-{2}",),
    ),
    "order of two": (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "expiry_date", "column_B": "made_date", "ignore_row_if": "either_value_is_missing"},
        1,
        ("lot_id=L3, expiry_date=2025-01-01, made_date=2025-01-03",),
    ),
    "sql": (SQL_EXPECTATION, {"unexpected_rows_query": SQL}, 1, ("lot_id=L3, kind=q:1",)),
    "row count": ("expect_table_row_count_to_be_between", {"max_value": 4}, 1, ()),
}


def rule(expectation: str, kwargs: dict[str, Any], /, **changes: Any) -> Rule:
    made = Rule(
        id="CORE-LOT-001",
        stage="core",
        table="core.lot",
        expectation=expectation,
        kwargs=kwargs,
        severity="block",
        tolerance=Decimal(0),
        dimension="validity",
        title_zh="规则",
        title_en="A rule",
        source="core.yaml",
    )
    return replace(made, **changes)


def gate(con: duckdb.DuckDBPyConnection | Path, *rules: Rule) -> GateReport:
    return run_gate(con, "core", {"core": Suite("core", rules, {"core.lot": ("lot_id",)})}, AT)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("CREATE SCHEMA core")
        yield opened


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_kind_of_rule_passes_and_fails_exactly(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Prevents a gate that is green because DuckDB returned nothing, and wrong counts or samples."""
    expectation, kwargs, failed, samples = KINDS[kind]
    con.execute(f"CREATE TABLE core.lot AS {LOT}")
    (good,) = gate(con, rule(expectation, kwargs)).results
    assert (good.passed, good.failed_rows, good.checked_rows, good.sample_keys) == (True, 0, 3, ())
    con.execute(f"CREATE OR REPLACE TABLE core.lot AS {BAD_LOT}")
    (bad,) = gate(con, rule(expectation, kwargs)).results
    assert (bad.passed, bad.failed_rows, bad.checked_rows, bad.sample_keys) == (False, failed, 5, samples)


def test_columns_too_few_and_too_many_are_named(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a source that drops or adds a column from passing as declared."""
    con.execute(f"CREATE TABLE core.lot AS {LOT}")
    declared = ["lot_id", "qty", "code", "kind", "made_date", "supplier_code"]
    kwargs = {"column_set": declared, "exact_match": True}
    (result,) = gate(con, rule("expect_table_columns_to_match_set", kwargs)).results
    assert result.failed_rows == 2
    assert result.sample_keys == ("missing=supplier_code", "unexpected=expiry_date")


def test_a_doubled_grain_blocks_and_an_empty_one_too(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a release in which a lot stands twice."""
    con.execute(f"CREATE TABLE core.lot AS {BAD_LOT}")
    report = gate(con, *grain_rules("core", "core.lot", ("lot_id",), "core.yaml"))
    assert [(result.rule_id, result.failed_rows) for result in report.blocking] == [
        ("CORE-KEY-001", 2),
        ("CORE-KEY-002", 1),
    ]


@pytest.mark.parametrize(("tolerance", "severity"), [("0.2", "warn"), ("0.19", "block")])
def test_a_share_within_the_tolerance_only_warns(
    con: duckdb.DuckDBPyConnection, tolerance: str, severity: str
) -> None:
    """Prevents one bad row in a thousand from stopping a plant, and a flood from passing as one bad row."""
    con.execute(f"CREATE TABLE core.lot AS {BAD_LOT}")
    made = rule("expect_column_values_to_not_be_null", {"column": "made_date"}, tolerance=Decimal(tolerance))
    report = gate(con, made)
    assert [result.severity for result in report.results] == [severity]
    assert bool(report.blocking) == (severity == "block")
    assert len(report.blocking) + len(report.warnings) == 1


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "table": ({"table": "core.lots"}, "no table core.lots"),
    "column": ({"kwargs": {"column": "colour"}}, "no column colour"),
    "expectation": ({"expectation": "expect_miracles"}, "no expectation expect_miracles"),
    "argument": ({"kwargs": {"column": "qty", "maximum": 3}}, "maximum"),
    "sql": (
        {"expectation": SQL_EXPECTATION, "kwargs": {"unexpected_rows_query": "SELECT colour FROM core.lot"}},
        "colour",
    ),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_a_rule_that_cannot_run_is_an_error_not_a_failure(con: duckdb.DuckDBPyConnection, case: str) -> None:
    """Prevents a misspelt rule from being counted as bad data; the error names suite and rule."""
    changes, message = WRONG[case]
    con.execute(f"CREATE TABLE core.lot AS {LOT}")
    wrong = rule("expect_column_values_to_not_be_null", {"column": "lot_id"}, **changes)
    suite = Suite("core", (wrong,), {wrong.table: ("lot_id",)})
    with pytest.raises(RuleError, match=message) as raised:
        run_gate(con, "core", {"core": suite}, AT)
    assert str(raised.value).startswith("core.yaml: rule CORE-LOT-001")


def test_a_file_is_checked_read_only_and_left_as_it_was(tmp_path: Path) -> None:
    """Prevents a gate that writes into the warehouse it checks or keeps it locked."""
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(f"CREATE SCHEMA core; CREATE TABLE core.lot AS {LOT}")
    before = path.read_bytes()
    assert gate(
        path, not_null_rule("CORE-KEY-002", "core", "core.lot", ("lot_id",), ("lot_id",), "f")
    ).results
    assert path.read_bytes() == before
    with duckdb.connect(str(path)) as again:
        assert again.execute("SELECT count(*) FROM core.lot").fetchall() == [(3,)]


def test_the_callers_connection_stays_open_and_outside_any_transaction(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Prevents a gate from closing the connection of the step that called it, or holding its snapshot."""
    con.execute(f"CREATE TABLE core.lot AS {LOT}")
    gate(con, rule("expect_column_values_to_not_be_null", {"column": "lot_id"}))
    con.execute("BEGIN; INSERT INTO core.lot (lot_id) VALUES ('L9'); COMMIT")
    assert con.execute("SELECT count(*) FROM core.lot").fetchall() == [(4,)]


def test_results_become_typed_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents gate results that cannot be kept next to the data they speak of."""
    con.execute(f"CREATE TABLE core.lot AS {BAD_LOT}")
    report = gate(con, rule("expect_column_values_to_be_unique", {"column": "lot_id"}))
    table = gate_results_table(report, "run-1")
    assert table.schema == GATE_RESULT_SCHEMA
    (row,) = table.to_pylist()
    assert (row["run_id"], row["rule_id"], row["table_name"]) == ("run-1", "CORE-LOT-001", "core.lot")
    assert (row["is_passed"], row["failed_rows"], row["sample_keys"]) == (False, 2, "lot_id=L3")
    assert row["checked_at"] == AT


def test_the_report_keeps_the_order_of_the_suite(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents results that jump about between two runs over the same data."""
    con.execute(f"CREATE TABLE core.lot AS {LOT}")
    names = [f"CORE-LOT-{number:03d}" for number in (7, 3, 5)]
    kinds = [SQL_EXPECTATION, "expect_column_values_to_not_be_null", "expect_column_values_to_be_unique"]
    arguments: list[dict[str, Any]] = [{"unexpected_rows_query": SQL}, {"column": "qty"}, {"column": "code"}]
    rules = [rule(k, a, id=n) for n, k, a in zip(names, kinds, arguments, strict=True)]
    results: tuple[RuleResult, ...] = gate(con, *rules).results
    assert [result.rule_id for result in results] == names


def test_data_docs_show_the_rules_and_their_results(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Prevents a docs site that is built of nothing, or keeps the pages of an older run."""
    con.execute(f"CREATE TABLE core.lot AS {BAD_LOT}")
    report = gate(
        con, rule("expect_column_values_to_be_unique", {"column": "lot_id"}, title_en="One row per lot")
    )
    site = tmp_path / "docs"
    site.mkdir()
    (site / "old.html").write_text("old")
    keep_results(report, tmp_path / "results")
    index = build_docs(tmp_path / "results", site, "refresh 7")
    assert index.parent == site
    assert "refresh 7" in index.read_text(encoding="utf-8")
    assert not (site / "old.html").exists()
    pages = [page.read_text(encoding="utf-8") for page in (site / "validations").rglob("*.html")]
    assert any("One row per lot" in page and "Failed" in page and "L3" in page for page in pages)


def test_data_docs_of_nothing_say_what_to_run_and_leave_the_old_site(tmp_path: Path) -> None:
    """Prevents an empty site in place of the last good one."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html").write_text("last good")
    with pytest.raises(NoResults, match="medlake refresh --force"):
        build_docs(tmp_path / "results", tmp_path / "docs", "refresh 8")
    assert (tmp_path / "docs" / "index.html").read_text() == "last good"
