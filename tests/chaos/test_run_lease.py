"""A killed run does not stay `started` and leaves no lock; a run at work is left alone, and writes alone."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.plan.resume_retry import ReexecutionStrategy
from dagster._core.execution.retries import auto_reexecution_should_retry_run
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import get_reexecution_strategy

from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings, child_environment
from lakehouse.writer import silent
from lakehouse.writer_lock import LakeBusy
from pipelines import run_lease
from pipelines.instance import open_instance
from pipelines.run_lease import DIED, end_fallen_runs, writing
from tests.chaos.run_child import ITEM, loading_job
from tests.integration.small_lake import SmallLake

START_SECONDS = 60


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(run_lease, "SECOND_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(run_lease, "WAIT_SECONDS", 0)
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
    """Prevents a run that is `started` for ever after a crash, a long run that is taken for dead, two that
    write at once, a lock that stays behind, a load lost or done twice, and a retry without its gates."""
    lake = SmallLake(settings, RawZone(settings.raw_dir))
    lake.drop("erp/item/item_20250901.csv", "no\n7\n8\n")
    with open_instance(settings) as instance:
        with running(settings) as child:
            (run,) = instance.get_runs()
            assert run.status is dg.DagsterRunStatus.STARTED
            assert end_fallen_runs(instance, settings) == ()
            with pytest.raises(LakeBusy, match=run.run_id), writing(settings, "other", silent):
                pass
            child.kill()
            child.wait()
            assert end_fallen_runs(instance, settings) == (run.run_id,)
        record = instance.get_run_by_id(run.run_id)
        assert record is not None and record.status is dg.DagsterRunStatus.FAILURE
        events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
        assert [event for event in events if event and event.message == DIED]
        assert end_fallen_runs(instance, settings) == ()
        assert list((settings.dagster_dir / "leases").iterdir()) == []
        assert auto_reexecution_should_retry_run(instance, record, None)
        assert get_reexecution_strategy(record, instance) is ReexecutionStrategy.ALL_STEPS
    with writing(settings, "next", silent):
        again = lake.run(ITEM)
    assert (again.known, again.rows_in) == (1, 0)
    assert lake.raw("erp__item", "no") == [("7",), ("8",)]


def test_a_run_without_a_lease_has_a_moment_to_take_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a run from being ended between its start and its first step."""
    begins = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "loading")
    with open_instance(settings) as instance:
        run = instance.create_run_for_job(loading_job())
        instance.report_dagster_event(begins, run.run_id)
        assert end_fallen_runs(instance, settings) == ()
        monkeypatch.setattr(run_lease, "GRACE_SECONDS", 0)
        assert end_fallen_runs(instance, settings) == (run.run_id,)


def test_a_run_that_was_only_being_started_ends_with_its_launcher(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a machine that went down during a start from blocking the lake's only pool for a quarter of an
    hour, and a run from being given up while its code server is still starting it."""
    monkeypatch.setattr(run_lease, "GRACE_SECONDS", 0)
    door = tmp_path / "door"
    starting = dg.DagsterEvent(dg.DagsterEventType.RUN_STARTING.value, "loading")
    with open_instance(settings) as instance, socket.socket(socket.AF_UNIX) as code_server:
        code_server.bind(str(door))
        code_server.listen()
        launched = {GRPC_INFO_TAG: json.dumps({"socket": str(door)})}
        run = instance.create_run_for_job(loading_job(), tags=launched)
        instance.report_dagster_event(starting, run.run_id)
        assert end_fallen_runs(instance, settings) == ()
        code_server.close()
        assert end_fallen_runs(instance, settings) == (run.run_id,)
