"""Publications under readers, red candidates, and kills at every step of publishing and deciding."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lakehouse.releases import IllegalStep, NoRelease, ReleaseBlocked, current, list_releases, read_book
from lakehouse.releases.shelf import find_release
from lakehouse.settings import Settings
from lineage.signing import releasing
from tests.chaos.crash_lake import Server, build_shim, copy_of
from tests.chaos.release_child import draft, fill, settings_of
from tests.conftest import Storm

pytestmark = pytest.mark.storm
HERE = Path(__file__).parent
READER, CHILD = HERE / "release_reader.py", HERE / "release_child.py"
READERS = 2
STALE_SECONDS = 5
SIGKILL = 9


def switch(settings: Settings, random: Random) -> float:
    """Publishes, withdraws or rolls back, at random; returns a decision's seconds, 0 for a publication."""
    book = read_book(settings)
    standing = [n for n, entry in book.entries.items() if entry.state == "superseded"]
    began = time.perf_counter()
    match random.choice(["publish", "publish", "roll_back", "withdraw"]) if len(standing) > 2 else "publish":
        case "roll_back":
            releasing.roll_back(settings, random.choice(standing), "wang.wei", "", "storm")
        case "withdraw":
            releasing.withdraw(settings, book.current or 0, "wang.wei", "", "storm")
        case _:
            fill(settings, book.newest + 1)
            releasing.make_candidate(settings, draft(), "routine")
            return 0
    return time.perf_counter() - began


def test_readers_under_publications(storm: Storm, tmp_path: Path) -> None:
    """Prevents a reader from failing, or seeing half a publication or one that was not current."""
    settings, stop = settings_of({"lake": str(tmp_path / "lake")}), tmp_path / "stop"
    publications, reads = storm.size(sample=8, full=100), storm.size(sample=200, full=10_000)
    random, seconds = storm.random(), list[float]()
    switch(settings, random)
    command = [sys.executable, READER, settings.data_dir, stop, str(reads // READERS)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) for _ in range(READERS)]
    while read_book(settings).newest < publications:
        seconds.append(switch(settings, random))
    stop.touch()
    told = [json.loads(reader.communicate()[0]) for reader in readers]
    looks = [look for told_by in told for look in told_by["looks"]]
    assert [error for told_by in told for error in told_by["errors"]] == []
    tenures, stalest = read_book(settings).tenures, 0.0
    for began, ended, number, versions in looks:
        assert versions == [[number, number]]
        start, end = datetime.fromisoformat(began), datetime.fromisoformat(ended)
        mine = [t for t in tenures if t.number == number and t.start <= end]
        # A step's time is read before its line is written, so a look may be later than the end on record.
        stale = min((start - t.end).total_seconds() if t.end else 0 for t in mine)
        assert stale <= STALE_SECONDS
        stalest = max(stalest, stale)
    storm.report(
        "readers under publications",
        publications=publications,
        decisions=sum(s > 0 for s in seconds),
        reads=len(looks),
        releases_seen=len({look[2] for look in looks}),
        errors=0,
        torn=0,
        stalest_s=round(stalest, 3),
        slowest_decision_s=round(max(seconds), 3),
    )


def test_red_candidates_are_never_visible(storm: Storm, tmp_path: Path) -> None:
    """Prevents any candidate with a failing blocking rule from being read, signed or forced."""
    settings = settings_of({"lake": str(tmp_path)})
    fill(settings, 1)
    count = storm.size(sample=5, full=100)
    for number in range(1, count + 1):
        kind = storm.random().choice(["routine", "regulatory"])
        with pytest.raises(ReleaseBlocked, match="DQ-LOT-004"):
            releasing.make_candidate(settings, draft("DQ-LOT-004"), kind)
        with pytest.raises(IllegalStep):
            releasing.roll_back(settings, number, "wang.wei", "demo", "force it")
        with pytest.raises(NoRelease):
            find_release(settings, number)
        assert (current(settings), list_releases(settings), read_book(settings).tenures) == (None, (), [])
    storm.report("red candidates", candidates=count, visible=0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server.start(build_shim(tmp_path_factory.mktemp("shim")), CHILD)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def base(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two releases, and a candidate that lacks one signature."""
    lake = tmp_path_factory.mktemp("base") / "lake"
    lake.mkdir()
    (built,) = server.run({"do": "build", "lake": str(lake)})
    assert built["error"] is None, built
    return lake


def run(server: Server, lake: Path, do: str, **options: Any) -> dict[str, Any]:
    (result,) = server.run({"do": do, "lake": str(lake), **options})
    return result


def require_agreement(seen: dict[str, Any]) -> None:
    """Every step has exactly one leaf, nothing waits, nothing lies about."""
    assert seen["leaves"] == list(range(seen["steps"]))
    assert (seen["approved"], seen["drafts"]) == ([], [])


@pytest.mark.parametrize(("do", "new"), [("publish", 4), ("sign", 3), ("withdraw", 1), ("roll_back", 1)])
def test_killed_at_any_step(
    storm: Storm, server: Server, base: Path, tmp_path: Path, do: str, new: int
) -> None:
    """Prevents a kill from leaving readers between two releases, or a person from having to mend it."""
    lake = copy_of(base, tmp_path / "lake")
    whole = run(server, lake, do)
    assert whole["error"] is None, whole
    assert run(server, lake, "look")["state"]["current"] == new
    steps = range(1, whole["count"] + 3)
    chosen = sorted(storm.random().sample(steps, storm.size(sample=min(4, len(steps)), full=len(steps))))
    kills, old_state, new_state = 0, 0, 0
    for step in chosen:
        copy_of(base, lake)
        killed = run(server, lake, do, fault={"at": step, "errno": 0, "forever": False})
        assert killed["signal"] in (0, SIGKILL), killed
        kills += killed["signal"] == SIGKILL
        seen = run(server, lake, "look")
        assert seen["error"] is None, seen
        number = seen["state"]["current"]
        assert number in (2, new) and seen["state"]["versions"] == [[number, number]], (step, seen)
        old_state, new_state = old_state + (number == 2), new_state + (number == new)
        recovered = run(server, lake, "recover")
        assert recovered["error"] is None, (step, recovered)
        require_agreement({**recovered["state"]["before"], "drafts": []})
        require_agreement(recovered["state"]["after"])
    assert kills
    storm.report(
        f"killed while: {do}",
        steps=len(chosen),
        kills=kills,
        old=old_state,
        new=new_state,
        between=0,
        manual_steps=0,
    )
