"""Everything Dagster loads, assembled; no logic lives here.

Run the main job alone: `medlake refresh`. See it: `make up`.
"""

import dagster as dg

from lakehouse.settings import Settings
from pipelines.assets.arrivals import NAME as ARRIVALS
from pipelines.assets.arrivals import arrivals_assets
from pipelines.assets.data_docs import NAME as DATA_DOCS
from pipelines.assets.data_docs import data_docs_asset, data_docs_sensor
from pipelines.assets.gates import gate_checks
from pipelines.assets.landing import landing_specs
from pipelines.assets.raw_zone import raw_zone_asset
from pipelines.assets.release import release_asset
from pipelines.assets.role_files import NAME as ROLE_FILES
from pipelines.assets.role_files import role_files_asset, role_files_job, role_files_sensor
from pipelines.assets.warehouse import warehouse_asset
from pipelines.collector import collect_seldom
from pipelines.console_logger import NAME as CONSOLE
from pipelines.console_logger import console_logger
from pipelines.failure_hook import report_failure
from pipelines.lake import Lake, open_lake
from pipelines.landing_sensor import landing_sensor
from pipelines.refresh_schedule import refresh_schedules, told_times
from pipelines.run_lease import RETRIED_WHOLE, leased_executor
from pipelines.run_sensors import broken_runs_sensor, fallen_runs_sensor
from pipelines.sqlmesh.catalogue import model_catalogue
from quality_rules.raw_suite import load_suites

JOB = "refresh"


def assemble(lake: Lake) -> dg.Definitions:
    """Assets, checks, job and sensor of one lake."""
    models = model_catalogue(lake.settings)
    suites = load_suites(lake.contracts)
    job = dg.define_asset_job(
        JOB,
        dg.AssetSelection.all() - dg.AssetSelection.assets(DATA_DOCS, ARRIVALS, ROLE_FILES),
        description=f"从落地到发布 | Landing to release. {told_times(lake.settings.operation.refresh)}",
        hooks={report_failure(lake)},
        tags=RETRIED_WHOLE,
    )
    return dg.Definitions(
        assets=[
            raw_zone_asset(lake),
            warehouse_asset(lake, models),
            release_asset(lake, models),
            data_docs_asset(lake),
            role_files_asset(lake),
            *arrivals_assets(lake),
            *landing_specs(lake),
        ],
        asset_checks=[gate_checks(lake, stage, suite) for stage, suite in suites.items()],
        jobs=[job, role_files_job()],
        schedules=refresh_schedules(lake, JOB),
        sensors=[
            landing_sensor(lake, JOB),
            data_docs_sensor(),
            role_files_sensor(lake),
            fallen_runs_sensor(lake),
            broken_runs_sensor(lake),
        ],
        executor=leased_executor(lake.settings),
        loggers={CONSOLE: console_logger},
    )


@dg.definitions
def medlake() -> dg.Definitions:
    """The lake that the environment names."""
    collect_seldom()
    return assemble(open_lake(Settings.from_env()))
