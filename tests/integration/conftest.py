"""The shared lakes as tests here read them, and the one that was loaded in another order."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest

from lakehouse.raw_zone import RawZone
from pipelines.ingest import ingest
from quality_rules.contract import load_contracts
from tests.built_lakes import AT, BuiltLake, built, settings_of
from traceability.index.release_index import ATTACHMENT, attach_index


@pytest.fixture(scope="session")
def shuffled_lake(tmp_path_factory: pytest.TempPathFactory, defect_lake: BuiltLake) -> BuiltLake:
    """The files of defect_lake loaded in another order, in three instalments, and built by one thread."""
    home = tmp_path_factory.mktemp("shuffled")
    settings = settings_of(home, threads=1)
    for files in _instalments(defect_lake.settings.landing_roots[0]):
        for source, name in files:
            target = settings.landing_roots[0] / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(source)
        ingest(settings, load_contracts(), RawZone(settings.raw_dir), AT)
    return built(settings, defect_lake.truth)


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


@pytest.fixture(scope="session")
def released(
    clean_lake: BuiltLake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The clean lake as a release holds it: tables instead of views, and the index beside them."""
    folder = tmp_path_factory.mktemp("release")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(f"ATTACH '{clean_lake.settings.build_path}' AS build (READ_ONLY)")
        connection.execute("CREATE SCHEMA core; CREATE SCHEMA mart")
        names = connection.execute(
            """
            SELECT schema_name, view_name FROM duckdb_views()
            WHERE database_name = 'build' AND schema_name IN ('core', 'mart')
            """
        ).fetchall()
        for schema, name in names:
            connection.execute(f"CREATE TABLE {schema}.{name} AS SELECT * FROM build.{schema}.{name}")
        connection.execute("DETACH build; CHECKPOINT")
        attach_index(connection, folder / ATTACHMENT)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


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


def _instalments(landing: Path) -> Iterator[list[tuple[Path, Path]]]:
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    Random(5).shuffle(files)
    for part in range(3):
        yield [(path, path.relative_to(landing)) for path in files[part::3]]
