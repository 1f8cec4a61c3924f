"""The gates on a whole lake: green when clean, warning where defects were set aside, blocking when broken."""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner

from cli.console import Exit
from cli.main import app
from lakehouse.settings import Settings
from pipelines.assets.data_docs import data_docs_asset
from pipelines.lake import Lake, open_lake
from pipelines.refresh.gating import gate as refresh_gate
from quality_rules.contract import load_contracts
from quality_rules.gate import GateReport, run_gate
from quality_rules.raw_suite import load_suites
from quality_rules.suites.reader import Stage
from tests.built_lakes import BuiltLake

AT = datetime(2026, 1, 1, tzinfo=UTC)
NEW_RUN, OLD_RUN = str(UUID(int=2)), str(UUID(int=1))
STAGES: tuple[Stage, ...] = ("raw", "stg", "core", "mart")
# What a clean lake of this seed and size gives true reason to say: two pairs of namesakes that no steward has
# worked for a month, and seven periods (a week without an order, three days without a movement in plant B).
EXPECTED: Mapping[Stage, set[tuple[str, int]]] = {
    "core": {("CORE-PTY-005", 2)},
    "mart": {("MART-ARR-002", 7)},
}


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
    assert report.blocking == ()
    found = {(result.rule_id, result.failed_rows) for result in report.warnings}
    assert found == EXPECTED.get(stage, set()), shown(report)


def test_what_warns_of_a_clean_lake_is_true(clean: duckdb.DuckDBPyConnection, clean_lake: BuiltLake) -> None:
    """Prevents a false alarm from hiding behind an expected one: nothing was delivered in the periods called
    missing, and no steward has worked the pairs that wait."""
    missing = clean.execute(
        "SELECT source_table, period_start_date, period_end_date FROM mart.arrival "
        "WHERE state_code IN ('missing', 'late', 'refused')"
    ).fetchall()
    files = [path.name for root in clean_lake.settings.landing_roots for path in root.rglob("*.csv")]
    for source_table, first, last in missing:
        days = [f"{first + timedelta(days=n):%Y%m%d}" for n in range((last - first).days + 1)]
        name = source_table.partition("__")[2]
        assert not [file for file in files if file.startswith(f"{name}_") and file[-12:-4] in days]
    waits = "SELECT count(*) FROM core.identity_pair WHERE is_open AND open_days > 30"
    assert clean.execute(waits).fetchone() == (2,)
    assert clean.execute("SELECT count(*) FROM mart.identity_decision").fetchone() == (0,)


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


def test_the_newest_gates_become_data_docs_by_command_and_by_asset(
    defect_lake: BuiltLake, tmp_path: Path
) -> None:
    """Prevents Data Docs nobody can reach, or pages of an older run than the one that was just checked."""
    lake = _lake_of_one_gate(defect_lake, tmp_path)
    docs = CliRunner().invoke(app, ["quality", "docs", "--json"], env={"MEDLAKE_DATA": str(tmp_path)})
    assert docs.exit_code == 0, docs.output
    index = Path(json.loads(docs.stdout)["index"])
    assert NEW_RUN in index.read_text(encoding="utf-8")
    assert OLD_RUN not in index.read_text(encoding="utf-8")
    assert list(index.parent.glob("validations/core/lot/**/*.html"))
    shutil.rmtree(index.parent)
    assert dg.materialize([data_docs_asset(lake)]).success
    assert index.is_file()


def test_data_docs_before_the_first_gate_say_what_to_run(tmp_path: Path) -> None:
    """Prevents a stack trace where a person only asked too early."""
    docs = CliRunner().invoke(app, ["quality", "docs"], env={"MEDLAKE_DATA": str(tmp_path)})
    assert docs.exit_code == Exit.NOT_FOUND
    assert "medlake refresh" in docs.stderr


def _lake_of_one_gate(built: BuiltLake, home: Path) -> Lake:
    """A lake of its own over a built warehouse, with two runs of the gate of core."""
    (home / "warehouse").mkdir()
    (home / "warehouse" / "build.duckdb").hardlink_to(built.settings.build_path)
    lake = open_lake(Settings.from_env({"MEDLAKE_DATA": str(home)}))
    for hour, run_id in enumerate((NEW_RUN, OLD_RUN)):
        refresh_gate(lake, "core", run_id=run_id, at=AT - timedelta(hours=hour), say=lambda _: None)
    return lake


def test_quarantine_beyond_its_tolerance_keeps_the_release_back(
    defects: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Prevents a broken feed from being released, and a block from which nobody learns what to do."""
    path = tmp_path / "build.duckdb"
    (source,) = defects.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = 'build'"
    ).fetchall()[0]
    shutil.copy(source, path)
    with duckdb.connect(str(path)) as flooded:
        flooded.execute(
            "CREATE TABLE mart.flooded AS SELECT * REPLACE (400 AS open_count, 0.4 AS open_share, "
            "CASE source_table WHEN 'sap_a__mch1' THEN 'beyond' ELSE state_code END AS state_code) "
            "FROM mart.quarantine_tolerance; DROP VIEW mart.quarantine_tolerance;"
            "ALTER TABLE mart.flooded RENAME TO quarantine_tolerance"
        )
    (blocked,) = gate(path, "mart").blocking
    assert (blocked.rule_id, blocked.failed_rows) == ("MART-QUA-001", 1)
    (said,) = blocked.sample_keys
    for word in ("sap_a__mch1", "rule_id=*", "open_count=400", "open_share=0.4", "share_limit=0.05"):
        assert word in said
    assert "medlake quarantine list --table sap_a__mch1" in said
