"""DuckDB: how it is opened here, and how it reads the raw zone at pinned versions."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import duckdb_extension_delta

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings


def delta_extension_path() -> Path:
    """The Delta extension that came as a wheel, so that no network is needed."""
    folder = Path(duckdb_extension_delta.__file__).parent
    return folder / "extensions" / f"v{duckdb.__version__}" / "delta.duckdb_extension"


def connect(path: Path, *, read_only: bool, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Opens a DuckDB file with the lake's limits, in UTC, with nothing downloaded behind our back."""
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.duckdb_memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if settings.duckdb_threads:
        config["threads"] = settings.duckdb_threads
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    # Global: a cursor is a session of its own and would fall back to the machine's zone.
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def load_delta(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `delta_scan` available on a connection."""
    connection.execute(f"LOAD '{delta_extension_path()}'")


def mount_raw(connection: duckdb.DuckDBPyConnection, zone: RawZone, versions: Mapping[str, int]) -> None:
    """Replaces the views of schema `raw` by one per raw table, each pinned to the version given."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
    for (view,) in connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE schema_name = 'raw' AND NOT internal"
    ).fetchall():
        connection.execute(f'DROP VIEW raw."{view}"')
    for name, version in sorted(versions.items()):
        location = str(zone.table_path(name)).replace("'", "''")
        connection.execute(
            f"CREATE VIEW raw.\"{name}\" AS SELECT * FROM delta_scan('{location}', version={version:d})"
        )
