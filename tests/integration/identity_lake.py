"""A small lake of suppliers of two plants, on a project of the models that tell who is who."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lakehouse.content_hash import content_hash
from lakehouse.raw_zone import RawZone
from lakehouse.settings import ROOT, Settings
from lakehouse.warehouse import connect, load_delta, mount_raw
from pipelines.ingest import ingest
from pipelines.sqlmesh.build import build
from pipelines.sqlmesh.project import open_context
from quality_rules.contract import load_contracts

COPIED = (
    "macros",
    "audits",
    "linter",
    "models/stg/typed.py",
    "models/stg/medlake",
    *(
        f"models/stg/{system}/as_supplier{end}.sql"
        for system in ("sap_a", "u8_b")
        for end in ("", "_version")
    ),
    *(f"models/core/{name}.sql" for name in ("party", "party_version", "party_value", "party_history")),
    *(f"models/core/{name}.sql" for name in ("supplier", "supplier_crosswalk", "identity_pair")),
    *("models/core/parties.py", "models/core/survivorship.sql", "models/core/survivorship.csv"),
    *("models/mart/identity_review.sql", "models/mart/identity_decision.sql"),
)
MOVEMENT = """MODEL (name core.movement, kind FULL, grain posting_date, description 'A day');
SELECT DATE '2025-03-31' AS posting_date /* A fixed day */
"""
STATE = (
    "core.party_golden",
    "core.party_alias",
    "core.party_value",
    "core.supplier",
    "core.supplier_crosswalk",
)
LFA1, VENDOR = (
    "LIFNR,NAME1,LAND1,ORT01,STCD5,SPERR",
    "cVenCode,cVenName,cVenAbbName,cVenRegCode,cVenAddress,bFreeze",
)


class IdentityLake:
    """A lake whose suppliers are written down by two plants."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(
            root=home / "project",
            data_dir=home / "data",
            landing_roots=(home / "data" / "landing",),
            openlineage_url=None,
            duckdb_threads=2,
            duckdb_memory="1GB",
        )
        self.refreshes = 0
        for name in COPIED:
            source, target = ROOT / name, self.settings.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.exists():
                (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        (self.settings.root / "models" / "core" / "movement.sql").write_text(MOVEMENT)

    def land(self, name: str, header: str, *rows: str) -> None:
        """An extract; the name is its path below the landing root."""
        path = self.settings.landing_roots[0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8-sig")

    def refresh(self, at: datetime = datetime(2025, 4, 1, tzinfo=UTC)) -> None:
        """Ingest, mount, build."""
        zone, self.refreshes = RawZone(self.settings.raw_dir), self.refreshes + 1
        ingest(self.settings, load_contracts(), zone, at)
        with connect(self.settings.build_path, read_only=False, settings=self.settings) as connection:
            load_delta(connection)
            mount_raw(connection, zone, zone.versions())
        open_context.cache_clear()
        build(self.settings, self.refreshes)

    def open(self) -> duckdb.DuckDBPyConnection:
        """The warehouse, read-only."""
        connection = connect(self.settings.build_path, read_only=True, settings=self.settings)
        load_delta(connection)
        return connection

    def suppliers(self) -> dict[str, tuple[str, str]]:
        """supplier code -> (golden supplier, rule)."""
        with self.open() as connection:
            rows = connection.execute(
                "SELECT supplier_code, supplier_id, match_rule_code FROM core.supplier_crosswalk"
            )
            return {code: (id_, rule) for code, id_, rule in rows.fetchall()}

    def state_hash(self) -> str:
        """What every table of who is who says."""
        with self.open() as connection:
            return " ".join(content_hash(connection, table) for table in STATE)
