"""The durable register of what the raw zone acknowledged: every commit, its data files, every checkpoint.

Delta's log is not evidence of its own completeness: an emptied last commit reads as an empty one. A commit
counts once it stands here with the sha256 of its bytes. SQLite in WAL mode with synchronous=FULL; rows are
added and never changed, in the order of `seq`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lakehouse.delta_log import Commit

# `adopted`: whole, unacknowledged, and a writer had crashed. `foreign`: the same, but nobody had crashed.
Origin = Literal["written", "adopted", "foreign"]
REGISTER = "_register.sqlite"
TABLES = ("commits", "data_files", "checkpoints", "notices")
SCHEMA = """
CREATE TABLE IF NOT EXISTS commits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, version INTEGER NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, origin TEXT NOT NULL, UNIQUE (table_name, version)
) STRICT;
CREATE TABLE IF NOT EXISTS data_files (
    table_name TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (table_name, version, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoints (
    table_name TEXT NOT NULL, version INTEGER NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (table_name, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (seq INTEGER PRIMARY KEY AUTOINCREMENT, notice TEXT NOT NULL) STRICT;
"""
# A seat belt against a slip of the hand, not against somebody who owns the file.
APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the commit register is append-only'); END;
"""
# One step down the index per table, whatever the number of commits.
TABLE_NAMES = """
WITH RECURSIVE step (name) AS (
    SELECT min(table_name) FROM commits
    UNION ALL
    SELECT (SELECT min(table_name) FROM commits WHERE table_name > name) FROM step WHERE name IS NOT NULL
) SELECT name FROM step WHERE name IS NOT NULL
"""


class DamagedRegister(RuntimeError):
    """The register itself cannot be read."""


@dataclass(frozen=True)
class KeptFile:
    """A file that was acknowledged: a data file, a commit or a checkpoint."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Acknowledged:
    """A commit on record."""

    version: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Registered:
    """A commit in the order in which commits of all tables were acknowledged.

    Attributes:
        files: Its data files.
        checkpoint: The checkpoint that sums up all commits to this one, where there is one.
    """

    seq: int
    table: str
    version: int
    size: int
    sha256: str
    origin: Origin
    files: tuple[KeptFile, ...]
    checkpoint: KeptFile | None


class CommitRegister:
    """An open register; one writer at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise DamagedRegister(
                f"提交登记簿损坏，请从备份恢复 {path} | The register of commits {path} is damaged ({error}). "
                "Restore it from the backup; commits made since are then taken over again by themselves."
            ) from error

    def close(self) -> None:
        """Folds the write-ahead log into the file and closes it."""
        self._connection.close()

    def tables(self) -> list[str]:
        """Names of all tables with a commit on record."""
        return [str(name) for (name,) in self._connection.execute(TABLE_NAMES)]

    def newest(self, table: str) -> Acknowledged | None:
        """The newest commit of a table."""
        return next(self._commits(table, "DESC LIMIT 1"), None)

    def commits(self, table: str) -> list[Acknowledged]:
        """All commits of a table, oldest first."""
        return list(self._commits(table, "ASC"))

    def data_files(self, table: str, version: int | None = None) -> Iterator[KeptFile]:
        """Data files of one commit, or of all."""
        rows = self._connection.execute(
            "SELECT name, size, sha256 FROM data_files "
            "WHERE table_name = ?1 AND (?2 IS NULL OR version = ?2)",
            (table, version),
        )
        return (KeptFile(*row) for row in rows)

    def since(self, seq: int) -> Iterator[Registered]:
        """Every commit of any table after the one with this number, in order."""
        rows = self._connection.execute(
            "SELECT seq, table_name, version, size, sha256, origin FROM commits WHERE seq > ? ORDER BY seq",
            (seq,),
        ).fetchall()
        for number, table, version, size, sha256, origin in rows:
            files = tuple(self.data_files(table, version))
            checkpoint = self.checkpoints(table).get(version)
            yield Registered(number, table, version, size, sha256, origin, files, checkpoint)

    def checkpoints(self, table: str) -> dict[int, KeptFile]:
        """All checkpoints of a table, by version."""
        rows = self._connection.execute(
            "SELECT version, size, sha256 FROM checkpoints WHERE table_name = ?", (table,)
        )
        return {version: KeptFile(f"checkpoint {version}", size, sha256) for version, size, sha256 in rows}

    def notices(self) -> list[str]:
        """Everything the start-up checks ever had to say, oldest first."""
        return [str(text) for (text,) in self._connection.execute("SELECT notice FROM notices ORDER BY seq")]

    def acknowledge(self, table: str, commit: Commit, files: Sequence[KeptFile], origin: Origin) -> None:
        """Puts a commit on record, durably; every byte it names lies on the disk already."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            execute(
                "INSERT INTO commits (table_name, version, sha256, size, origin) VALUES (?, ?, ?, ?, ?)",
                (table, commit.version, commit.sha256, commit.size, origin),
            )
            self._connection.executemany(
                "INSERT INTO data_files VALUES (?, ?, ?, ?, ?)",
                [(table, commit.version, file.name, file.size, file.sha256) for file in files],
            )
            execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def acknowledge_checkpoint(self, table: str, version: int, file: KeptFile) -> None:
        """Puts a checkpoint on record."""
        self._connection.execute(
            "INSERT INTO checkpoints VALUES (?, ?, ?, ?)", (table, version, file.size, file.sha256)
        )

    def note(self, notice: str) -> None:
        """Keeps what a start-up check did."""
        self._connection.execute("INSERT INTO notices (notice) VALUES (?)", (notice,))

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            triggers = [
                APPEND_ONLY.format(table=table, verb=verb)
                for table in TABLES
                for verb in ("UPDATE", "DELETE")
            ]
            self._connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {''.join(triggers)} COMMIT;")

    def _commits(self, table: str, order: str) -> Iterator[Acknowledged]:
        rows = self._connection.execute(
            f"SELECT version, size, sha256 FROM commits WHERE table_name = ? ORDER BY version {order}",
            (table,),
        )
        return (Acknowledged(*row) for row in rows)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
