"""Lakes built once per run from simulated extracts, shared by all tests that need a whole year.

simulate -> ingest -> build -> BuiltLake. Tests only read them; what one wants to change it copies first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from lakehouse.settings import Settings
from lakehouse.warehouse import connect

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
    return built(settings_of(home, threads=2), simulated(home, defects=False))


@pytest.fixture(scope="session")
def defect_lake(tmp_path_factory: pytest.TempPathFactory) -> BuiltLake:
    """The same year with every seeded defect."""
    home = tmp_path_factory.mktemp("defects")
    return built(settings_of(home, threads=2), simulated(home, defects=True))


def settings_of(home: Path, *, threads: int) -> Settings:
    """Settings of a lake in a folder."""
    return Settings.from_env(
        {"MEDLAKE_DATA": str(home), "MEDLAKE_THREADS": str(threads), "MEDLAKE_MEMORY": "2GB"}
    )


def simulated(home: Path, *, defects: bool) -> Path:
    """Writes the extracts into the lake's landing folder; returns the folder of the answers."""
    from simulator import simulate

    truth = home / "truth"
    simulate(home / "landing", truth, seed=SEED, scale=SCALE, defects=defects, progress=None)
    return truth


def built(settings: Settings, truth: Path) -> BuiltLake:
    """Loads and builds what has landed."""
    # Imported here: tests of one function need not wait seconds for SQLMesh.
    from lakehouse.raw_zone import RawZone
    from lakehouse.settings import adopt
    from lakehouse.warehouse import load_delta, mount_raw
    from pipelines.ingest import ingest
    from pipelines.sqlmesh.build import build
    from quality_rules.contract import load_contracts

    adopt(settings)
    zone = RawZone(settings.raw_dir)
    ingest(settings, load_contracts(), zone, AT)
    with connect(settings.build_path, read_only=False, settings=settings) as connection:
        load_delta(connection)
        mount_raw(connection, zone, zone.versions())
    build(settings, refresh_no=1)
    return BuiltLake(settings, truth)
