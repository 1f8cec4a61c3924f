"""Kills and disk errors at every step of admission -> raw -> quarantine -> accounts, a lake per step.

The loop of SQLite's own tests: fail at the Nth operation, N = 1, 2, ... until a run ends unharmed.
"""

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.crash_lake import Delivery, Server, copy_of, first_delivery, require, second_delivery
from tests.conftest import Storm

pytestmark = pytest.mark.storm
KILL = 0
SIGKILL = 9


@dataclass
class Scene:
    """A lake before a run, and what it must hold after it."""

    server: Server
    folder: Path
    base: Path
    delivery: Delivery
    is_grown: bool = False

    def job(self, do: str, **options: Any) -> dict[str, Any]:
        place = {"lake": str(self.folder / "lake"), "landing": str(self.delivery.landing)}
        return {"do": do, **place, "is_grown": self.is_grown, **options}

    def reset(self) -> None:
        copy_of(self.base, self.folder / "lake")

    def operations(self) -> int:
        """How many operations an undisturbed run takes."""
        self.reset()
        (result,) = self.server.run(self.job("ingest"))
        assert result["error"] is None, result
        return int(result["count"])

    def require_recovery(self) -> None:
        """One more run, without any manual step, brings everything in order."""
        (result,) = self.server.run(self.job("recover"))
        assert (result["signal"], result["error"]) == (0, None), result
        require(self.delivery, result["state"])


@pytest.fixture(params=["new lake", "second delivery"])
def scene(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Scene:
    """The first run of a lake, which creates its tables, or a later one: large files, checkpoints."""
    if request.param == "new lake":
        return Scene(server, tmp_path, tmp_path / "none", first_delivery(tmp_path / "landing"))
    first = Scene(server, tmp_path, tmp_path / "none", first_delivery(tmp_path / "landing"))
    first.operations()
    base = copy_of(tmp_path / "lake", tmp_path / "base")
    return Scene(server, tmp_path, base, second_delivery(tmp_path / "landing"), is_grown=True)


def chosen(storm: Storm, scene: Scene, sample: int) -> list[int]:
    """Every operation of a run and some beyond its end, or a sample of them."""
    total = scene.operations()
    steps = range(1, storm.size(sample=total, full=total + 10))
    return sorted(storm.random().sample(steps, storm.size(sample=sample, full=len(steps))))


def test_killed_at_any_step(scene: Scene, storm: Storm, request: pytest.FixtureRequest) -> None:
    """Prevents a kill, wherever it comes, from losing or doubling a row or asking for a person."""
    steps, kills = chosen(storm, scene, sample=3), 0
    for step in steps:
        scene.reset()
        (result,) = scene.server.run(scene.job("ingest", fault={"at": step, "errno": KILL, "forever": False}))
        kills += result["signal"] == SIGKILL
        assert result["signal"] in (0, SIGKILL)
        scene.require_recovery()
    assert kills
    storm.report(request.node.name, steps=len(steps), kills=kills, lost=0, doubled=0, manual_steps=0)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_disk_fails_at_any_step(
    scene: Scene, storm: Storm, code: int, request: pytest.FixtureRequest
) -> None:
    """Prevents a full or failing disk from leaving half a load, or from being called the file's fault."""
    steps, refused = chosen(storm, scene, sample=2), 0
    for step in steps:
        scene.reset()
        forever = step % 2 == 0
        (result,) = scene.server.run(
            scene.job("retry", fault={"at": step, "errno": code, "forever": forever})
        )
        assert (result["signal"], result["error"]) == (0, None), result
        if failure := result["state"]["failure"]:
            refused += 1
            assert "Everything acknowledged before stands" in failure
        require(scene.delivery, result["state"])
    storm.report(request.node.name, steps=len(steps), failed_closed=refused, half_loaded=0)


def test_two_writers_killed_at_random(scene: Scene, storm: Storm, request: pytest.FixtureRequest) -> None:
    """Prevents two ingests started together from doubling a row, whichever of them dies, and when."""
    random, total, kills = storm.random(), scene.operations(), 0
    rounds = storm.size(sample=1, full=150)
    for _ in range(rounds):
        scene.reset()
        jobs = [
            scene.job("ingest", fault={"at": random.randint(1, 2 * total), "errno": KILL, "forever": False})
            for _ in range(2)
        ]
        results = scene.server.run(*jobs)
        assert all(result["signal"] or result["error"] is None for result in results), results
        kills += sum(result["signal"] == SIGKILL for result in results)
        scene.require_recovery()
    storm.report(request.node.name, rounds=rounds, kills=kills, lost=0, doubled=0, manual_steps=0)
