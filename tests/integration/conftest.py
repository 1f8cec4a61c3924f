"""Lakes built once per session from simulated extracts; every test only reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import duckdb
import pytest

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings, adopt
from lakehouse.warehouse import connect, load_delta, mount_raw
from pipelines.ingest import ingest
from pipelines.sqlmesh.build import build
from quality_rules.contract import load_contracts
from simulator import simulate

SEED, SCALE = 11, 0.03
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class BuiltLake:
    """A lake after ingest and build, with the answers of the simulator beside it."""

    settings: Settings
    truth: Path

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Opens the warehouse read-only."""
        return connect(self.settings.build_path, read_only=True, settings=self.settings)


@pytest.fixture(scope="session")
def clean_lake(tmp_path_factory: pytest.TempPathFactory) -> BuiltLake:
    """A year of two plants without defects."""
    home = tmp_path_factory.mktemp("clean")
    return _build(_settings(home, threads=2), _simulated(home, defects=False))


@pytest.fixture(scope="session")
def defect_lake(tmp_path_factory: pytest.TempPathFactory) -> BuiltLake:
    """The same year with every seeded defect."""
    home = tmp_path_factory.mktemp("defects")
    return _build(_settings(home, threads=2), _simulated(home, defects=True))


@pytest.fixture(scope="session")
def shuffled_lake(tmp_path_factory: pytest.TempPathFactory, defect_lake: BuiltLake) -> BuiltLake:
    """The files of defect_lake loaded in another order, in three instalments, and built by one thread."""
    home = tmp_path_factory.mktemp("shuffled")
    settings = _settings(home, threads=1)
    for files in _instalments(defect_lake.settings.landing_roots[0]):
        for source, name in files:
            target = settings.landing_roots[0] / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(source)
        ingest(settings, load_contracts(), RawZone(settings.raw_dir), AT)
    return _build(settings, defect_lake.truth)


@pytest.fixture
def clean(clean_lake: BuiltLake) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the clean lake."""
    with clean_lake.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def clean_truth(clean_lake: BuiltLake) -> Path:
    """Folder of the answers to the clean lake."""
    return clean_lake.truth


@pytest.fixture(scope="session")
def defect_truth(defect_lake: BuiltLake) -> Path:
    """Folder of the answers to the lake with defects."""
    return defect_lake.truth


@pytest.fixture
def defects(defect_lake: BuiltLake) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the lake with defects."""
    with defect_lake.connect() as connection:
        yield connection


@pytest.fixture
def shuffled(shuffled_lake: BuiltLake) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the lake that was loaded in another order."""
    with shuffled_lake.connect() as connection:
        yield connection


def _settings(home: Path, *, threads: int) -> Settings:
    return Settings.from_env(
        {"MEDLAKE_DATA": str(home), "MEDLAKE_THREADS": str(threads), "MEDLAKE_MEMORY": "2GB"}
    )


def _simulated(home: Path, *, defects: bool) -> Path:
    truth = home / "truth"
    simulate(home / "landing", truth, seed=SEED, scale=SCALE, defects=defects, progress=None)
    return truth


def _build(settings: Settings, truth: Path) -> BuiltLake:
    adopt(settings)
    zone = RawZone(settings.raw_dir)
    ingest(settings, load_contracts(), zone, AT)
    with connect(settings.build_path, read_only=False, settings=settings) as connection:
        load_delta(connection)
        mount_raw(connection, zone, zone.versions())
    build(settings, refresh_no=1)
    return BuiltLake(settings, truth)


def _instalments(landing: Path) -> Iterator[list[tuple[Path, Path]]]:
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    Random(5).shuffle(files)
    for part in range(3):
        yield [(path, path.relative_to(landing)) for path in files[part::3]]
