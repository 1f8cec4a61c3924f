"""Tells a run whose process died from one at work: every run holds a lock of its own while it lives.

run starts -> executor locks data/dagster/leases/<run> -> the kernel drops the lock with the process
end_fallen_runs(): runs under way that nobody holds -> failed; Dagster retries what it launched
A run that writes to the lake holds data/dagster/writing too: what one builds no other releases.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.plan.resume_retry import ReexecutionStrategy
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster._core.storage.tags import GRPC_INFO_TAG, RETRY_STRATEGY_TAG

from lakehouse.settings import Settings
from lakehouse.writer import WAIT_SECONDS, Say
from lakehouse.writer_lock import WriterLock
from pipelines.assets import WRITER

# A retry from the failed step on would release what the gates of another run have seen.
RETRIED_WHOLE = {RETRY_STRATEGY_TAG: ReexecutionStrategy.ALL_STEPS.name}
UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
# A run that has just been called started may not have taken its lease yet.
GRACE_SECONDS = 60
# A run that has just given its lease back may not have been called ended yet.
SECOND_LOOK_SECONDS = 2.0
ANSWER_SECONDS = 5.0
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
        """Runs the plan under the lease.

        Raises:
            LakeBusy: Another run writes to the lake, and did not end in time.
        """
        with ExitStack() as holds:
            holds.enter_context(held(self._settings, plan_context.run_id))
            if any(step.pool == WRITER for step in execution_plan.steps):
                holds.enter_context(writing(self._settings, plan_context.run_id, plan_context.log.info))
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


@contextmanager
def writing(settings: Settings, run_id: str, say: Say) -> Iterator[None]:
    """Lets one run at a time write to the lake, whether Dagster launched it or the command did.

    Raises:
        LakeBusy: Another run still writes.
    """
    lock = WriterLock(settings.dagster_dir / "writing")
    lock.acquire(f"run {run_id}", WAIT_SECONDS, say)
    try:
        yield
    finally:
        lock.release(finished=True)


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
    under_way = instance.get_run_records(dg.RunsFilter(statuses=UNDER_WAY))
    return [record.dagster_run for record in under_way if not _alive(settings, record)]


def is_held(lease: Path) -> bool:
    """Whether a process holds a lease.

    Raises:
        FileNotFoundError: There is no such lease.
    """
    handle = os.open(lease, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _alive(settings: Settings, record: dg.RunRecord) -> bool:
    try:
        return is_held(_path(settings, record.dagster_run.run_id))
    except FileNotFoundError:
        return _may_yet_come(record)


def _may_yet_come(record: dg.RunRecord) -> bool:
    """Whether a run without a lease may still take one: it has just started, or its launcher stands by it."""
    if record.start_time is not None:
        return time.time() - record.start_time < GRACE_SECONDS
    if time.time() - record.update_timestamp.timestamp() < GRACE_SECONDS:
        return True
    launcher = json.loads(record.dagster_run.tags.get(GRPC_INFO_TAG, "{}"))
    # Without the tag nothing is known; run monitoring gives such a run up after its time to start.
    return not launcher or _answers(launcher)


def _answers(launcher: dict[str, Any]) -> bool:
    """Whether a code server still listens; the one that launched a run watches over its process."""
    if path := launcher.get("socket"):
        kind, address = socket.AF_UNIX, path
    else:
        kind, address = socket.AF_INET, (launcher["host"], launcher["port"])
    with closing(socket.socket(kind)) as door:
        door.settimeout(ANSWER_SECONDS)
        return door.connect_ex(address) == 0


def _path(settings: Settings, run_id: str) -> Path:
    return settings.dagster_dir / "leases" / run_id
