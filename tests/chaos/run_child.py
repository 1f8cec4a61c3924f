"""A process that runs a job of Dagster which loads, and never ends; to be killed by a test."""

import sys
import time
from pathlib import Path

import dagster as dg

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.assets import WRITER
from pipelines.instance import open_instance
from pipelines.run_lease import RETRIED_WHOLE, leased_executor
from tests.integration.small_lake import SmallLake, contract

ITEM = contract("item", "no")


@dg.op(pool=WRITER)
def loads() -> None:
    """Takes what has landed, says so, and waits to be killed with every lock of the lake in its hands."""
    settings = Settings.from_env()
    lake = SmallLake(settings, RawZone(settings.raw_dir))
    with lake.zone.writing("ingest"):
        lake.run(ITEM)
        (settings.data_dir / "begun").touch()
        time.sleep(600)


def loading_job() -> dg.JobDefinition:
    """One step under the executor of a lake, retried as the main job is."""

    @dg.job(executor_def=leased_executor(Settings.from_env()), tags=RETRIED_WHOLE)
    def loading() -> None:
        loads()

    return loading


if __name__ == "__main__":
    with open_instance(Settings.from_env()) as instance:
        dg.execute_job(dg.reconstructable(loading_job), instance, run_config={})
    sys.exit(f"{Path(__file__).name} was not killed")
