"""The build on a small project of its own: real contracts, ingest, DuckDB and SQLMesh, three models."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlglot import exp
from sqlmesh import Context
from sqlmesh.core.macros import RuntimeStage
from sqlmesh.core.model import SqlModel
from sqlmesh.core.renderer import QueryRenderer
from sqlmesh.core.snapshot import DeployabilityIndex, Snapshot

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from lakehouse.warehouse import connect, load_delta, mount_raw
from pipelines.ingest import ingest
from pipelines.sqlmesh.build import BuildFailed, BuildReport, build
from pipelines.sqlmesh.one_rendering import OneRendering
from pipelines.sqlmesh.project import open_context
from quality_rules.contract import load_contracts

COPIED = (
    "macros",
    "audits",
    "linter",
    "models/stg/typed.py",
    "models/stg/sap_a/as_product.sql",
    "models/core/product.sql",
)
COUNT = """MODEL (name mart.product_count, kind FULL, grain products, description 'Products known',
audits ({audits}));
SELECT COUNT(*)::BIGINT AS products /* Products known */, {extra}::BIGINT AS extra /* A constant */
FROM core.product
"""
AT_LEAST_9 = "accepted_range(column := products, min_v := 9)"


class Lake:
    """A lake with a project of three models that a test may change."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(
            root=home / "project",
            data_dir=home / "data",
            landing_roots=(home / "data" / "landing",),
            openlineage_url=None,
            duckdb_threads=2,
            duckdb_memory="1GB",
        )
        for name in COPIED:
            copy(ROOT / name, self.settings.root / name)
        self.write_count()

    def write_count(self, extra: int | str = 0, audits: str = "not_null(columns := (products))") -> None:
        """Writes the mart; another constant is another model."""
        path = self.settings.root / "models" / "mart" / "product_count.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(COUNT.format(extra=extra, audits=audits))
        open_context.cache_clear()

    def land(self, day: str, *codes: str) -> None:
        """A material master extract of one day."""
        lines = ["MATNR,MTART,MEINS,XCHPF,EAN11,MHDHB,SERNP,NORMT,ERSDA"]
        lines += [f"{code:0>18},FERT,ST,X,,365,,spec,20250101" for code in codes]
        path = self.settings.landing_roots[0] / "sap_a" / "mara" / f"mara_{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, ""]), encoding="utf-8-sig")

    def refresh(self, number: int) -> BuildReport:
        """Ingest, mount, build."""
        zone = RawZone(self.settings.raw_dir)
        ingest(self.settings, load_contracts(), zone, datetime(2026, 1, 1, tzinfo=UTC))
        with connect(self.settings.build_path, read_only=False, settings=self.settings) as connection:
            load_delta(connection)
            mount_raw(connection, zone, zone.versions())
        return build(self.settings, number)

    def count(self) -> tuple[int, int]:
        """What the mart says."""
        with connect(self.settings.build_path, read_only=True, settings=self.settings) as connection:
            row = connection.execute("SELECT products, extra FROM mart.product_count").fetchone()
        assert row is not None
        return row


def copy(source: Path, target: Path) -> None:
    """Copies a file or a folder, if there is one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy(source, target)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A fresh lake that knows one product."""
    fresh = Lake(tmp_path)
    fresh.land("20250101", "100")
    return fresh


def test_refreshes_see_new_rows_whether_planned_run_or_repeated(lake: Lake) -> None:
    """Prevents tables that stay as they were: run skips what its clock calls done, and a plan for a changed
    model would read upstream tables that the same plan has not refreshed."""
    report = lake.refresh(1)
    assert (report.is_planned, lake.count()) == (True, (1, 0))

    lake.land("20250102", "101")
    report = lake.refresh(2)
    assert (report.is_planned, lake.count()) == (False, (2, 0))
    assert [table.name for table in report.typed if table.is_remade] == ["typed.sap_a__mara"]

    lake.land("20250103", "102")
    assert (lake.refresh(2).is_planned, lake.count()) == (False, (3, 0))

    lake.land("20250104", "103")
    lake.write_count(extra=1)
    assert (lake.refresh(3).is_planned, lake.count()) == (True, (4, 1))


