"""Power cuts: what was acknowledged is on the disk, what is torn is found at the next start.

An ingest is played back from its diary to a point; the lake a power cut leaves there is built and started.
"""

import copy
import hashlib
import json
import random
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.crash_lake import Delivery, Server, copy_of, first_delivery, require, second_delivery
from tests.chaos.power_loss import Disk, Loss, Names, Operation, read_diary
from tests.conftest import Storm

pytestmark = pytest.mark.storm
LOSSES: tuple[Loss, ...] = ("drop", "half", "nul", "random")
NAMES: tuple[Names, ...] = ("lost", "kept", "random")


@dataclass(frozen=True)
class Recording:
    """One run of an ingest, written down."""

    server: Server
    delivery: Delivery
    lake: Path
    start: Disk
    operations: list[Operation]

    def acknowledged(self, point: int) -> list[dict[str, Any]]:
        """What the register had called safe by then."""
        return [json.loads(op.text) for op in self.operations[:point] if op.name == "mark"]

    @property
    def acknowledgements(self) -> list[int]:
        """Positions right after an acknowledgement."""
        return [number for number, op in enumerate(self.operations, 1) if op.name == "mark"]

    @property
    def unsafe_commits(self) -> list[int]:
        """Positions where a commit has its name and nothing of it needs to be on the disk."""
        return [number for number, op in enumerate(self.operations, 1) if op.name == "link"]

    def disks(self, points: Collection[int]) -> Iterator[tuple[int, Disk]]:
        """The disk at each point, in order."""
        disk = copy.deepcopy(self.start)
        for number, op in enumerate(self.operations, 1):
            disk.apply(op)
            if number in points:
                yield number, disk

    def lose_power(self, disk: Disk, loss: Loss, names: Names, dice: random.Random) -> None:
        """Leaves in the lake's place what a power cut leaves."""
        shutil.rmtree(self.lake)
        disk.build(self.lake, loss, names, dice)

    def run(self, do: str) -> dict[str, Any]:
        (result,) = self.server.run({"do": do, "lake": str(self.lake), "landing": str(self.delivery.landing)})
        return result


def record(server: Server, delivery: Delivery, folder: Path, base: Path, **options: Any) -> Recording:
    """Runs an ingest with the diary on."""
    lake, diary = copy_of(base, folder / "lake"), folder / "diary"
    diary.unlink(missing_ok=True)
    start = Disk(lake)
    job = {"do": "ingest", "lake": str(lake), "landing": str(delivery.landing), "diary": str(diary)}
    (result,) = server.run({**job, **options})
    assert result["error"] is None, result
    return Recording(server, delivery, lake, start, list(read_diary(diary)))


