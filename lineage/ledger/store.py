"""The ledger's file: SQLite in WAL mode with synchronous=FULL, and the tables in it.

A leaf is its bytes and the hashes of the subtrees it completes; a note is a signed checkpoint.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lakehouse.durable import fsync_path, make_folder
from lakehouse.storage import storage_failures
from lineage.ledger.refusals import DamagedLedger

WAIT_SECONDS = 60.0
# The columns beside the bytes are computed from them, so that they cannot say anything else.
SCHEMA = """
CREATE TABLE IF NOT EXISTS leaves (
    position INTEGER PRIMARY KEY, body BLOB NOT NULL, hashes BLOB NOT NULL,
    at TEXT GENERATED ALWAYS AS (json_extract(CAST(body AS TEXT), '$.at')) VIRTUAL,
    action TEXT GENERATED ALWAYS AS (json_extract(CAST(body AS TEXT), '$.action')) VIRTUAL
) STRICT;
CREATE INDEX IF NOT EXISTS leaves_at ON leaves (at);
CREATE INDEX IF NOT EXISTS leaves_action ON leaves (action, position);
CREATE TABLE IF NOT EXISTS notes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER NOT NULL, note BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS notes_size ON notes (size);
"""
# A seat belt against a slip of the hand, not against somebody who owns the file.
APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


# Even SQLite's own words about a damaged file may hold bytes of it that are no text.
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
OF_THE_DISK = ("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Opens the file; makes it when it is to be written and there is none.

    Raises:
        DamagedLedger: It is no ledger.
        StorageFailure: The disk failed.
    """
    if writable:
        make_folder(path.parent)
    with storage_failures(path.parent):
        place = f"{path.resolve().as_uri()}?mode={'rwc' if writable else 'ro'}"
        connection = sqlite3.connect(place, uri=True, isolation_level=None, timeout=WAIT_SECONDS)
        try:
            _prepare(connection, writable=writable)
        except UNREADABLE as error:
            connection.close()
            if getattr(error, "sqlite_errorname", "").startswith(OF_THE_DISK):
                raise
            raise DamagedLedger(
                f"账本损坏，请从备份恢复 {path} | The ledger {path} is damaged ({error}). "
                "Restore it from the backup and declare the restore."
            ) from error
        if writable:
            fsync_path(path.parent)
    return connection


def _prepare(connection: sqlite3.Connection, *, writable: bool) -> None:
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # Without it INSERT OR REPLACE would walk through the triggers.
        connection.execute("PRAGMA recursive_triggers = ON")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            _create(connection)
    connection.execute("SELECT count(*) FROM notes").fetchone()


def _create(connection: sqlite3.Connection) -> None:
    triggers = [
        APPEND_ONLY.format(table=table, verb=verb)
        for table in ("leaves", "notes")
        for verb in ("UPDATE", "DELETE")
    ]
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {''.join(triggers)} COMMIT;")
