"""A lake of small text tables in a folder of the test, typed in a DuckDB of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.warehouse import load_delta, mount_raw
from pipelines.ingest import IngestReport, ingest
from pipelines.sqlmesh.typed.materialise import materialise
from quality_rules.contract import Column, Contract, load_contracts

BASE = load_contracts()["sap_a__mara"]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BARE: dict[str, Any] = {"repairs": (), "semantic": None, "semantic_severity": None, "key_position": None}


def column(name: str, **terms: Any) -> Column:
    """A text column of that name, house and source alike, not required unless the case says so."""
    plain = {"name": name, "physical_name": name, "xpath": name, "required": False, **BARE}
    return replace(BASE.columns[0], **{**plain, **terms})


def contract(table: str, *columns: str | Column, **place: Any) -> Contract:
    """A contract for landing/erp/<table>/<table>_<date>.csv whose key is its first column."""
    built = tuple(column(c) if isinstance(c, str) else c for c in columns)
    default = {
        "id": f"erp__{table}",
        "system": "erp",
        "table": table,
        "version": "1.0.0",
        "path": f"erp/{table}/{table}_*.csv",
        "domain": "production",
        "columns": built,
        "key": (built[0].name,),
    }
    return replace(BASE, **{**default, **place})


@dataclass
class SmallLake:
    """A lake whose contracts are handed to every step."""

    settings: Settings
    zone: RawZone

    def drop(self, name: str, content: bytes | str) -> Path:
        """Puts a file into the drop zone."""
        path = self.settings.landing_roots[0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *contracts: Contract, at: datetime = AT) -> IngestReport:
        """One ingest."""
        return ingest(self.settings, {c.id: c for c in contracts}, self.zone, at)

    def raw(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Rows of a raw table, sorted; an absent value is None."""
        found = self.zone.read(table)
        rows = zip(*(found.column(c).to_pylist() for c in columns), strict=True)
        return sorted(rows, key=lambda row: tuple((value is not None, value) for value in row))

    def typed(self, rules: Contract, query: str) -> list[tuple[Any, ...]]:
        """A question to `typed`, after typing what the raw zone holds now."""
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            load_delta(con)
            mount_raw(con, self.zone, self.zone.versions())
            materialise(con, as_mapping(rules))
            return con.execute(query).fetchall()


def as_mapping(*contracts: Contract) -> Mapping[str, Contract]:
    """Contracts by id."""
    return {c.id: c for c in contracts}


def empty_lake(home: Path) -> SmallLake:
    """An empty lake below a folder."""
    settings = Settings(home, home / "data", (home / "data" / "landing",), None, None, "1GB")
    return SmallLake(settings, RawZone(settings.raw_dir))