@pytest.fixture(params=["new lake", "second delivery"])
def recording(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Recording:
    """The first run of a lake, or a later one: large files, checkpoints."""
    none, landing = tmp_path / "none", tmp_path / "landing"
    first = record(server, first_delivery(landing), tmp_path, none)
    if request.param == "new lake":
        return first
    base = copy_of(first.lake, tmp_path / "base")
    return record(server, second_delivery(landing), tmp_path, base, is_grown=True)


def not_safe(lake: Path, acknowledged: list[dict[str, Any]]) -> list[str]:
    """What was acknowledged and does not lie on the disk, byte for byte; the originals of its rows too."""
    wrong = []
    for fact in acknowledged:
        table = lake / "raw" / fact["table"]
        commit = table / "_delta_log" / f"{fact['version']:020d}.json"
        expected = {commit: fact["sha256"]} | {table / name: sha256 for name, sha256 in fact["files"]}
        for sha256 in fact["originals"]:
            expected[lake / "originals" / sha256[:2] / sha256] = sha256
        wrong += [str(path) for path, sha256 in expected.items() if digest(path) != sha256]
    return wrong


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def test_every_acknowledged_byte_is_on_the_disk(
    recording: Recording, request: pytest.FixtureRequest, storm: Storm
) -> None:
    """Prevents an acknowledgement before the fsync of a file, of its name, or of the register itself."""
    checked = 0
    for point, disk in recording.disks(recording.acknowledgements):
        recording.lose_power(disk, "drop", "lost", random.Random(0))
        assert not_safe(recording.lake, recording.acknowledged(point)) == []
        checked += 1
    assert checked == len(recording.acknowledgements) > 3
    storm.report(request.node.name, acknowledgements=checked, forced_to_disk=checked)


def test_the_model_sees_a_missing_fsync(server: Server, tmp_path: Path) -> None:
    """Prevents the model from calling everything safe: without fsync nothing acknowledged may survive."""
    delivery = first_delivery(tmp_path / "landing")
    recording = record(server, delivery, tmp_path, tmp_path / "none", fsync=False)
    for point, disk in recording.disks(recording.acknowledgements):
        recording.lose_power(disk, "drop", "kept", random.Random(0))
        assert not_safe(recording.lake, recording.acknowledged(point))


def test_power_cut_at_every_acknowledgement(
    recording: Recording, request: pytest.FixtureRequest, storm: Storm
) -> None:
    """Prevents a power cut from taking an acknowledged row, or from leaving a lake that needs a person."""
    dice, set_aside = storm.random(), 0
    ways = list(product(LOSSES, NAMES))
    anywhere = [dice.randint(1, len(recording.operations)) for _ in range(storm.size(sample=2, full=150))]
    cases = [(point, dice.choice(ways)) for point in anywhere]
    for points in (recording.acknowledgements, recording.unsafe_commits):
        known = list(product(points, ways))
        cases += dice.sample(known, storm.size(sample=2, full=len(known)))
    for point, disk in recording.disks({point for point, _ in cases}):
        for loss, names in [way for at, way in cases if at == point]:
            recording.lose_power(disk, loss, names, dice)
            assert not_safe(recording.lake, recording.acknowledged(point)) == []
            start = recording.run("settle")
            assert start["error"] is None, (point, loss, names, start)
            set_aside += "set_aside" in str(start["state"])
            assert not_safe(recording.lake, recording.acknowledged(point)) == []
            again = recording.run("recover")
            assert again["error"] is None, (point, loss, names, again)
            require(recording.delivery, again["state"])
    storm.report(
        request.node.name,
        power_cuts=len(cases),
        torn_and_set_aside=set_aside,
        acknowledged_lost=0,
        manual_steps=0,
    )


def test_damage_is_found_at_start_up(
    recording: Recording, request: pytest.FixtureRequest, storm: Storm
) -> None:
    """Prevents a lake whose newest acknowledged commits are damaged from starting as if they were whole."""
    dice, points = storm.random(), {len(recording.operations)}
    newest = {fact["table"]: fact for fact in recording.acknowledged(len(recording.operations))}
    paths = []
    for table, fact in newest.items():
        paths.append(f"raw/{table}/_delta_log/{fact['version']:020d}.json")
        paths += [f"raw/{table}/{name}" for name, _ in fact["files"]]
    cases = list(product(paths, ("missing", "empty", "half", "nul")))
    # Same size is told from its hash: at start-up for commits, by the deep check for data files.
    cases = [case for case in cases if case[1] != "nul" or case[0].endswith("json")]
    chosen = dice.sample(cases, storm.size(sample=4, full=len(cases)))
    for _, disk in recording.disks(points):
        for path, damage in chosen:
            recording.lose_power(disk, "keep", "kept", dice)
            spoil(recording.lake / path, damage)
            result = recording.run("ingest")
            assert result["error"] == "DamagedTable", (path, damage, result)
    storm.report(request.node.name, damages=len(chosen), found_at_start_up=len(chosen))


def spoil(path: Path, damage: str) -> None:
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        left = {"empty": b"", "half": content[: len(content) // 2], "nul": b"\0" * len(content)}
        path.write_bytes(left[damage])
