"""A large file is read where it lies in memory; what is loaded is what is kept, whatever happens to it."""

import errno
import os
from collections.abc import Callable
from concurrent.futures import wait
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.ingest.admission import originals
from pipelines.ingest.admission.originals import Original, Originals
from pipelines.ingest.loading import table_load
from pipelines.ingest.loading.file_account import Pending
from pipelines.ingest.loading.loads import LOAD, QUARANTINE
from pipelines.ingest.readers import csv_stream
from tests.integration.small_lake import SmallLake, contract, empty_lake

ITEM = contract("item", "no", "name")
PLAIN, QUOTED = "no,name\n1,gauze\n2,tube\n", 'no,name\n1,"gauze"\n2,tube\n'
ROWS = [("1", "gauze"), ("2", "tube")]
Act = Callable[[Path], None]


def written_to(path: Path) -> None:
    """Other names, of the same length, and the old times."""
    stat = path.stat()
    path.write_text(path.read_text().replace("gauze", "GAUZE"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def broken_up(path: Path) -> None:
    """No table any more."""
    path.write_bytes(b"\0" * path.stat().st_size)


def replaced(path: Path) -> None:
    """Another file under its name."""
    other = path.with_name("other")
    other.write_text(path.read_text().replace("gauze", "GAUZE"))
    other.replace(path)


def cut_short(path: Path) -> None:
    """Its last line is gone."""
    os.truncate(path, path.stat().st_size - len("2,tube\n"))


def taken_away(path: Path) -> None:
    path.unlink()


def left_alone(path: Path) -> None:
    assert path.is_file()


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallLake:
    """A lake to which every file is large, and whose proofs end before anything is loaded."""
    monkeypatch.setattr(originals, "LARGE", 0)
    monkeypatch.setattr(csv_stream, "LARGE", 0)
    settle = Originals.settle

    def proved(self: Originals) -> None:
        wait(self.proofs)
        settle(self)

    monkeypatch.setattr(Originals, "settle", proved)
    return empty_lake(tmp_path)


def when_loaded(monkeypatch: pytest.MonkeyPatch, act: Act, path: Path) -> list[str]:
    """Lets something happen to a file as soon as it is about to be loaded; gives from where it was read."""
    real, read_from = table_load._taken, []

    def acting(shared: Any, file: Pending, *rest: Any, **how: Any) -> Any:
        read_from.append(file.original.path.parent.name)
        if len(read_from) == 1:
            act(path)
        return real(shared, file, *rest, **how)

    monkeypatch.setattr(table_load, "_taken", acting)
    return read_from


@pytest.mark.parametrize("text", [PLAIN, QUOTED])
def test_what_nobody_touches_is_read_from_its_source_by_number(
    lake: SmallLake, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Prevents a copy from being fetched from the disk again, and an engine from seeing a foreign name."""
    read_from = when_loaded(monkeypatch, left_alone, lake.drop("erp/item/item_1.csv", text))
    assert lake.run(ITEM).loaded == 2
    assert read_from == ["fd"]
    assert lake.raw("erp__item", "no", "name") == ROWS


@pytest.mark.parametrize("text", [PLAIN, QUOTED])
@pytest.mark.parametrize("act", [written_to, broken_up, cut_short, replaced, taken_away])
@pytest.mark.parametrize("when", ["before it is loaded", "while it is loaded"])
def test_what_is_loaded_is_what_is_kept(
    lake: SmallLake, monkeypatch: pytest.MonkeyPatch, text: str, act: Act, when: str
) -> None:
    """Prevents rows that no kept original holds, and the loss of a file that its sender took away."""
    path = lake.drop("erp/item/item_1.csv", text)
    if when == "while it is loaded":
        read_from = when_loaded(monkeypatch, act, path)
    else:
        settle = Originals.settle
        monkeypatch.setattr(Originals, "settle", lambda self: (settle(self), act(path))[0])
        read_from = when_loaded(monkeypatch, lambda _: None, path)
    report = lake.run(ITEM)
    assert (report.loaded, report.quarantined, report.rejected_files) == (2, 0, ())
    assert lake.raw("erp__item", "no", "name") == ROWS
    assert len(read_from) == (2 if when == "while it is loaded" else 1) and read_from[-1] != "fd"
    digest = sha256(text.encode()).hexdigest()
    assert lake.zone.read(LOAD).column("file_sha256").to_pylist() == [digest]
    assert (lake.settings.originals_dir / digest[:2] / digest).read_text() == text
    assert lake.zone.read(QUARANTINE).num_rows == 0
    parts = lake.zone.table_path("erp__item").glob("*.parquet")
    assert sum(pq.read_metadata(part).num_rows for part in parts) == 2


def test_a_source_whose_disk_fails_now_is_read_from_its_copy(
    lake: SmallLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents a share that goes away from stopping a run that holds everything it needs."""
    path = lake.drop("erp/item/item_1.csv", PLAIN)

    real = table_load.open_original

    def failing(original: Path, *rest: Any) -> Any:
        if original.parent.name == "fd":
            raise OSError(errno.EIO, "Input/output error")
        return real(original, *rest)

    monkeypatch.setattr(table_load, "open_original", failing)
    read_from = when_loaded(monkeypatch, left_alone, path)
    assert lake.run(ITEM).loaded == 2
    assert read_from[0] == "fd" and len(read_from) == 2 and read_from[1] != "fd"
    assert lake.raw("erp__item", "no", "name") == ROWS


def test_a_source_cut_while_it_streams_is_read_from_its_copy(
    lake: SmallLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents an engine that finds too little from stopping the run, and the file from being lost."""
    path, real, calls = lake.drop("erp/item/item_1.csv", PLAIN), table_load.write_part, []

    def cutting(rows: Any, schema: Any, target: Path) -> None:
        calls.append(target)
        if len(calls) == 1:
            target.write_bytes(b"begun")
            cut_short(path)
            raise OSError("failed to fill whole buffer")
        real(rows, schema, target)

    monkeypatch.setattr(table_load, "write_part", cutting)
    assert lake.run(ITEM).loaded == 2
    assert lake.raw("erp__item", "no", "name") == ROWS
    assert not calls[0].exists() and calls[1].exists()


@pytest.mark.parametrize("text", [PLAIN, QUOTED])
def test_what_was_confirmed_is_loaded_once(
    lake: SmallLake, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Prevents rows that were taken already from being taken again when the source is written to later."""
    path, real, calls = lake.drop("erp/item/item_1.csv", text), Original.confirm, []

    def confirming(self: Original) -> None:
        real(self)
        calls.append(self)
        if len(calls) == 1:
            written_to(path)

    monkeypatch.setattr(Original, "confirm", confirming)
    assert lake.run(ITEM).loaded == 2
    assert lake.raw("erp__item", "no", "name") == ROWS