def test_report_names_models_and_audits_and_a_blocking_audit_fails_the_build(lake: Lake) -> None:
    """Prevents a build that hides what was wrong: SQLMesh tells only how many audits failed, not which."""
    lake.write_count(
        audits=f"not_null(columns := (products)), {AT_LEAST_9.replace(')', ', blocking := false)')}"
    )
    report = lake.refresh(1)
    mart = next(run for run in report.models if run.name == "mart.product_count")
    assert mart.kind == "FULL"
    assert [(audit.name, audit.blocking, audit.failed_rows) for audit in mart.audits] == [
        ("not_null(products)", True, 0),
        ("accepted_range", False, 1),
    ]

    lake.write_count(audits=AT_LEAST_9)
    with pytest.raises(BuildFailed, match=r"mart\.product_count.*accepted_range") as failed:
        lake.refresh(2)
    assert failed.value.report is not None
    (mart,) = failed.value.report.models
    assert not mart.is_built
    (audit,) = mart.audits
    assert (audit.failed_rows, audit.samples) == (1, ("products=1",))


def test_samples_name_the_rows_that_an_audit_found(lake: Lake) -> None:
    """Prevents a failed audit that says how many rows are wrong and leaves the search to the reader."""
    twice = "SELECT 7::BIGINT AS products /* Seven */, n::BIGINT AS extra /* Row */ FROM RANGE(3) AS t(n)"
    path = lake.settings.root / "models" / "mart" / "product_count.sql"
    header, _, _ = COUNT.format(extra=0, audits="unique_values(columns := (products))").partition("SELECT")
    path.write_text(header + twice)
    open_context.cache_clear()
    with pytest.raises(BuildFailed) as failed:
        lake.refresh(1)
    assert failed.value.report is not None
    assert [(run.name, run.is_built) for run in failed.value.report.models][-2:] == [
        ("core.product", True),
        ("mart.product_count", False),
    ]
    (audit,) = failed.value.report.models[-1].audits
    assert (audit.failed_rows, audit.samples) == (2, ("products=7",))


def test_the_one_rendering_is_what_sqlmesh_would_render(lake: Lake) -> None:
    """Prevents a build from SQL that SQLMesh would not make, and a kept rendering that a caller changed."""
    lake.refresh(1)
    context = open_context(lake.settings)
    environment = context.state_reader.get_environment("prod")
    assert environment is not None
    snapshots = {
        snapshot.name: snapshot
        for snapshot in context.state_reader.get_snapshots(environment.snapshots).values()
    }
    models = [
        snapshot.model
        for snapshot in snapshots.values()
        if isinstance(snapshot.model, SqlModel) and not snapshot.model.kind.is_embedded
    ]
    assert {model.name for model in models} >= {"core.product", "mart.product_count"}
    for model in models:
        stock, ours = renderer(QueryRenderer, model), renderer(OneRendering, model)
        for day in ("2000-01-02", "2000-02-03"):
            expected, found = (evaluated(each, context, snapshots, day) for each in (stock, ours))
            assert found.sql("duckdb") == expected.sql("duckdb")
            found.set("limit", exp.Limit(expression=exp.Literal.number(0)))
        # How the models' own tests put their rows in the place of tables.
        given = {name: f"given.table_{number}" for number, name in enumerate(sorted(model.depends_on or ()))}
        expected, found = (each.render(table_mapping=given) for each in (stock, ours))
        assert found.sql("duckdb") == expected.sql("duckdb")
        assert not given or "given.table_0" in found.sql("duckdb").replace('"', "")
    context.close()


def test_a_model_may_not_ask_when_it_is_rendered(lake: Lake) -> None:
    """Prevents a model that is built for one interval and read as if it were for another."""
    lake.write_count(extra="YEAR(@execution_ds::DATE)")
    with pytest.raises(BuildFailed, match="mart.product_count calls @execution_ds"):
        lake.refresh(1)


def renderer(kind: type[QueryRenderer], model: SqlModel) -> QueryRenderer:
    """A renderer as SQLMesh makes it for a model."""
    return kind(
        model.query,
        model.dialect,
        model.macro_definitions,
        schema=model.mapping_schema,
        path=model._path,
        python_env=model.python_env,
        default_catalog=model.default_catalog,
        optimize_query=model.optimize_query,
        model=model,
    )


def evaluated(
    renders: QueryRenderer, context: Context, snapshots: dict[str, Snapshot], day: str
) -> exp.Query:
    """A query as a build of some day asks for it."""
    query = renders.render(
        start=day,
        end=day,
        execution_time=day,
        snapshots=snapshots,
        deployability_index=DeployabilityIndex.all_deployable(),
        runtime_stage=RuntimeStage.EVALUATING,
        engine_adapter=context.engine_adapter,
    )
    assert query is not None
    return query
