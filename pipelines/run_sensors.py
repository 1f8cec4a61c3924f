"""Sensors over runs: a run whose process died is ended, and a run that no step accounts for is told of.

Steps that fail tell it themselves (pipelines/failure_hook.py), whoever started the run; these need a daemon.
"""

import dagster as dg

from pipelines.clock import now
from pipelines.lake import Lake
from pipelines.notices import deliver_notice, run_notice
from pipelines.run_lease import DIED, end_fallen_runs

INTERVAL_SECONDS = 30


def fallen_runs_sensor(lake: Lake) -> dg.SensorDefinition:
    """Ends runs without a process, so that none stays `started`; Dagster then retries what it launched."""

    @dg.sensor(
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="结束进程已消失的运行 | "
        "Ends runs whose process was killed or whose machine went down; its own are retried.",
    )
    def fallen_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        fallen = end_fallen_runs(context.instance, lake.settings)
        return dg.SkipReason(f"ended: {', '.join(fallen)}" if fallen else "every started run has its process")

    return fallen_runs


def broken_runs_sensor(lake: Lake) -> dg.SensorDefinition:
    """Sends a notice for a failed run in which no step failed: it crashed, timed out or never started."""

    @dg.run_failure_sensor(
        monitor_all_code_locations=True,  # runs of the command have no code location of their own
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="运行中断通知 | "
        "Notice for runs that broke off: crash, time-out, no start. Failed steps send their own.",
    )
    def broken_runs(context: dg.RunFailureSensorContext) -> None:
        if context.get_step_failure_events():
            return
        run = context.dagster_run
        reason = context.failure_event.message or DIED
        notice = run_notice(lake.settings.data_dir, run.run_id, run.job_name, reason, now())
        context.log.error(notice.text)
        deliver_notice(lake.settings.operation, notice, context.log.error)

    return broken_runs
