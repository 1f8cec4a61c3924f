from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from lakehouse.content_hash import content_hash
from lakehouse.releases import (
    Action,
    NoRelease,
    ReleaseDamaged,
    ReleaseDraft,
    ReleasedTable,
    Step,
    current,
    decide,
    list_releases,
    open_release,
    publish,
    read_log,
    verify,
)
from lakehouse.releases.log import log_path
from lakehouse.settings import Settings
from lakehouse.warehouse import connect

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
GREEN = {"rules": {"core": 1}, "not_green": []}
LOT = ReleasedTable("core", "lot", ("lot_id",), "Lots; the owner's 'truth'", {"lot_id": "key"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path), "MEDLAKE_MEMORY": "1GB"})
    fill(settings, "('B', 2.5), ('A', 1.0)")
    return settings


def fill(settings: Settings, values: str) -> None:
    with connect(settings.build_path, read_only=False, settings=settings) as build:
        build.execute("CREATE SCHEMA IF NOT EXISTS core")
        build.execute(
            "CREATE OR REPLACE TABLE core.lot AS SELECT lot_id::TEXT AS lot_id, qty::DECIMAL(9,3) AS qty "
            f"FROM (VALUES {values}) AS t(lot_id, qty)"
        )


def draft() -> ReleaseDraft:
    return ReleaseDraft([LOT], {"code": {"version": "x"}, "gates": GREEN}, AT)


def current_number(settings: Settings) -> int | None:
    release = current(settings)
    return release.number if release else None


def roll_back(settings: Settings, number: int) -> None:
    facts = {"role": "quality_assurance"}
    decide(settings, Step(Action.ROLL_BACK, number, "wang.wei", "wrong figures", facts))


def test_a_release_keeps_its_rows_when_the_warehouse_moves_on(settings: Settings) -> None:
    """Prevents readers from seeing the working warehouse: a pinned release must not change under them."""
    publish(settings, draft())
    pinned = open_release(settings)
    fill(settings, "('C', 9)")
    publish(settings, draft())
    assert pinned.execute("SELECT lot_id FROM core.lot").fetchall() == [("A",), ("B",)]
    assert open_release(settings).execute("SELECT lot_id FROM core.lot").fetchall() == [("C",)]
    assert [release.number for release in list_releases(settings)] == [1, 2]


def test_a_release_cannot_be_written(settings: Settings) -> None:
    """Prevents a reader from editing history."""
    publish(settings, draft())
    with pytest.raises(duckdb.Error, match="read-only"):
        open_release(settings).execute("DELETE FROM core.lot")


def test_rolling_back_is_pointing_to_an_older_release(settings: Settings) -> None:
    """Prevents a roll-back from rebuilding, copying or renumbering anything."""
    publish(settings, draft())
    fill(settings, "('C', 9)")
    publish(settings, draft())
    roll_back(settings, 1)
    assert current_number(settings) == 1
    assert publish(settings, draft()).number == 3


def test_a_lake_from_before_the_record_keeps_its_history(settings: Settings) -> None:
    """Prevents an older lake from losing its releases, or its readers from getting another one."""
    for _ in range(3):
        publish(settings, draft())
    log_path(settings).unlink()
    (settings.releases_dir / "CURRENT").write_text("000002\n")
    assert current_number(settings) == 2
    publish(settings, draft())
    assert not (settings.releases_dir / "CURRENT").exists()
    assert (current_number(settings), [r.number for r in list_releases(settings)]) == (4, [1, 2, 3, 4])
    assert [r.step.action for r in read_log(settings)][:4] == ["adopt", "adopt", "adopt", "roll_back"]


def test_a_changed_record_is_not_believed(settings: Settings) -> None:
    """Prevents a line edited or dropped by hand from deciding what readers get; a torn end is no line."""
    publish(settings, draft())
    publish(settings, draft())
    lines = log_path(settings).read_bytes().splitlines(keepends=True)
    for changed in (lines[1:], lines[:2] + lines[3:], [lines[0].replace(b"medlake", b"someone"), *lines[1:]]):
        log_path(settings).write_bytes(b"".join(changed))
        with pytest.raises(ReleaseDamaged, match="was changed at line"):
            current(settings)
    log_path(settings).write_bytes(b"".join(lines) + lines[-1][:50])
    assert current_number(settings) == 2
    publish(settings, draft())
    assert current_number(settings) == 3


