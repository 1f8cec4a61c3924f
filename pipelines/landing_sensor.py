"""Starts the main job when files have arrived in a landing folder.

Tick: look at names and sizes only -> unchanged: nothing to do -> being written: wait -> changed: what is new
by content -> one run for exactly that set. Databases are asked by the runs themselves, never by a tick.
"""

import json
import time

import dagster as dg

from lakehouse.writer_lock import LakeBusy
from pipelines.ingest.admission.landing_look import LandingLook, look_at_landing
from pipelines.lake import Lake
from pipelines.refresh.inputs import pending_digest

INTERVAL_SECONDS = 30
# A source that never stops writing must not keep everybody else's files waiting.
PATIENCE_SECONDS = 300


def landing_sensor(lake: Lake, job_name: str) -> dg.SensorDefinition:
    """One run request per set of new files; switched off until somebody turns it on in the UI.

    The cursor holds the digest of the last look that was acted on, and since when a newer one waits. A set of
    files has one run key: a failed run is repeated by a person, who can see why it failed.
    """

    @dg.sensor(
        job_name=job_name,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="文件到齐后运行主任务；默认关闭 | "
        "Runs the main job once per set of files that have arrived and are no longer written. "
        "Off until somebody switches it on here; databases are asked by the runs themselves.",
    )
    def new_landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        look = look_at_landing(lake.settings, lake.contracts, time.time_ns())
        acted_on, waiting_since = _read_cursor(context.cursor)
        if look.digest == acted_on:
            return dg.SkipReason(f"nothing new among {look.files} files")
        since = time.time() if waiting_since is None else waiting_since
        if look.unsettled and time.time() - since < PATIENCE_SECONDS:
            waiting = f"{look.unsettled} files are still being written"
            return dg.SensorResult(skip_reason=waiting, cursor=_cursor(acted_on, since))
        return _act(lake, look)

    return new_landing_files


def _act(lake: Lake, look: LandingLook) -> dg.SensorResult | dg.SkipReason:
    try:
        digest = pending_digest(lake, wait_seconds=0, databases=False)
    except LakeBusy as busy:
        return dg.SkipReason(str(busy))
    cursor = _cursor(look.digest, None)
    if not digest:
        return dg.SensorResult(skip_reason="files came or went, none with new content", cursor=cursor)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest)], cursor=cursor)


def _cursor(acted_on: str, waiting_since: float | None) -> str:
    return json.dumps({"acted_on": acted_on, "waiting_since": waiting_since})


def _read_cursor(cursor: str | None) -> tuple[str, float | None]:
    if not cursor:
        return "", None
    read = json.loads(cursor)
    return read["acted_on"], read["waiting_since"]
