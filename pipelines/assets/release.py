"""The release as an asset: made only when every blocking check of what it holds is green."""

from collections.abc import Sequence

import dagster as dg

from pipelines.assets import WRITER
from pipelines.assets.links import dashboard
from pipelines.assets.warehouse import model_key
from pipelines.clock import now
from pipelines.lake import Lake
from pipelines.refresh.releasing import release_models
from pipelines.sqlmesh.catalogue import ModelInfo

RELEASED_LAYERS = frozenset({"core", "mart"})


def release_asset(lake: Lake, models: Sequence[ModelInfo]) -> dg.AssetsDefinition:
    """The numbered release that dashboards, analysts and reports open."""

    @dg.asset(
        name="release",
        pool=WRITER,
        group_name="release",
        kinds={"duckdb"},
        deps=[model_key(model.name) for model in models if model.layer in RELEASED_LAYERS],
        description="发布：core 与 mart 的不可变副本 | Immutable, numbered copy of core and mart with its "
        "manifest, signed if need be; what dashboards, analysts and reports open. Made only when every "
        "blocking rule of every gate is green.",
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        published = release_models(lake, run_id=context.run.run_id, at=now(), say=context.log.info)
        return dg.MaterializeResult(
            metadata={
                "release": published.name,
                "warehouse": str(published.warehouse_path),
                "sha256": str(published.manifest["warehouse"]["sha256"]),
                "tables": len(published.manifest["tables"]),
                **{f"rules {stage}": count for stage, count in published.manifest["gates"]["rules"].items()},
                "rules not green": len(published.manifest["gates"]["not_green"]),
                **dashboard(lake.settings, "evidence"),
                **dashboard(lake.settings, "reports"),
            }
        )

    return release
