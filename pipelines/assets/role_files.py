"""Role files as an asset outside the main job: made after a release, so that neither it nor readers wait."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from lakehouse.access import load_policy
from lakehouse.releases import current, find_release
from pipelines.lake import Lake
from pipelines.role_files import make_role_files, missing_files

NAME = "role_files"
JOB = "make_role_files"
INTERVAL_SECONDS = 30
DESCRIPTION = (
    "角色文件 | A file per role with what the role may see, copied and masked; what dashboards and SQL open. "
    "Made ahead for every role in the file of people, and for those that read an earlier release; who comes "
    "before, or in another role, waits some seconds, once. `medlake role-file --ahead` does the same."
)


def role_files_asset(lake: Lake) -> dg.AssetsDefinition:
    """The files of the current release that somebody will read."""

    @dg.asset(name=NAME, group_name="release", kinds={"duckdb"}, deps=["release"], description=DESCRIPTION)
    def role_files() -> dg.MaterializeResult[None]:
        release = find_release(lake.settings, None)
        made = [each.facts for each in make_role_files(lake.settings, release) if each.facts]
        seconds = {f"{facts.reader} seconds": facts.seconds for facts in made}
        return dg.MaterializeResult(metadata={"release": release.name, "made": len(made), **seconds})

    return role_files


def role_files_job() -> UnresolvedAssetJobDefinition:
    """Makes them."""
    return dg.define_asset_job(JOB, dg.AssetSelection.assets(NAME), description=DESCRIPTION)


def role_files_sensor(lake: Lake) -> dg.SensorDefinition:
    """Asks for the files that the current release lacks: after a release, a roll-back, a changed policy."""

    @dg.sensor(
        name="role_files_after_release",
        job_name=JOB,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="补做当前发布缺少的角色文件 | "
        "Makes the role files that the current release lacks: after it was released or rolled "
        "back to, or the policy changed. One run per release and policy; if it fails, a person repeats it.",
    )
    def role_files_after_release(_: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        release = current(lake.settings)
        missing = missing_files(lake.settings, release) if release else ()
        if release is None or not missing:
            return dg.SkipReason("no role waits for a file")
        key = f"{release.name} {load_policy().sha256}"
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key)])

    return role_files_after_release
