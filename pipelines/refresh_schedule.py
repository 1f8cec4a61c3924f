"""The main job by the clock, when this environment says so; without the setting there is no schedule."""

import dagster as dg

from lakehouse.operation import BadOperation, RefreshTimes
from lakehouse.writer_lock import LakeBusy
from pipelines.lake import Lake
from pipelines.refresh.inputs import unchanged_release

NAME = "refresh_by_the_clock"
UNSET = "无定时：未设置 | No schedule: MEDLAKE_REFRESH_CRON and MEDLAKE_REFRESH_ZONE are not set here."


def refresh_schedules(lake: Lake, job_name: str) -> list[dg.ScheduleDefinition]:
    """One schedule, or none.

    Raises:
        BadOperation: The setting is no cron expression.
    """
    times = lake.settings.operation.refresh
    return [_schedule(lake, job_name, times)] if times else []


def told_times(times: RefreshTimes | None) -> str:
    """When the job starts by itself, for its description."""
    return f"定时 | Scheduled: `{times.cron}` in {times.zone}." if times else UNSET


def _schedule(lake: Lake, job_name: str, times: RefreshTimes) -> dg.ScheduleDefinition:
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        try:
            release = unchanged_release(lake)
        except LakeBusy as busy:
            context.log.info(f"{busy}; the run waits in the queue")
            return dg.RunRequest()
        return dg.SkipReason(f"nothing new since release {release.name}") if release else dg.RunRequest()

    try:
        return dg.ScheduleDefinition(
            name=NAME,
            job_name=job_name,
            cron_schedule=times.cron,
            execution_timezone=times.zone,
            execution_fn=tick,
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description=f"{told_times(times)} 无新数据则跳过 | Skipped when there is nothing new.",
        )
    except dg.DagsterInvalidDefinitionError as error:
        raise BadOperation(
            f"MEDLAKE_REFRESH_CRON: {times.cron!r} is no cron expression, such as `30 5 * * 1-5`"
        ) from error
