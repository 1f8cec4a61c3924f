"""The start-up check of the raw zone: what a crash or a power cut leaves is settled, damage is an alarm."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lakehouse import storage
from lakehouse.commit_register import CommitRegister, DamagedRegister
from lakehouse.delta_log import checkpoint_path, commit_path
from lakehouse.raw_zone import RawZone
from lakehouse.recovery import DamagedTable
from lakehouse.storage import StorageFailure, require_space, storage_failures
from lakehouse.writer_lock import LakeBusy

SCHEMA = pa.schema([("qty", pa.string())])


def rows(*texts: str) -> pa.Table:
    return pa.table({"qty": texts}, SCHEMA)


def read(zone: RawZone) -> list[str]:
    return sorted(zone.read("mseg").column("qty").to_pylist())


def told(zone: RawZone) -> list[str]:
    """Opens a session as an ingest does; what it had to say."""
    said: list[str] = []
    with zone.writing("test", say=said.append):
        pass
    return said


@pytest.fixture
def zone(tmp_path: Path) -> RawZone:
    zone = RawZone(tmp_path / "raw")
    zone.ensure("mseg", SCHEMA)
    zone.append("mseg", rows("1"), ["mseg:aa"])
    return zone


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
def unacknowledged(zone: RawZone, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commit 2 is written, and the process dies before it is registered."""

    def die(*_: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(CommitRegister, "acknowledge", die)
        with pytest.raises(Crash):
            zone.append("mseg", rows("2", "3"), ["mseg:bb", "mseg:cc"])
    return commit_path(zone.table_path("mseg"), 2)


def test_whole_commit_nobody_acknowledged_is_taken_over(zone: RawZone, unacknowledged: Path) -> None:
    """Prevents rows committed just before a crash from staying unproven, or from being loaded twice."""
    (notice,) = told(zone)
    assert "took over commits 2 to 2" in notice
    assert zone.append("mseg", rows("2", "3"), ["mseg:bb", "mseg:cc"]) == 2
    assert read(zone) == ["1", "2", "3"]
    assert told(zone) == []


def without_line(content: bytes, number: int) -> bytes:
    lines = content.splitlines()
    return b"\n".join(line for index, line in enumerate(lines) if index != number % len(lines))


TEARS = {
    "empty": lambda whole: b"",
    "half": lambda whole: whole[: len(whole) // 2],
    "NUL": lambda whole: b"\0" * len(whole),
    "NUL from a page on": lambda whole: whole[:300] + b"\0" * (len(whole) - 300),
    "only the first line": lambda whole: whole.splitlines()[0] + b"\n",
    "without the last line": lambda whole: without_line(whole, -1),
    "without the data file": lambda whole: without_line(whole, 1),
    "no object": lambda whole: b"17",
}


@pytest.mark.parametrize("tear", TEARS.values(), ids=TEARS.keys())
def test_torn_commit_nobody_acknowledged_is_set_aside_and_replayed(
    zone: RawZone, unacknowledged: Path, tear: Any
) -> None:
    """Prevents a commit torn by a power cut from reading as an empty one, or from locking the table."""
    torn = tear(unacknowledged.read_bytes())
    unacknowledged.write_bytes(torn)
    notices = told(zone)
    assert "commit 2, never acknowledged, is not whole" in notices[0]
    (kept,) = (zone.table_path("mseg").parent / "_set_aside").iterdir()
    assert kept.read_bytes() == torn
    assert read(zone) == ["1"]
    assert zone.append("mseg", rows("2", "3"), ["mseg:bb", "mseg:cc"]) == 2
    assert read(zone) == ["1", "2", "3"]
    assert len(list(zone.table_path("mseg").glob("*.parquet"))) == 2
    assert zone.check(deep=True).damage == []


@pytest.mark.parametrize("loss", ["missing", "cut", "NUL", "NUL before the end", "NUL page"])
def test_unacknowledged_commit_without_its_data_is_set_aside(
    zone: RawZone, unacknowledged: Path, loss: str
) -> None:
    """Prevents a commit from being taken over whose data file the power cut took."""
    add = json.loads(unacknowledged.read_text().splitlines()[1])["add"]
    path = zone.table_path("mseg") / add["path"]
    content = path.read_bytes()
    match loss:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(content[:-9])
        case "NUL":
            path.write_bytes(b"\0" * len(content))
        case "NUL page":
            path.write_bytes(content[:30] + b"\0" * 10 + content[40:])
        case "NUL before the end":
            path.write_bytes(content[:4] + b"\0" * (len(content) - 12) + content[-8:])
    assert "is not whole" in told(zone)[0]
    assert zone.append("mseg", rows("2", "3"), ["mseg:bb", "mseg:cc"]) == 2
    assert read(zone) == ["1", "2", "3"]


def test_torn_first_commit_is_a_table_to_create_again(tmp_path: Path) -> None:
    """Prevents a table whose creation was cut off from being in everybody's way for ever."""
    zone = RawZone(tmp_path / "raw")
    log = zone.table_path("mseg") / "_delta_log"
    log.mkdir(parents=True)
    assert not zone.exists("mseg")
    commit_path(zone.table_path("mseg"), 0).write_bytes(b"")
    assert "commit 0, never acknowledged" in told(zone)[0]
    zone.ensure("mseg", SCHEMA)
    assert zone.versions() == {"mseg": 0}


def data_file(zone: RawZone) -> Path:
    return next(zone.table_path("mseg").glob("*.parquet"))


DAMAGES = {
    "commit missing": lambda zone: commit_path(zone.table_path("mseg"), 1).unlink(),
    "commit empty": lambda zone: commit_path(zone.table_path("mseg"), 1).write_bytes(b""),
    "commit changed": lambda zone: commit_path(zone.table_path("mseg"), 1).write_bytes(
        commit_path(zone.table_path("mseg"), 1).read_bytes().replace(b"mseg:aa", b"mseg:ab")
    ),
    "data missing": lambda zone: data_file(zone).unlink(),
    "data cut": lambda zone: os.truncate(data_file(zone), 9),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_to_what_was_acknowledged_is_an_alarm(zone: RawZone, damage: Any) -> None:
    """Prevents acknowledged rows from vanishing silently, and evidence of it from being tidied away."""
    damage(zone)
    before = sorted(zone.table_path("mseg").rglob("*"))
    with pytest.raises(DamagedTable, match=r"1 damages to acknowledged data.*(?s:.*)mseg: .*(json|parquet)"):
        told(zone)
    with pytest.raises(DamagedTable):
        zone.append("mseg", rows("9"), ["mseg:zz"])
    assert len(zone.check(deep=False).damage) == 1
    assert sorted(zone.table_path("mseg").rglob("*")) == before


def test_changed_byte_of_the_same_size_is_found_by_the_deep_check(zone: RawZone) -> None:
    """Prevents a patched Parquet file, which every reader accepts, from passing for what was loaded."""
    for number in range(3):
        zone.append("mseg", rows(str(number)), [f"mseg:{number}"])
    assert zone.check(deep=True).damage == []
    path = data_file(zone)
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)
    assert zone.check(deep=False).damage == []
    (line,) = zone.check(deep=True).damage
    assert path.name in line


def test_old_damage_is_found_by_the_check(zone: RawZone) -> None:
    """Prevents a commit lost long ago, which the start-up check does not look at, from staying unknown."""
    zone.append("mseg", rows("2"), ["mseg:bb"])
    commit_path(zone.table_path("mseg"), 1).unlink()
    (line,) = zone.check(deep=False).damage
    assert "00000000000000000001.json" in line


def test_torn_checkpoint_is_removed(zone: RawZone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a checkpoint torn by a power cut from making a table unreadable."""
    monkeypatch.setattr("lakehouse.raw_zone.COMMITS_PER_CHECKPOINT", 3)

    def die(*_: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(CommitRegister, "acknowledge_checkpoint", die)
        with pytest.raises(Crash):
            zone.append("mseg", rows("2"), ["mseg:bb"])
    path = checkpoint_path(zone.table_path("mseg"), 2)
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(DamagedTable, match="cannot be opened"):
        zone.read("mseg")
    assert "removed 2 files" in told(zone)[0]
    assert read(zone) == ["1", "2"]
    for number in range(3, 6):
        zone.append("mseg", rows(str(number)), [f"mseg:{number}"])
    assert checkpoint_path(zone.table_path("mseg"), 5).exists()
    assert zone.check(deep=True).damage == []


def test_leavings_of_a_crash_are_removed_and_nothing_else(zone: RawZone) -> None:
    """Prevents orphans from piling up, and a file in use from being taken for one."""
    folder = zone.table_path("mseg")
    orphans = [folder / "part-x.zstd.parquet", folder / "_delta_log" / "00000000000000000002.json#1"]
    for path in orphans:
        path.write_bytes(b"x")
    assert told(zone) == []
    with pytest.raises(Crash), zone.writing("dies"):
        raise Crash
    assert "removed 2 files" in told(zone)[0]
    assert not any(path.exists() for path in orphans)
    assert read(zone) == ["1"]


def test_lost_register_is_built_again_and_says_so(zone: RawZone) -> None:
    """Prevents a lake without a register (or one from before there was one) from refusing to work."""
    (zone.table_path("mseg").parent / "_register.sqlite").unlink()
    (notice,) = told(zone)
    assert "took over commits 0 to 1" in notice
    assert zone.check(deep=True).tables[0].commits == 2


def test_damaged_register_is_an_alarm(zone: RawZone) -> None:
    """Prevents a register that cannot be read from counting as an empty one."""
    (zone.table_path("mseg").parent / "_register.sqlite").write_bytes(b"not a database" * 99)
    with pytest.raises(DamagedRegister, match="Restore it from the backup"):
        told(zone)


@pytest.mark.parametrize("table", ["commits", "data_files"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET sha256 = ''"])
def test_register_is_append_only(zone: RawZone, table: str, statement: str) -> None:
    """Prevents a slip of the hand from rewriting what was acknowledged."""
    connection = sqlite3.connect(zone.table_path("mseg").parent / "_register.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement.format(table))
    connection.close()


HOLD = """
import sys
from pathlib import Path
from lakehouse.raw_zone import RawZone
with RawZone(Path(sys.argv[1])).writing("monthly load"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_writer_waits_and_is_told_for_whom(zone: RawZone) -> None:
    """Prevents two ingests at once from accounting for the same file twice; the dead do not keep the lock."""
    raw = zone.table_path("mseg").parent
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(raw)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    said: list[str] = []
    with (
        pytest.raises(LakeBusy, match=rf"process {holder.pid} \(monthly load\) is writing"),
        zone.writing("test", wait_seconds=0.3, say=said.append),
    ):
        pass
    assert f"waiting for process {holder.pid} (monthly load)" in said[0]
    holder.kill()
    holder.communicate()
    with zone.writing("test", wait_seconds=0) as start:
        assert start.crashed
    with zone.writing("test", wait_seconds=0) as start:
        assert not start.crashed


def test_full_disk_is_told_from_other_errors(tmp_path: Path) -> None:
    """Prevents a full disk from showing a stack trace, and another error from being called a full disk."""
    with pytest.raises(StorageFailure, match=f"Writing below {tmp_path} failed"), storage_failures(tmp_path):
        raise OSError(28, "No space left on device")
    with pytest.raises(ValueError, match="other"), storage_failures(tmp_path):
        raise ValueError("other")


def test_step_the_disk_cannot_hold_is_not_started(tmp_path: Path) -> None:
    """Prevents a load from filling the disk first and failing then."""
    free = storage.shutil.disk_usage(tmp_path).free
    require_space(tmp_path, 1, "ingest")
    with pytest.raises(StorageFailure, match="was not started"):
        require_space(tmp_path, free, "ingest")
