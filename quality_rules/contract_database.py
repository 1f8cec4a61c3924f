"""Where a contract's records lie when they lie in a database: a server of `type: postgresql`.

server of one contract file -> database() -> Database: connection by name, a table or a query, how changes
are found. Hosts, users and passwords are settings of the installation and never stand in a contract.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from quality_rules.contract_terms import demand

Mode = Literal["watermark", "snapshot", "full"]

WORDS = frozenset({"connection", "table", "query", "incremental"})
MODES: Mapping[str, frozenset[str]] = {
    "watermark": frozenset({"mode", "watermark", "overlap"}),
    "snapshot": frozenset({"mode"}),
    "full": frozenset({"mode"}),
}
NAME = re.compile(r"[a-z][a-z0-9_]*")
OVERLAP = re.compile(r"P(?:[0-9]+D|T[0-9]+[HM])")


@dataclass(frozen=True)
class Database:
    """What to read, and how to find what changed.

    Attributes:
        connection: Name of a connection in the settings.
        query: SELECT that gives the source's columns, one row per record.
        mode: `watermark` reads rows at or after the last watermark; `snapshot` compares all keys and finds
            what was deleted; `full` reads all rows and loads what changed, deletions unseen.
        watermark: Columns of which the latest counts: entered, changed, approved. A row without any is read
            each time.
        overlap: ISO 8601 span that is read again, for rows approved or committed late.
    """

    connection: str
    query: str
    mode: Mode
    watermark: tuple[str, ...]
    overlap: str | None


def database(file: Path, extras: Mapping[str, Any]) -> Database:
    """The database terms of a contract.

    Raises:
        ContractError: A word is missing, unknown or contradicts another.
    """
    connection, changes = extras.get("connection"), extras.get("incremental")
    named = isinstance(connection, str) and NAME.fullmatch(connection)
    demand(bool(named), file, "", "server connection must be a name, such as u8")
    demand(
        isinstance(changes, dict) and changes.get("mode") in MODES,
        file,
        "",
        f"incremental mode: {sorted(MODES)}",
    )
    assert isinstance(changes, dict)
    mode: Mode = changes["mode"]
    unknown = sorted(set(changes) - MODES[mode])
    demand(not unknown, file, "", f"incremental {mode} knows no {unknown[:1]}; known: {sorted(MODES[mode])}")
    watermark, overlap = changes.get("watermark", []), changes.get("overlap")
    listed = isinstance(watermark, list) and all(isinstance(name, str) for name in watermark)
    demand(listed and bool(watermark) == (mode == "watermark"), file, "", "watermark must list its columns")
    demand(
        overlap is None or bool(OVERLAP.fullmatch(str(overlap))),
        file,
        "",
        "overlap: such as P3D, PT6H or PT30M",
    )
    return Database(str(connection), _query(file, extras), mode, tuple(watermark), overlap)


def _query(file: Path, extras: Mapping[str, Any]) -> str:
    table, query = extras.get("table"), extras.get("query")
    demand((table is None) != (query is None), file, "", "server needs a table or a query, one of them")
    if table is not None:
        parts = str(table).split(".")
        demand(len(parts) == 2 and all(parts), file, "", "server table must be schema.table")
        return "SELECT * FROM " + ".".join(quoted(part) for part in parts)
    path = file.parent / str(query)
    demand(path.is_file() and path.suffix == ".sql", file, "", f"query {query}: no such .sql file beside it")
    return path.read_text(encoding="utf-8").strip().removesuffix(";")


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
