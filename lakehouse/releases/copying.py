"""What a release is made of: tables copied out of the working warehouse, and what is built beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lakehouse.content_hash import content_hash
from lakehouse.durable import fsync_all, sha256_of
from lakehouse.settings import Settings
from lakehouse.warehouse import connect

# Builds a file or folder at the path given, from a read-only connection to the finished copy.
Attachment = Callable[[duckdb.DuckDBPyConnection, Path], None]


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
        attachments: What is built beside the warehouse file, by the name of its file or folder.
    """

    tables: Sequence[ReleasedTable]
    facts: Mapping[str, Any]
    released_at: datetime
    attachments: Mapping[str, Attachment] = field(default_factory=dict)


def copy_tables(settings: Settings, tables: Sequence[ReleasedTable], file: Path) -> list[dict[str, Any]]:
    """Copies tables in key order into a new file and returns rows and content hash of each.

    Raises:
        RuntimeError: The copy left a write-ahead log behind, so its bytes are not complete.
    """
    with connect(file, read_only=False, settings=settings) as connection:
        connection.execute(f"ATTACH {_literal(str(settings.build_path))} AS build (READ_ONLY)")
        for schema in sorted({table.schema for table in tables}):
            connection.execute(f"CREATE SCHEMA {schema}")
        copied = [_copy_table(connection, table) for table in tables]
        connection.execute("DETACH build")
        connection.execute("CHECKPOINT")
    if file.with_name(f"{file.name}.wal").exists():
        raise RuntimeError(f"{file.name} still has a write-ahead log; nothing was published")
    return copied


def attach(
    settings: Settings, file: Path, attachments: Mapping[str, Attachment]
) -> dict[str, list[dict[str, Any]]]:
    """Builds every attachment from the finished copy and forces it to the disk.

    Returns:
        Per attachment, each of its files: path inside the release, bytes and sha256.

    Raises:
        ValueError: A name is no plain file name, is taken, or nothing was built under it.
    """
    built: dict[str, list[dict[str, Any]]] = {}
    for name, build in sorted(attachments.items()):
        target = file.with_name(name)
        if target.name != name or name.startswith(".") or target.exists():
            raise ValueError(f"{name!r} cannot be the name of something attached to a release")
        with connect(file, read_only=True, settings=settings) as connection:
            build(connection, target)
        built[name] = [_kept(path, file.parent) for path in _settled(target)]
    return built


def _settled(target: Path) -> list[Path]:
    """The files of what was built, each forced to the disk with the folders that name it."""
    inside = sorted(target.rglob("*")) if target.is_dir() else [target]
    files = [path for path in inside if path.is_file()]
    if not files:
        raise ValueError(f"nothing was built as {target.name}")
    folders = [target, *(path for path in inside if path.is_dir())] if target.is_dir() else []
    fsync_all([*files, *folders])
    return files


def _kept(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {"file": name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


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
