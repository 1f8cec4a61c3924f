"""The models as plain SQL against the tables that SQLMesh built: an oracle for both, and the bench's peer."""

from pathlib import Path

import pytest

from lakehouse.content_hash import content_hash
from lakehouse.raw_zone import RawZone
from lakehouse.settings import adopt
from lakehouse.warehouse import connect, load_delta, mount_raw
from pipelines.sqlmesh.parties import run_statement
from pipelines.sqlmesh.rendered import rendered_statements
from tests.built_lakes import BuiltLake


@pytest.fixture(scope="module")
def bare_warehouse(defect_lake: BuiltLake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every model of the lake, run as plain statements in a file of its own."""
    settings, path = defect_lake.settings, tmp_path_factory.mktemp("bare") / "bare.duckdb"
    adopt(settings)
    zone = RawZone(settings.raw_dir)
    with connect(path, read_only=False, settings=settings) as connection:
        load_delta(connection)
        mount_raw(connection, zone, zone.versions())
        for statement in rendered_statements(settings):
            run_statement(connection, statement)
    return path


def test_bare_sql_gives_the_tables_that_sqlmesh_built(defect_lake: BuiltLake, bare_warehouse: Path) -> None:
    """Prevents a build that skips, doubles or misorders a model, and a benchmark of other SQL than ours."""
    with (
        defect_lake.connect() as built,
        connect(bare_warehouse, read_only=True, settings=defect_lake.settings) as bare,
    ):
        found = built.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables "
            "WHERE table_schema IN ('core', 'mart') ORDER BY ALL"
        ).fetchall()
        names = [name for (name,) in found]
        differing = [name for name in names if content_hash(built, name) != content_hash(bare, name)]
    assert len(names) > 50
    assert differing == []
