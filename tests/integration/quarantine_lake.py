"""A small lake with records of every kind in quarantine, on a project of a few models."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lakehouse.content_hash import content_hash
from lakehouse.settings import ROOT, Settings
from lakehouse.warehouse import connect, load_delta, mount_raw
from pipelines.ingest import ingest
from pipelines.ingest.loading.corrections import load_corrections
from pipelines.lake import Lake, open_lake
from pipelines.quarantine.records import Kept, kept_out
from pipelines.sqlmesh.build import build
from pipelines.sqlmesh.project import open_context
from quality_rules.raw_suite import balance_rule

COPIED = (
    "macros",
    "audits",
    "linter",
    "models/stg/typed.py",
    "models/stg/medlake",
    "models/stg/sap_a/as_product.sql",
    "models/core/product.sql",
    "models/mart/quarantine.sql",
    "models/mart/quarantine_tolerance.sql",
    "models/mart/quarantine_decision.sql",
)
AS_OF = """MODEL (name mart.as_of, kind FULL, grain as_of_date, description 'The day the data speaks of');
SELECT DATE '2026-01-11' AS as_of_date /* A fixed day */
"""
HEADER = "MATNR,MTART,MEINS,XCHPF,EAN11,MHDHB,SERNP,NORMT,ERSDA"
ROWS = (
    "100,FERT,ST,X,,365,,spec,20250101",  # 1 good
    "101,FERT,ST,X,,365,,spec,20250101,surplus",  # 2 too many fields: cannot be read
    "102,FERT,ST,X,,a year,,spec,20250101",  # 3 no number
    "1.03E+05,FERT,ST,X,,365,,spec,20250101",  # 4 code rewritten by a spreadsheet
    "TEST01,FERT,ST,X,,365,,spec,20250101",  # 5 test record
    "105,,ST,X,,365,,spec,20250101",  # 6 required value missing
    "TEST02,,ST,X,,365,,spec,20250101",  # 7 two rules at once
)
AT = datetime(2026, 1, 1, tzinfo=UTC)


# A raw row per record that was loaded, and in = loaded + quarantined + rejected, for every file.
LOST_FILES = """
    SELECT l.file_name FROM stg.medlake__load AS l
    LEFT JOIN (SELECT _file_sha256, count(*) AS rows FROM raw.sap_a__mara GROUP BY ALL) AS r
      ON r._file_sha256 = l.file_sha256
    WHERE l.rows_loaded <> coalesce(r.rows, 0)
      OR l.rows_in <> l.rows_loaded + l.rows_quarantined + l.rows_rejected
"""


class QuarantineLake:
    """A lake whose material master is partly in quarantine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings = Settings(
            root=home / "project",
            data_dir=home / "data",
            landing_roots=(home / "data" / "landing",),
            openlineage_url=None,
            duckdb_threads=2,
            duckdb_memory="1GB",
        )
        self.refreshes = 0

    @classmethod
    def built(cls, home: Path) -> "QuarantineLake":
        """A fresh lake after its first refresh."""
        fresh = cls(home)
        for name in COPIED:
            _copy(ROOT / name, fresh.settings.root / name)
        (fresh.settings.root / "models" / "mart" / "as_of.sql").write_text(AS_OF)
        fresh.land("mara_20250101.csv", "\n".join([HEADER, *ROWS, ""]))
        fresh.land("mara_20250102.csv", "")
        fresh.refresh()
        return fresh

    def copied(self, home: Path) -> "QuarantineLake":
        """The same lake in another folder, as it stands."""
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        copy = type(self)(home)
        copy.refreshes = self.refreshes
        return copy

    @property
    def lake(self) -> Lake:
        """The lake, opened afresh as each command does."""
        return open_lake(self.settings)

    def land(self, name: str, text: str) -> None:
        """An extract of the material master."""
        path = self.settings.landing_roots[0] / "sap_a" / "mara" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def refresh(self) -> None:
        """Ingest, corrections, mount, build; then nothing may be lost."""
        lake, self.refreshes = self.lake, self.refreshes + 1
        ingest(self.settings, lake.contracts, lake.zone, AT)
        load_corrections(self.settings, lake.contracts, lake.zone, AT)
        with connect(self.settings.build_path, read_only=False, settings=self.settings) as connection:
            load_delta(connection)
            mount_raw(connection, lake.zone, lake.zone.versions())
        open_context.cache_clear()
        build(self.settings, self.refreshes)
        self.demand_nothing_lost()

    def demand_nothing_lost(self) -> None:
        """In = out + merged + quarantined + rejected, by the gate, by the counts, and per file in raw."""
        with self.open() as connection:
            assert (
                connection.execute(balance_rule(["sap_a__mara"]).kwargs["unexpected_rows_query"]).fetchall()
                == []
            )
            good, merged, quarantined, rejected, raw = connection.execute(
                "SELECT rows_good, rows_merged, rows_quarantined, rows_rejected, "
                "(SELECT count(*) FROM raw.sap_a__mara) FROM stg.medlake__typed_count "
                "WHERE source_table = 'sap_a__mara'"
            ).fetchall()[0]
            assert raw == good + merged + quarantined + rejected
            lost = connection.execute(LOST_FILES).fetchall()
            assert lost == []

    def open(self) -> duckdb.DuckDBPyConnection:
        """The warehouse, read-only."""
        connection = connect(self.settings.build_path, read_only=True, settings=self.settings)
        load_delta(connection)
        return connection

    def products(self) -> dict[str, int | None]:
        """Shelf life by product code, from core."""
        with self.open() as connection:
            return dict(
                connection.execute("SELECT product_code, shelf_life_days FROM core.product").fetchall()
            )

    def states(self) -> dict[tuple[int, str], str]:
        """State by record number and rule, from mart.quarantine; the command must say the same."""
        with self.open() as connection:
            shown = connection.execute(
                "SELECT file_sha256, row_no, rule_id, column_name, state_code FROM mart.quarantine"
            ).fetchall()
        said = {(k.file_sha256, k.row_no, k.rule_id, k.column_name, k.state) for k in self.kept()}
        assert said == set(shown)
        return {(row, rule): state for _, row, rule, _, state in shown}

    def kept(self) -> tuple[Kept, ...]:
        """What the command sees."""
        return kept_out(self.lake)

    def business_hash(self) -> str:
        """What core and the business marts say; evidence about decisions is left out."""
        with self.open() as connection:
            return content_hash(connection, "core.product") + content_hash(connection, "stg.sap_a__mara")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy(source, target)
