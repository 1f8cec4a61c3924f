"""The warehouse as assets: one per SQLMesh model, all built by one SQLMesh run."""

from collections.abc import Iterator, Sequence
from graphlib import TopologicalSorter

import dagster as dg

from pipelines.assets import WRITER
from pipelines.lake import Lake
from pipelines.refresh import build_models, now
from pipelines.sqlmesh.build import ModelRun
from pipelines.sqlmesh.catalogue import ModelInfo


def model_key(name: str) -> dg.AssetKey:
    """Asset of a model, such as `core.lot`."""
    return dg.AssetKey(name.split("."))


def warehouse_asset(lake: Lake, models: Sequence[ModelInfo]) -> dg.AssetsDefinition:
    """All models as one multi-asset; SQLMesh is called once and decides the order."""
    specs = {model.name: _spec(model) for model in models}
    graph = {model.name: [name for name in model.depends_on if name in specs] for model in models}
    order = tuple(TopologicalSorter(graph).static_order())

    @dg.multi_asset(name="sqlmesh", specs=list(specs.values()), pool=WRITER)
    def sqlmesh(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        report = build_models(lake, run_id=context.run.run_id, at=now(), say=context.log.info)
        runs = {run.name: run for run in report.models}
        for name in order:
            yield dg.MaterializeResult(specs[name].key, metadata=_metadata(runs.get(name)))

    return sqlmesh


def _spec(model: ModelInfo) -> dg.AssetSpec:
    return dg.AssetSpec(
        model_key(model.name),
        deps=[model_key(name) for name in model.depends_on],
        description=model.description,
        group_name=model.layer,
        kinds={"sqlmesh", "duckdb"},
        metadata={
            "model kind": model.kind,
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(c.name, c.type, description=c.comment) for c in model.columns]
            ),
            "dagster/column_lineage": dg.TableColumnLineage(
                {
                    column: [dg.TableColumnDep(model_key(table), source) for table, source in sources]
                    for column, sources in model.column_lineage.items()
                }
            ),
        },
    )


def _metadata(run: ModelRun | None) -> dict[str, float | int]:
    if run is None:
        return {}
    audits = {f"audit {audit.name}: failed rows": audit.failed_rows for audit in run.audits}
    return {"seconds": round(run.seconds, 3), **audits}