def test_one_flipped_byte_is_found(settings: Settings) -> None:
    """Prevents a release file changed on disk from being made current."""
    release = publish(settings, draft())
    content = bytearray(release.warehouse_path.read_bytes())
    content[len(content) // 2] ^= 1
    release.warehouse_path.write_bytes(content)
    with pytest.raises(ReleaseDamaged, match="000001: warehouse-000001.duckdb should have sha256"):
        verify(release)
    publish(settings, draft())
    with pytest.raises(ReleaseDamaged):
        roll_back(settings, 1)


def test_what_is_attached_stands_in_the_manifest(settings: Settings) -> None:
    """Prevents an index beside the warehouse from being swapped unnoticed, or from missing in silence."""

    def index(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
        target.mkdir()
        lots = connection.execute("SELECT lot_id FROM core.lot").fetchall()
        (target / "lots.txt").write_text(repr(lots))

    release = publish(settings, replace(draft(), attachments={"index": index}))
    file = release.attachment_path("index") / "lots.txt"
    assert file.read_text() == "[('A',), ('B',)]"
    verify(release)
    file.write_text("[('A',), ('C',)]")
    with pytest.raises(ReleaseDamaged, match="index/lots.txt should have sha256"):
        verify(release)
    with pytest.raises(NoRelease, match="made without genealogy"):
        release.attachment_path("genealogy")


@pytest.mark.parametrize("name", ["../x", ".hidden", "warehouse-000001.duckdb", "nothing"])
def test_an_attachment_stays_inside_its_release(settings: Settings, name: str) -> None:
    """Prevents an attachment from writing over the warehouse or outside the folder, or from being empty."""
    with pytest.raises(ValueError):
        publish(settings, replace(draft(), attachments={name: lambda connection, target: None}))
    assert current(settings) is None


def test_a_missing_release_says_what_there_is(settings: Settings) -> None:
    """Prevents a stack trace where a person needs the next step."""
    with pytest.raises(NoRelease, match="run `medlake refresh`"):
        open_release(settings)
    publish(settings, draft())
    with pytest.raises(NoRelease, match="release 000007 does not exist; there are: 000001"):
        open_release(settings, 7)


def test_comments_travel_with_the_table(settings: Settings) -> None:
    """Prevents analysts from having to look a column's meaning up elsewhere; quotes must survive."""
    publish(settings, draft())
    found = open_release(settings).execute(
        "SELECT t.comment, c.comment FROM duckdb_tables() t "
        "JOIN duckdb_columns() c USING (schema_name, table_name) "
        "WHERE t.table_name = 'lot' AND c.column_name = 'lot_id'"
    )
    assert found.fetchall() == [("Lots; the owner's 'truth'", "key")]


def hash_of(select: str) -> str:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS {select}")
        return content_hash(connection, "t")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "SELECT * FROM (VALUES (1,'a'),(2,'b')) t(x,y)",
            "SELECT * FROM (VALUES (2,'b'),(1,'a')) t(x,y)",
            True,
        ),
        ("SELECT 1 AS x, 'a' AS y", "SELECT 'a' AS y, 1 AS x", True),
        ("SELECT 1 AS x, 'l1' AS _load_id", "SELECT 1 AS x, 'l2' AS _load_id", True),
        ("SELECT 'ab' AS x, 'c' AS y", "SELECT 'a' AS x, 'bc' AS y", False),
        ("SELECT NULL::TEXT AS x", "SELECT '' AS x", False),
        ("SELECT NULL::TEXT AS x", "SELECT '-' AS x", False),
        ("SELECT 1 AS x", "SELECT unnest([1, 1]) AS x", False),
        ("SELECT 1 AS x WHERE false", "SELECT 1 AS x", False),
        ("SELECT 1.0::DECIMAL(9,3) AS x", "SELECT 1.001::DECIMAL(9,3) AS x", False),
    ],
)
def test_content_hash_tells_contents_apart_and_nothing_else(one: str, other: str, same: bool) -> None:
    """Prevents equal hashes for different contents and different ones for rows in another order."""
    assert (hash_of(one) == hash_of(other)) is same
