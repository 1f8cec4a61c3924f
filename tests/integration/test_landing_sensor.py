"""The sensor of the landing folders: quick when nothing came, patient while files are written."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.writer_lock import LakeBusy
from pipelines import landing_sensor as module
from pipelines.ingest import ingest
from pipelines.ingest.admission import landing_look
from pipelines.ingest.loading.loads import LOAD
from pipelines.lake import Lake
from quality_rules.contract import load_contracts
from tests.conftest import Storm

BASE = load_contracts()["sap_a__mara"]
COLUMNS = tuple(replace(BASE.columns[0], name=name, physical_name=name) for name in ("no", "name"))
CONTRACT = replace(
    BASE,
    id="erp__item",
    system="erp",
    path="erp/item_*.csv",
    delimiter=",",
    encodings=("utf-8",),
    columns=COLUMNS,
)


class Watched:
    """A lake and its sensor, ticking with the cursor of the tick before."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(folder, folder / "data", (folder / "data" / "landing",), None, None, "1GB")
        self.lake = Lake(settings, {CONTRACT.id: CONTRACT}, RawZone(settings.raw_dir))
        self.sensor = module.landing_sensor(self.lake, "refresh")
        self.cursor: str | None = None
        (settings.landing_roots[0] / "erp").mkdir(parents=True)

    def drop(self, number: int, age: float = 60) -> Path:
        """Lays a file down as if it had been written `age` seconds ago."""
        path = self.lake.settings.landing_roots[0] / "erp" / f"item_{number}.csv"
        path.write_text(f"no,name\n{number},a\n")
        os.utime(path, (time.time() - age,) * 2)
        return path

    def tick(self) -> list[str]:
        """Run keys of the runs a tick asks for."""
        context = dg.build_sensor_context(cursor=self.cursor)
        data = self.sensor.evaluate_tick(context)
        self.cursor = data.cursor or self.cursor
        return [str(request.run_key) for request in data.run_requests or ()]

    def ingest(self) -> int:
        return ingest(
            self.lake.settings, self.lake.contracts, self.lake.zone, datetime(2026, 1, 1, tzinfo=UTC)
        ).loaded


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    # The change time of a file cannot be set; here the time of its content stands for both.
    monkeypatch.setattr(landing_look, "SETTLED_NS", 0)
    return Watched(tmp_path)


def test_one_run_per_set_of_new_files(watched: Watched) -> None:
    """Prevents a run per tick, per file, or for files that were loaded long ago."""
    assert watched.tick() == []
    watched.drop(1)
    watched.drop(2)
    (first,) = watched.tick()
    assert watched.tick() == []
    assert watched.ingest() == 2
    watched.drop(3)
    (second,) = watched.tick()
    assert first != second
    assert watched.ingest() == 1
    os.utime(watched.lake.settings.landing_roots[0] / "erp" / "item_3.csv")
    assert watched.tick() == []


def test_the_same_files_have_the_same_run_key(watched: Watched) -> None:
    """Prevents a lost cursor from starting a second run for the same files: Dagster knows the key."""
    watched.drop(1)
    (first,) = watched.tick()
    watched.cursor = None
    assert watched.tick() == [first]
    watched.ingest()
    watched.cursor = None
    assert watched.tick() == []


def test_files_being_written_are_waited_for(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents half a file from being loaded, and a source that never stops from holding up the others."""
    monkeypatch.setattr(landing_look, "SETTLED_NS", 10_000_000_000)
    watched.drop(1)  # its change time is now, whatever its content says
    assert watched.tick() == []
    monkeypatch.setattr(landing_look, "SETTLED_NS", 0)
    assert len(watched.tick()) == 1
    watched.ingest()
    monkeypatch.setattr(landing_look, "SETTLED_NS", 10_000_000_000)
    watched.drop(2)
    assert watched.tick() == []
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0)
    assert len(watched.tick()) == 1


def test_a_busy_lake_is_asked_again(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents files that came while another process wrote from being forgotten."""

    def busy(*_: object, **__: object) -> str:
        raise LakeBusy("somebody writes")

    watched.drop(1)
    with monkeypatch.context() as other:
        other.setattr(module, "pending_digest", busy)
        assert watched.tick() == []
    assert len(watched.tick()) == 1


@pytest.mark.storm
def test_a_tick_without_news_is_cheap(watched: Watched, storm: Storm) -> None:
    """Prevents a folder of a year's files from keeping the daemon busy; many small files make few commits."""
    files = storm.size(sample=1_000, full=10_000)
    for number in range(files):
        watched.drop(number)
    assert len(watched.tick()) == 1
    before = watched.lake.zone.version(CONTRACT.id) if watched.lake.zone.exists(CONTRACT.id) else 0
    assert watched.ingest() == files
    commits = watched.lake.zone.version(CONTRACT.id) - before
    accounts = watched.lake.zone.version(LOAD)
    started = time.process_time()
    assert watched.tick() == []
    cpu_ms = 1000 * (time.process_time() - started)
    storm.report(
        "sensor", files=files, quiet_tick_cpu_ms=round(cpu_ms), commits=commits, account_commits=accounts
    )
    assert cpu_ms < 50 + 0.1 * files
    assert commits <= 1 + files / 1000
    assert accounts <= 2 + files / 500
