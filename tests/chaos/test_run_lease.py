"""A killed run does not stay `started`; a run at work is left alone."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from lakehouse.settings import ROOT, Settings, child_environment
from pipelines import run_lease
from pipelines.instance import open_instance
from pipelines.run_lease import DIED, end_fallen_runs
from tests.chaos.run_child import waiting_job

START_SECONDS = 60


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(run_lease, "SECOND_LOOK_SECONDS", 0.1)
    return Settings.from_env({"MEDLAKE_DATA": str(tmp_path)})


@contextmanager
def running(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is in the middle of its run; killed by SIGKILL at the end if not before."""
    environment = {**child_environment(settings), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.run_child"], cwd=ROOT, env=environment
    ) as child:
        try:
            deadline = time.monotonic() + START_SECONDS
            while not (settings.data_dir / "begun").exists():
                assert child.poll() is None, "the child ended by itself"
                assert time.monotonic() < deadline, "the child did not begin"
                time.sleep(0.05)
            yield child
        finally:
            child.kill()


def test_a_killed_run_is_ended_and_a_living_one_is_not(settings: Settings) -> None:
    """Prevents a run that is `started` for ever after a crash, and a long run that is taken for dead."""
    with open_instance(settings) as instance:
        with running(settings) as child:
            (run,) = instance.get_runs()
            assert run.status is dg.DagsterRunStatus.STARTED
            assert end_fallen_runs(instance, settings) == ()
            child.kill()
            child.wait()
            assert end_fallen_runs(instance, settings) == (run.run_id,)
        record = instance.get_run_by_id(run.run_id)
        assert record is not None and record.status is dg.DagsterRunStatus.FAILURE
        events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        assert [event for event in events if event and event.message == DIED]
        assert end_fallen_runs(instance, settings) == ()
        assert list((settings.dagster_dir / "leases").iterdir()) == []


def test_a_run_without_a_lease_has_a_moment_to_take_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a run from being ended between its start and its first step."""
    begins = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "waiting")
    with open_instance(settings) as instance:
        run = instance.create_run_for_job(waiting_job())
        instance.report_dagster_event(begins, run.run_id)
        assert end_fallen_runs(instance, settings) == ()
        monkeypatch.setattr(run_lease, "GRACE_SECONDS", 0)
        assert end_fallen_runs(instance, settings) == (run.run_id,)
