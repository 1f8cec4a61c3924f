"""The gates on a whole lake: green when clean, warning where defects were set aside, blocking when broken."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from quality_rules.contract import load_contracts
from quality_rules.gate import GateReport, run_gate
from quality_rules.raw_suite import load_suites
from quality_rules.suites.reader import Stage

AT = datetime(2026, 1, 1, tzinfo=UTC)
STAGES: tuple[Stage, ...] = ("raw", "stg", "core", "mart")


def gate(con: duckdb.DuckDBPyConnection | Path, stage: Stage) -> GateReport:
    return run_gate(con, stage, load_suites(load_contracts()), AT)


def shown(report: GateReport) -> list[str]:
    return [
        f"{result.severity} {result.rule_id} {result.table} {result.failed_rows}/{result.checked_rows} "
        f"{result.sample_keys}"
        for result in (*report.blocking, *report.warnings)
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_a_clean_lake_is_green(clean: duckdb.DuckDBPyConnection, stage: Stage) -> None:
    """Prevents rules that cry at good data until nobody listens, and rules that cannot run on real tables."""
    report = gate(clean, stage)
    assert len(report.results) > 50
    assert shown(report) == []


@pytest.mark.parametrize("stage", STAGES)
def test_seeded_defects_warn_and_do_not_block(defects: duckdb.DuckDBPyConnection, stage: Stage) -> None:
    """Prevents one quarantined row from keeping back the numbers of a whole plant."""
    report = gate(defects, stage)
    assert report.blocking == (), shown(report)


def test_seeded_defects_are_not_overlooked(defects: duckdb.DuckDBPyConnection) -> None:
    """Prevents gates that let everything through."""
    assert [result.rule_id for result in gate(defects, "mart").warnings if result.rule_id == "MART-FND-002"]


def test_a_lot_that_stands_twice_keeps_the_release_back(
    clean: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Prevents a broken model from reaching a reader."""
    path = tmp_path / "build.duckdb"  # SQLMesh wrote the name into its views
    (source,) = clean.execute("SELECT path FROM duckdb_databases() WHERE database_name = 'build'").fetchall()[
        0
    ]
    shutil.copy(source, path)
    with duckdb.connect(str(path)) as broken:
        broken.execute("CREATE TABLE core.lot_twice AS SELECT * FROM core.lot")
        broken.execute("INSERT INTO core.lot_twice SELECT * FROM core.lot ORDER BY lot_id LIMIT 1")
        broken.execute("DROP VIEW core.lot; ALTER TABLE core.lot_twice RENAME TO lot")
    blocking = gate(path, "core").blocking
    assert [(result.rule_id, result.table, result.failed_rows) for result in blocking] == [
        ("CORE-KEY-001", "core.lot", 2)
    ]
