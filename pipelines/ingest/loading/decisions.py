"""What earlier runs decided about each file, asked by key so that a run costs the same after a year of loads.

medlake__load -> commits not seen yet -> SQLite beside the raw tables -> is_decided, is_on_record.
The file is derived from the load table and says to which commit: lost, damaged, or of a table that has
another history since (restored from a backup), it is built again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyarrow.parquet import ParquetFile

from lakehouse.delta_log import Commit, read_commit
from lakehouse.raw_zone import RawZone
from pipelines.ingest.loading.file_account import load_id
from pipelines.ingest.loading.loads import LOAD

SCHEMA = """
CREATE TABLE IF NOT EXISTS decided (load_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS loaded (
    source_table TEXT NOT NULL, file_sha256 TEXT NOT NULL, PRIMARY KEY (source_table, file_sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT;
"""
COLUMNS = ["load_id", "source_table", "file_sha256", "status"]


@dataclass(frozen=True)
class Decisions:
    """Every decision on record when it was opened."""

    connection: sqlite3.Connection

    def is_decided(self, source_table: str, contract_version: str, sha256: str) -> bool:
        """Loaded under any version of the contract, or rejected under this one."""
        return self.is_loaded(source_table, sha256) or self.is_on_record(
            load_id(source_table, contract_version, sha256)
        )

    def is_loaded(self, source_table: str, sha256: str) -> bool:
        """Whether the table holds the file, whatever version of the contract it was read with."""
        loaded = "SELECT 1 FROM loaded WHERE source_table = ? AND file_sha256 = ?"
        return bool(self.connection.execute(loaded, (source_table, sha256)).fetchone())

    def is_on_record(self, load: str) -> bool:
        """Whether there is an account with this load id."""
        return bool(self.connection.execute("SELECT 1 FROM decided WHERE load_id = ?", (load,)).fetchone())


@contextmanager
def open_decisions(zone: RawZone) -> Iterator[Decisions]:
    """Brings the index up to the newest commit of the load table and opens it."""
    path = zone.table_path("_decisions.sqlite")
    try:
        connection = _caught_up(path, zone)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()
        connection = _caught_up(path, zone)
    with closing(connection):
        yield Decisions(connection)


def _caught_up(path: Path, zone: RawZone) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        for version in range(_last_seen(connection, zone) + 1, zone.version(LOAD) + 1):
            _take(connection, zone.table_path(LOAD), read_commit(zone.table_path(LOAD), version))
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _take(connection: sqlite3.Connection, table: Path, commit: Commit) -> None:
    for file in commit.files:
        records = ParquetFile(table / file.name).read(COLUMNS).to_pylist()
        connection.executemany("INSERT OR IGNORE INTO decided VALUES (:load_id)", records)
        loaded = [record for record in records if record["status"] == "loaded"]
        connection.executemany("INSERT OR IGNORE INTO loaded VALUES (:source_table, :file_sha256)", loaded)
    connection.execute("INSERT INTO seen VALUES (?, ?)", (commit.version, commit.sha256))


def _last_seen(connection: sqlite3.Connection, zone: RawZone) -> int:
    """The newest commit the index knows; all is forgotten when the table no longer has that commit."""
    last = connection.execute("SELECT version, sha256 FROM seen ORDER BY version DESC LIMIT 1").fetchone()
    if (
        last
        and last[0] <= zone.version(LOAD)
        and read_commit(zone.table_path(LOAD), last[0]).sha256 == last[1]
    ):
        return int(last[0])
    for table in ("decided", "loaded", "seen"):
        connection.execute(f"DELETE FROM {table}")
    return -1
