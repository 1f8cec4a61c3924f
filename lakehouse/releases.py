"""Releases: immutable, numbered copies of what the gates let through, switched by one pointer.

build.duckdb -> a clean copy under a name never used before -> manifest.json -> CURRENT names it.
Readers open a release read-only; the working warehouse is never read by anyone.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lakehouse.content_hash import content_hash
from lakehouse.durable import fsync_all, write_atomic
from lakehouse.settings import Settings
from lakehouse.warehouse import connect

CURRENT = "CURRENT"
MANIFEST = "manifest.json"


class NoRelease(LookupError):
    """There is no release to open."""


class ReleaseDamaged(RuntimeError):
    """A release's bytes are not the ones its manifest was written for."""


@dataclass(frozen=True)
class ReleasedTable:
    """One table of the working warehouse that goes into the release.

    Attributes:
        schema: `core`, `mart` or `stg`.
        name: Table name inside the schema.
        key: Columns that order the copy, so that the same content gives the same file order.
        description: Table comment.
        column_comments: Comment per column.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    description: str
    column_comments: Mapping[str, str]


@dataclass(frozen=True)
class ReleaseDraft:
    """What a release is made of.

    Attributes:
        tables: Tables to copy.
        facts: Inputs, models, gates and code version; goes into the manifest as it is.
        released_at: Time of the release, UTC.
    """

    tables: Sequence[ReleasedTable]
    facts: Mapping[str, Any]
    released_at: datetime


@dataclass(frozen=True)
class Release:
    """A published release: its number, its folder and its manifest."""

    number: int
    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The number as people read it, such as `000042`."""
        return f"{self.number:06d}"

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file that readers open."""
        return self.path / str(self.manifest["warehouse"]["file"])


def publish(settings: Settings, draft: ReleaseDraft) -> Release:
    """Copies the drafted tables out of the working warehouse and makes the copy current.

    Raises:
        RuntimeError: The copy left a write-ahead log behind, so its bytes are not complete.
    """
    number = _next_number(settings)
    folder = settings.releases_dir / f"{number:06d}"
    draft_folder = settings.releases_dir / f".{number:06d}.draft"
    shutil.rmtree(draft_folder, ignore_errors=True)
    draft_folder.mkdir(parents=True)
    file = draft_folder / f"warehouse-{number:06d}.duckdb"
    tables = _copy_tables(settings, draft.tables, file)
    manifest = {
        "release": number,
        "released_at": draft.released_at.isoformat(),
        "warehouse": {"file": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
        "tables": tables,
        **draft.facts,
    }
    write_atomic(draft_folder / MANIFEST, _as_json(manifest))
    fsync_all([file, draft_folder])
    draft_folder.rename(folder)
    fsync_all([settings.releases_dir])
    write_atomic(settings.releases_dir / CURRENT, f"{number:06d}\n".encode())
    return Release(number, folder, manifest)


def list_releases(settings: Settings) -> tuple[Release, ...]:
    """All releases, oldest first."""
    if not settings.releases_dir.is_dir():
        return ()
    folders = sorted(path for path in settings.releases_dir.iterdir() if path.name.isdigit())
    return tuple(_read(folder) for folder in folders)


def current(settings: Settings) -> Release | None:
    """The release that readers get, or None before the first one."""
    pointer = settings.releases_dir / CURRENT
    return _read(settings.releases_dir / pointer.read_text().strip()) if pointer.is_file() else None


def find_release(settings: Settings, number: int | None) -> Release:
    """The release with this number, or the current one.

    Raises:
        NoRelease: It does not exist.
    """
    if number is None:
        if release := current(settings):
            return release
        raise NoRelease(
            f"no release in {settings.releases_dir} yet: run `medlake refresh` (or `make demo`) first"
        )
    folder = settings.releases_dir / f"{number:06d}"
    if not folder.is_dir():
        known = ", ".join(release.name for release in list_releases(settings)) or "none"
        raise NoRelease(f"release {number:06d} does not exist; there are: {known}")
    return _read(folder)


def open_release(settings: Settings, number: int | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release's warehouse.

    Raises:
        NoRelease: The release does not exist.
    """
    return connect(find_release(settings, number).warehouse_path, read_only=True, settings=settings)


def point_to(settings: Settings, number: int) -> Release:
    """Makes an existing release current: rolling back is pointing to an older one.

    Raises:
        NoRelease: The release does not exist.
        ReleaseDamaged: Its warehouse file is not the one in its manifest.
    """
    release = find_release(settings, number)
    verify(release)
    write_atomic(settings.releases_dir / CURRENT, f"{release.name}\n".encode())
    return release


def verify(release: Release) -> None:
    """Checks the release's warehouse file against its manifest.

    Raises:
        ReleaseDamaged: The file is missing or other bytes.
    """
    expected = release.manifest["warehouse"]["sha256"]
    found = sha256_of(release.warehouse_path) if release.warehouse_path.is_file() else "no file"
    if found != expected:
        raise ReleaseDamaged(
            f"release {release.name}: {release.warehouse_path.name} should have sha256 {expected}, "
            f"found {found}. Restore the folder from a backup or make another release current."
        )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(folder: Path) -> Release:
    return Release(int(folder.name), folder, json.loads((folder / MANIFEST).read_text()))


def _next_number(settings: Settings) -> int:
    settings.releases_dir.mkdir(parents=True, exist_ok=True)
    return max((release.number for release in list_releases(settings)), default=0) + 1


def _as_json(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _copy_tables(settings: Settings, tables: Sequence[ReleasedTable], file: Path) -> list[dict[str, Any]]:
    """Copies tables in key order into a new file and returns rows and content hash of each."""
    with connect(file, read_only=False, settings=settings) as connection:
        connection.execute(f"ATTACH '{settings.build_path}' AS build (READ_ONLY)")
        for schema in sorted({table.schema for table in tables}):
            connection.execute(f"CREATE SCHEMA {schema}")
        copied = [_copy_table(connection, table) for table in tables]
        connection.execute("DETACH build")
        connection.execute("CHECKPOINT")
    if file.with_name(f"{file.name}.wal").exists():
        raise RuntimeError(f"{file.name} still has a write-ahead log; nothing was published")
    return copied


def _copy_table(connection: duckdb.DuckDBPyConnection, table: ReleasedTable) -> dict[str, Any]:
    name = f'{table.schema}."{table.name}"'
    order = ", ".join(f'"{column}"' for column in table.key) or "ALL"
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM build.{name} ORDER BY {order}")
    connection.execute(f"COMMENT ON TABLE {name} IS {_literal(table.description)}")
    for column, comment in table.column_comments.items():
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {_literal(comment)}')
    rows = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    return {
        "name": f"{table.schema}.{table.name}",
        "rows": rows[0] if rows else 0,
        "sha256": content_hash(connection, name),
    }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
