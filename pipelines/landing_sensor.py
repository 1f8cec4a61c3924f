"""Starts the main job when a landing folder holds files that were not loaded yet."""

import dagster as dg

from lakehouse.writer_lock import LakeBusy
from pipelines.lake import Lake
from pipelines.refresh import pending_digest


def landing_sensor(lake: Lake, job_name: str) -> dg.SensorDefinition:
    """One run request per set of new files; switched off until somebody turns it on in the UI."""

    @dg.sensor(job_name=job_name, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.STOPPED)
    def new_landing_files() -> dg.RunRequest | dg.SkipReason:
        try:
            digest = pending_digest(lake, wait_seconds=0)
        except LakeBusy as busy:
            return dg.SkipReason(str(busy))
        return (
            dg.RunRequest(run_key=digest) if digest else dg.SkipReason("no new file in the landing folders")
        )

    return new_landing_files
