"""`medlake up` over a lake, to be killed part by part: UI, daemon, code servers, run workers.

Stack.launch() asks over GraphQL as the UI does; processes of the stack have the lake in their environment.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.error import URLError

import dagster as dg

from lakehouse.settings import ROOT, Settings

Part = Literal["run worker", "daemon", "code server", "command", "everything"]
# What stands in the command line of a part's processes.
MARKS: dict[Part, tuple[str, ...]] = {
    "run worker": ("multiprocessing.spawn",),
    "daemon": ("dagster._daemon",),
    "code server": ("dagster code-server start", "dagster api grpc"),
    "everything": ("",),
    "command": ("cli.main up",),
}
LAUNCH = """mutation ($job: String!) {
  launchRun(executionParams: {runConfigData: {}, selector: {
    repositoryLocationName: "medlake", repositoryName: "__repository__", jobName: $job}}) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}"""
WAITING = frozenset({dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED})
# A loaded machine takes its time; what is tried here is that things come to an end, not how fast they start.
UP_SECONDS = 900
ANSWER_SECONDS = 300


@dataclass(frozen=True)
class Stack:
    """A running `medlake up`."""

    settings: Settings
    port: int
    up: subprocess.Popen[bytes]

    def launch(self, job: str = "refresh") -> str:
        """Asks for a run as the button in the UI does, and returns its id."""
        answer = self._ask(LAUNCH, {"job": job})["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def is_serving(self) -> bool:
        """Whether the UI answers and has loaded the lake's assets and jobs."""
        with suppress(URLError, OSError, KeyError, TypeError):
            asked = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"
            return bool(self._ask(asked, {})["repositoriesOrError"]["nodes"])
        return False

    def kill(self, part: Part) -> int:
        """Kills a part's processes by SIGKILL, all of them at once as far as that goes; returns how many."""
        found = processes(self.settings.data_dir, MARKS[part])
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(found)

    def _ask(self, query: str, variables: dict[str, Any]) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        url, kind = f"http://127.0.0.1:{self.port}/graphql", {"Content-Type": "application/json"}
        with urllib.request.urlopen(
            urllib.request.Request(url, body, kind), timeout=ANSWER_SECONDS
        ) as answer:
            return json.load(answer)["data"]


@contextmanager
def stack(settings: Settings, log: Path) -> Iterator[Stack]:
    """Starts `medlake up` on free ports, waits until it serves, and leaves no process behind."""
    ports = _free_port(), _free_port()
    command = [sys.executable, "-m", "cli.main", "up", "--dagster-port", str(ports[0])]
    environment = {**os.environ, "MEDLAKE_DATA": str(settings.data_dir), "PYTHONPATH": str(ROOT)}
    with log.open("ab") as said:
        up = subprocess.Popen(
            [*command, "--dashboard-port", str(ports[1])], cwd=ROOT, env=environment, stdout=said, stderr=said
        )
    started = Stack(settings, ports[0], up)
    try:
        until(lambda: up.poll() is not None or started.is_serving(), UP_SECONDS, "the stack to serve")
        assert up.poll() is None, log.read_text()
        yield started
    finally:
        up.terminate()
        with suppress(subprocess.TimeoutExpired):
            up.wait(timeout=60)
        started.kill("everything")


def processes(data_dir: Path, marks: tuple[str, ...]) -> list[int]:
    """Processes whose environment names this lake and whose command line holds one of the marks."""
    mine = f"MEDLAKE_DATA={data_dir}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mine in (folder / "environ").read_bytes().split(b"\0"):
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found += [int(folder.name)] if any(mark in line for mark in marks) else []
    return found


def has_come_to(instance: dg.DagsterInstance, run_id: str, moment: str) -> bool:
    """Whether a run is being started, for `starting`, or has begun the step of that name."""
    if moment == "starting":
        return _run(instance, run_id).status not in WAITING
    begun = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_START)
    return any(entry.step_key == moment for entry in begun)


def has_ended(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a run is over, for good or ill."""
    return _run(instance, run_id).is_finished


def has_succeeded(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a run, or one that Dagster made in its place, came to its end."""
    _, group = instance.get_run_group(run_id) or ("", [])
    return any(run.status is dg.DagsterRunStatus.SUCCESS for run in group)


def unfinished(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Runs that have not ended, whatever Dagster calls their state."""
    return [run for run in instance.get_runs() if not run.is_finished]


def until(is_so: Callable[[], bool], seconds: float, what: str) -> float:
    """Waits until something is so, and returns how long that took.

    Raises:
        AssertionError: It was not so in time.
    """
    begun = time.monotonic()
    while not is_so():
        waited = time.monotonic() - begun
        assert waited < seconds, f"waited {waited:.0f} s in vain for {what}"
        time.sleep(0.3)
    return time.monotonic() - begun


def _run(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
    run = instance.get_run_by_id(run_id)
    assert run is not None, f"there is no run {run_id}"
    return run


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
