"""Tells a run whose process died from one at work: every run holds a lock of its own while it lives.

run starts -> executor locks data/dagster/leases/<run> -> the kernel drops the lock with the process
end_fallen_runs(): runs that are `started` and that nobody holds -> failed; Dagster retries what it launched
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor

from lakehouse.settings import Settings

# A run that has just been called started may not have taken its lease yet.
GRACE_SECONDS = 60
# A run that has just given its lease back may not have been called ended yet.
SECOND_LOOK_SECONDS = 2.0
DIED = (
    "进程已终止而未报告结果 | The process of this run ended without saying so "
    "(killed, out of memory, or the machine went down)."
)


class LeasedExecutor(InProcessExecutor):
    """All steps in one process, which holds the run's lease from before the first to after the last."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(RetryMode.ENABLED)
        self._settings = settings

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """Runs the plan under the lease."""
        with held(self._settings, plan_context.run_id):
            yield from super().execute(plan_context, execution_plan)


def leased_executor(settings: Settings) -> dg.ExecutorDefinition:
    """The executor of every job of a lake: one process, because the working warehouse has one writer."""

    @dg.executor(name="one_leased_process")
    def one_leased_process(_: dg.InitExecutorContext) -> LeasedExecutor:
        return LeasedExecutor(settings)

    return one_leased_process


@contextmanager
def held(settings: Settings, run_id: str) -> Iterator[None]:
    """Holds the lease of a run."""
    path = _path(settings, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def end_fallen_runs(instance: dg.DagsterInstance, settings: Settings) -> tuple[str, ...]:
    """Reports every run as failed whose process is gone, and returns their ids."""
    if not _fallen(instance, settings):
        return ()
    time.sleep(SECOND_LOOK_SECONDS)
    fallen = _fallen(instance, settings)
    for run in fallen:
        instance.report_run_failed(run, DIED)
        _path(settings, run.run_id).unlink(missing_ok=True)
    return tuple(run.run_id for run in fallen)


def _fallen(instance: dg.DagsterInstance, settings: Settings) -> list[dg.DagsterRun]:
    started = instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    return [
        record.dagster_run
        for record in started
        if not _alive(settings, record.dagster_run.run_id, record.start_time or 0.0)
    ]


def _alive(settings: Settings, run_id: str, started_at: float) -> bool:
    try:
        handle = os.open(_path(settings, run_id), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - started_at < GRACE_SECONDS
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _path(settings: Settings, run_id: str) -> Path:
    return settings.dagster_dir / "leases" / run_id
