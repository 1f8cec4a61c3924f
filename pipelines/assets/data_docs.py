"""Data Docs as an asset outside the main job: built after a release, so that no release waits for pages."""

import dagster as dg

from pipelines.data_docs import build_data_docs
from pipelines.lake import Lake

NAME = "data_docs"


def data_docs_asset(lake: Lake) -> dg.AssetsDefinition:
    """Great Expectations' pages about the newest gates."""

    @dg.asset(
        name=NAME,
        group_name="quality",
        kinds={"greatexpectations"},
        deps=["release"],
        automation_condition=dg.AutomationCondition.eager(),
        description="质量文档：每条规则及其结果 | Data Docs of Great Expectations: every rule and its "
        "result, as pages. Also built by `medlake quality docs`, and the only door to them when a gate held "
        "the release back.",
    )
    def data_docs() -> dg.MaterializeResult[None]:
        index = build_data_docs(lake)
        return dg.MaterializeResult(metadata={"index": dg.MetadataValue.path(index)})

    return data_docs


def data_docs_sensor() -> dg.AutomationConditionSensorDefinition:
    """Builds the pages after each release while the UI runs."""
    return dg.AutomationConditionSensorDefinition(
        "data_docs_after_release",
        target=dg.AssetSelection.assets(NAME),
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
