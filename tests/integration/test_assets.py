"""What the Dagster UI shows of a run: arrivals of sources, rows, previews, audits with their failed rows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from lakehouse.operation import Operation
from lakehouse.settings import ROOT, Settings
from pipelines.assets import arrivals as arrivals_module
from pipelines.assets import warehouse as warehouse_module
from pipelines.assets.arrivals import CHECK, arrivals_assets
from pipelines.assets.landing import landing_key, landing_specs
from pipelines.assets.links import dashboard, defining_files
from pipelines.assets.raw_zone import raw_key, raw_zone_asset
from pipelines.assets.warehouse import warehouse_asset
from pipelines.assets.words import described, explained, glossary
from pipelines.dictionary.headers import STG_GLOSSARY, read_glossary
from pipelines.lake import Lake
from pipelines.sqlmesh.build import BuildFailed, BuildReport
from pipelines.sqlmesh.catalogue import ColumnInfo, ModelInfo, model_catalogue
from pipelines.sqlmesh.watch import AuditRun, DeclaredAudit, ModelRun
from pipelines.table_facts import TableFacts
from quality_rules.contract import Contract
from quality_rules.contract_arrival import Arrival
from tests.built_lakes import BuiltLake
from tests.integration.small_lake import as_mapping, column, contract, empty_lake

PROMISE = Arrival("P1D", 1, "every-day", date(2025, 9, 1), 0, (), None, (), "warn")
UNIQUE = DeclaredAudit("unique_values(lot_id)", blocking=True)
LOT = ModelInfo(
    name="core.lot",
    layer="core",
    kind="FULL",
    description="Lots",
    grain=("lot_id",),
    columns=(ColumnInfo("lot_id", "TEXT", "Lot"),),
    depends_on=(),
    column_lineage={},
    fingerprint="1",
    owner="production",
    audits=(UNIQUE,),
    path=None,
)
CARD = replace(LOT, name="mart.lot_card", layer="mart", depends_on=("core.lot",))


def lake_of(home: Path, *contracts: Contract) -> Lake:
    """An empty lake with these contracts."""
    small = empty_lake(home)
    return Lake(small.settings, as_mapping(*contracts), small.zone)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    secret = column("patient", classification="personal")
    public = column("no", classification="internal")
    return lake_of(tmp_path, contract("item", public, secret), contract("move", public))


def drop(lake: Lake, name: str, text: str) -> None:
    path = lake.settings.landing_roots[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def metadata_of(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> Mapping[str, dg.MetadataValue[Any]]:
    """Metadata of the one materialisation of an asset in a run."""
    (event,) = [
        event.event_specific_data.materialization
        for event in result.all_events
        if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION and event.asset_key == key
    ]
    return event.metadata


def test_a_source_is_fresh_only_when_it_has_sent_something(lake: Lake) -> None:
    """Prevents a feed that stopped from looking fresh because our own job runs every day."""
    drop(lake, "erp/item/item_20250901.csv", "no,patient\n7,Wang\n8,Li\n")
    arrived = []
    for _ in range(2):
        result = dg.materialize([raw_zone_asset(lake)])
        events = result.get_asset_materialization_events()
        arrived.append([event.asset_key for event in events if event.asset_key.path[0] == "landing"])
    assert arrived == [[landing_key(lake.contracts["erp__item"])], []]
    assert metadata_of(result, raw_key("erp__item"))["dagster/row_count"].value == 2


def test_a_preview_shows_nothing_personal(lake: Lake) -> None:
    """Prevents names of people from standing in a UI that knows no roles, and no preview of the rest."""
    drop(lake, "erp/item/item_20250901.csv", "no,patient\n7,Wang\n8,Li\n")
    result = dg.materialize([raw_zone_asset(lake)])
    preview = metadata_of(result, raw_key("erp__item"))["preview"]
    assert isinstance(preview, dg.TableMetadataValue)
    assert [record.data for record in preview.records] == [{"no": "7"}, {"no": "8"}]
    assert "Wang" not in repr(result.all_events)


def test_freshness_follows_the_promise_of_the_contract(tmp_path: Path) -> None:
    """Prevents a policy written beside the calendar, and one for a source that promises nothing."""
    promising = contract("item", "no", arrival=PROMISE)
    silent = contract("move", "no", arrival=None)
    specs = {spec.key: spec for spec in landing_specs(lake_of(tmp_path, promising, silent))}
    late, unusual = timedelta(days=3), timedelta(days=2)
    policy = dg.FreshnessPolicy.time_window(fail_window=late, warn_window=unusual)
    assert specs[landing_key(promising)].freshness_policy == policy
    assert specs[landing_key(silent)].freshness_policy is None


def test_an_audit_that_found_rows_is_a_failed_check_with_their_keys(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a failed build that shows neither what was built before nor which rows were wrong."""
    green, red = AuditRun(UNIQUE.name, True, 0), AuditRun(UNIQUE.name, True, 2, ("lot_id=L7",))
    runs = (
        ModelRun("core.lot", "FULL", 0.1, (green,)),
        ModelRun("mart.lot_card", "FULL", 0, (red,), is_built=False),
    )

    def fails(*_: object, **__: object) -> BuildReport:
        raise BuildFailed("mart.lot_card: 2 rows", BuildReport(runs, (), is_planned=False))

    monkeypatch.setattr(warehouse_module, "build_models", fails)
    result = dg.materialize([warehouse_asset(lake, (LOT, CARD))], raise_on_error=False)
    assert not result.success
    checks = {check.asset_key.to_user_string(): check for check in result.get_asset_check_evaluations()}
    assert [check.passed for check in checks.values()] == [True, False]
    failed = checks["mart/lot_card"]
    assert (failed.check_name, failed.severity) == ("audit_unique_values_lot_id", dg.AssetCheckSeverity.ERROR)
    assert (failed.metadata["failed rows"].value, failed.metadata["sample keys"].value) == (
        2,
        "- `lot_id=L7`",
    )
    assert [event.asset_key.path for event in result.get_asset_materialization_events()] == [["core", "lot"]]


