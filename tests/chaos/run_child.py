"""A process that runs a job of Dagster which never ends; to be killed by a test."""

import sys
import time
from pathlib import Path

import dagster as dg

from lakehouse.settings import Settings
from pipelines.instance import open_instance
from pipelines.run_lease import leased_executor


@dg.op
def waits() -> None:
    """Says that it has begun, and waits to be killed."""
    (Settings.from_env().data_dir / "begun").touch()
    time.sleep(600)


def waiting_job() -> dg.JobDefinition:
    """One step under the executor of a lake."""

    @dg.job(executor_def=leased_executor(Settings.from_env()))
    def waiting() -> None:
        waits()

    return waiting


if __name__ == "__main__":
    with open_instance(Settings.from_env()) as instance:
        dg.execute_job(dg.reconstructable(waiting_job), instance, run_config={})
    sys.exit(f"{Path(__file__).name} was not killed")
