"""The warehouse as assets: one per SQLMesh model, its audits as checks, all built by one SQLMesh run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

import dagster as dg

from pipelines.assets import WRITER
from pipelines.assets.links import DICTIONARY, dashboard, defining_files
from pipelines.assets.preview import shown_facts, shown_keys
from pipelines.assets.words import described, explained, glossary
from pipelines.clock import now
from pipelines.lake import Lake
from pipelines.refresh.building import build_models
from pipelines.sqlmesh.build import BuildFailed, BuildReport, ModelRun
from pipelines.sqlmesh.catalogue import ModelInfo
from pipelines.sqlmesh.watch import AuditRun, DeclaredAudit
from pipelines.table_facts import TableFacts, model_facts

Results = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def model_key(name: str) -> dg.AssetKey:
    """Asset of a model, such as `core.lot`."""
    return dg.AssetKey(name.split("."))


def warehouse_asset(lake: Lake, models: Sequence[ModelInfo]) -> dg.AssetsDefinition:
    """All models as one multi-asset; SQLMesh is called once and decides the order."""
    known = {model.name: model for model in models}
    graph = {model.name: [name for name in model.depends_on if name in known] for model in models}
    chinese = glossary()
    order = tuple(known[name] for name in TopologicalSorter(graph).static_order())

    @dg.multi_asset(
        name="sqlmesh",
        specs=[_spec(lake, model, chinese) for model in models],
        check_specs=[_check_spec(model, audit) for model in models for audit in model.audits],
        pool=WRITER,
    )
    def sqlmesh(context: dg.AssetExecutionContext) -> Results:
        try:
            report = build_models(lake, run_id=context.run.run_id, at=now(), say=context.log.info)
        except BuildFailed as failed:
            if failed.report:
                yield from _results(order, failed.report, {})
            raise
        yield from _results(order, report, model_facts(lake.settings, report))

    return sqlmesh


def check_name(audit: DeclaredAudit | AuditRun) -> str:
    """An audit as Dagster allows it in a name: `not_null(lot_id)` -> `audit_not_null_lot_id`."""
    return f"audit_{re.sub('[^A-Za-z0-9]+', '_', audit.name).strip('_')}"


def _results(order: Sequence[ModelInfo], report: BuildReport, facts: Mapping[str, TableFacts]) -> Results:
    runs = {run.name: run for run in report.models}
    for model in order:
        run = runs.get(model.name) or _not_run(model)
        checks = [_check(model, audit) for audit in run.audits] or _unchecked(model)
        if run.is_built:
            yield dg.MaterializeResult(
                model_key(model.name), metadata=_metadata(run, facts.get(model.name)), check_results=checks
            )
        else:
            yield from checks


def _not_run(model: ModelInfo) -> ModelRun:
    """What stands for a model that SQLMesh did not evaluate: made before, and not audited now."""
    return ModelRun(model.name, model.kind, 0.0, ())


def _spec(lake: Lake, model: ModelInfo, chinese: Mapping[str, str]) -> dg.AssetSpec:
    page = DICTIONARY / f"{_page(model)}.md"
    files = {"model": model.path, "dictionary": page if (lake.settings.root / page).is_file() else None}
    return dg.AssetSpec(
        model_key(model.name),
        deps=[model_key(name) for name in model.depends_on],
        description=f"{described(model, chinese)}\n\n一行一 | One row per {', '.join(model.grain)}.",
        group_name=model.layer,
        kinds={"sqlmesh", "duckdb"},
        owners=[f"team:{model.owner}"],
        code_version=model.fingerprint,
        metadata={
            "model kind": model.kind,
            "dagster/table_name": model.name,
            "dagster/column_schema": _schema(model, chinese),
            "dagster/column_lineage": _lineage(model),
            **defining_files(lake.settings, {label: file for label, file in files.items() if file}),
            **dashboard(lake.settings, "catalogue", table=model.name),
        },
    )


def _page(model: ModelInfo) -> str:
    """Page of the dictionary: a layer's own, or that of the system a typed table comes from."""
    return model.layer if model.layer != "stg" else model.name.removeprefix("stg.").split("__")[0]


def _schema(model: ModelInfo, chinese: Mapping[str, str]) -> dg.TableSchema:
    is_single = len(model.grain) == 1
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.type,
                description=explained(column, chinese),
                constraints=dg.TableColumnConstraints(
                    nullable=column.name not in model.grain, unique=is_single and column.name in model.grain
                ),
            )
            for column in model.columns
        ]
    )


def _lineage(model: ModelInfo) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(model_key(table), source) for table, source in sources]
            for column, sources in model.column_lineage.items()
        }
    )


def _check_spec(model: ModelInfo, audit: DeclaredAudit) -> dg.AssetCheckSpec:
    effect = "阻断构建 | Stops the build." if audit.blocking else "仅提示 | Is shown, stops nothing."
    return dg.AssetCheckSpec(
        check_name(audit),
        asset=model_key(model.name),
        description=f"SQLMesh 审计 | SQLMesh audit `{audit.name}`; {effect}",
        blocking=audit.blocking,
    )


def _check(model: ModelInfo, audit: AuditRun) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=model_key(model.name),
        check_name=check_name(audit),
        passed=not audit.failed_rows,
        severity=dg.AssetCheckSeverity.ERROR if audit.blocking else dg.AssetCheckSeverity.WARN,
        metadata={
            "failed rows": audit.failed_rows,
            "sample keys": shown_keys(audit.samples),
        },
    )


def _unchecked(model: ModelInfo) -> list[dg.AssetCheckResult]:
    """A check that did not run is not green."""
    return [
        dg.AssetCheckResult(
            asset_key=model_key(model.name),
            check_name=check_name(audit),
            passed=False,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"not run": "未运行 | SQLMesh had nothing to do for this model"},
        )
        for audit in model.audits
    ]


def _metadata(run: ModelRun, facts: TableFacts | None) -> dict[str, dg.MetadataValue | int | float | str]:
    return {"seconds": round(run.seconds, 3), **shown_facts(facts)}