def test_a_model_that_was_not_evaluated_is_not_called_checked(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a green check that no query stands behind."""
    report = BuildReport(
        (ModelRun("core.lot", "FULL", 0.1, (AuditRun(UNIQUE.name, True, 0),)),), (), is_planned=False
    )
    monkeypatch.setattr(warehouse_module, "build_models", lambda *_, **__: report)
    facts = {"core.lot": TableFacts(300, ("lot_id",), (("L1",),))}
    monkeypatch.setattr(warehouse_module, "model_facts", lambda *_: facts)
    result = dg.materialize([warehouse_asset(lake, (LOT, CARD))])
    checks = {check.asset_key.to_user_string(): check for check in result.get_asset_check_evaluations()}
    assert {name: check.passed for name, check in checks.items()} == {
        "core/lot": True,
        "mart/lot_card": False,
    }
    assert "not run" in checks["mart/lot_card"].metadata
    assert metadata_of(result, dg.AssetKey(["core", "lot"]))["dagster/row_count"].value == 300


def test_a_day_of_the_calendar_can_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a partition that judges another day than its own."""
    lake = lake_of(tmp_path, contract("item", "no", arrival=PROMISE, extract_date=r"item_(\d{8})"))
    (asset,) = arrivals_assets(lake)

    def opened(*_: object) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        con.execute("CREATE SCHEMA mart")
        con.execute(
            "CREATE TABLE mart.file AS SELECT 'erp__item' AS source_table, 'loaded' AS status, 9 AS rows_in, "
            "'item_20250901.csv' AS file_name, TIMESTAMPTZ '2025-09-01 20:00:00Z' AS loaded_at"
        )
        return con

    monkeypatch.setattr(arrivals_module, "open_release", opened)
    monkeypatch.setattr(
        arrivals_module, "find_release", lambda *_: type("Release", (), {"name": "000007", "number": 7})
    )
    missing = {}
    for day in ("2025-09-03", "2025-09-05", "2025-09-03"):
        result = dg.materialize([asset], partition_key=day)
        (check,) = result.get_asset_check_evaluations()
        assert check.check_name == CHECK
        missing.setdefault(day, []).append((check.passed, check.metadata["alarms"].value))
    assert missing == {"2025-09-03": [(True, 0)] * 2, "2025-09-05": [(False, 2)]}


def test_every_table_and_column_is_said_in_both_languages(defect_lake: BuiltLake) -> None:
    """Prevents a table or column that Chinese readers of the UI cannot make out, and a catalogue that comes
    back from its file other than it was."""
    models, chinese = model_catalogue(defect_lake.settings), glossary()
    said = [described(model, chinese) for model in models]
    said += [explained(column, chinese) for model in models for column in model.columns]
    assert len(models) > 200
    # GTIN is GTIN in both.
    assert [words for words in said if not re.match(r"(.*[\u4e00-\u9fff].*|[A-Z]+) \| \S", words)] == []
    assert sorted(set(read_glossary(STG_GLOSSARY)) - _names(models)) == []
    assert model_catalogue.__wrapped__(defect_lake.settings) == models
    with pytest.raises(LookupError, match="core.lot has no Chinese name"):
        described(LOT, {})


def _names(models: Iterable[ModelInfo]) -> set[str]:
    return {name for model in models for name in (model.name, *(column.name for column in model.columns))}


def test_links_lead_somewhere(tmp_path: Path) -> None:
    """Prevents a link to a host that nobody named, and files that are not there."""
    settings = Settings(ROOT, tmp_path, (tmp_path,), None, None, "1GB")
    assert dashboard(settings, "catalogue", table="core.lot") == {}
    named = replace(settings, operation=Operation(dashboards_url="https://lake.example"))
    (link,) = dashboard(named, "catalogue", table="core.lot").values()
    assert link.url == "https://lake.example/catalogue?table=core.lot"
    (files,) = defining_files(settings, {"model": Path("models/core/lot.sql")}).values()
    assert [Path(reference.file_path).is_file() for reference in files.code_references] == [True]  # type: ignore[union-attr]
