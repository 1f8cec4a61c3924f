"""A small release made of literal rows, for tests that read releases.

models/**.sql (column names and types) + scratch_rows.yaml → build.duckdb → lakehouse.releases.publish.
Nothing here comes from the pipeline. Alone: python tests/browser/scratch_release.py FOLDER
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from lakehouse.releases import Release, ReleaseDraft, ReleasedTable, publish
from lakehouse.settings import Settings
from lineage.signing.sealing import seal

HERE = Path(__file__).parent
MODELS = HERE.parents[1] / "models"
_COLUMN = re.compile(r"::([A-Z]+(?:\([0-9, ]+\))?) AS (\w+),?\s*/\*")
# KPI code: first denominator, how much the numerator falls short of it, factor of the value.
KPI_SHAPES = {
    "batch_pass_rate": (60, 3, 1),
    "first_pass_yield": (40_000, 900, 1),
    "oee": (900_000, 230_000, 1),
    "oee_availability": (900_000, 120_000, 1),
    "supplier_otd_rate": (45, 5, 1),
    "supplier_acceptance_rate": (50, 2, 1),
    "supplier_ppm": (210_000, 209_930, 1_000_000),
    "capa_on_time_rate": (9, 2, 1),
    "complaint_cpm": (210_000, 209_990, 1_000_000),
    "genealogy_coverage": (60, 2, 1),
    "trace_completeness": (81_000, 640, 1),
}
KPI_MONTHS = [date(2025, month, 1) for month in range(6, 13)] + [date(2026, 1, 1)]


def settings_for(data_dir: Path) -> Settings:
    """Settings of a lake in a folder."""
    return Settings.from_env({"MEDLAKE_DATA": str(data_dir), "MEDLAKE_THREADS": "1", "MEDLAKE_MEMORY": "1GB"})


def publish_scratch(data_dir: Path) -> Release:
    """Write and publish the little release; the same content every time."""
    settings = settings_for(data_dir)
    settings.build_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.build_path)) as con:
        con.execute("SET TimeZone = 'UTC'")
        _fill(con)
    release = publish(settings, draft())
    seal(settings)
    return release


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the little release's tables and rows in memory, so that a test may add to them."""
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        con.execute("SET TimeZone = 'UTC'")
        _fill(con)
        insert(con, "core.site", [{"site_code": "A", "zone_name": "Asia/Shanghai"}])
        yield con


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create every core and mart table of the tree, empty."""
    for schema in ("core", "mart"):
        con.execute(f"CREATE SCHEMA {schema}")
    for table in _model_names():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in _columns(table))
        con.execute(f"CREATE TABLE {table} ({columns})")


def _fill(con: duckdb.DuckDBPyConnection) -> None:
    create_tables(con)
    for table, rows in _rows().items():
        insert(con, table, rows)


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows; columns that a row does not name stay NULL."""
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def _model_names() -> list[str]:
    found = (path for layer in ("core", "mart") for path in (MODELS / layer).glob("*.sql"))
    return sorted(f"{path.parent.name}.{path.stem}" for path in found)


def _columns(table: str) -> list[tuple[str, str]]:
    """(name, type) of the columns a model promises in its last SELECT, or lists as a seed."""
    schema, _, name = table.partition(".")
    text = (MODELS / schema / f"{name}.sql").read_text(encoding="utf-8")
    if "kind SEED" in text:
        listed = text.partition("columns (")[2].partition("\n  )")[0]
        return re.findall(r"(\w+) ([A-Z]+(?:\([0-9, ]+\))?)", listed)
    return [(column, kind) for kind, column in _COLUMN.findall(text[text.rindex("\nSELECT") :])]


def _rows() -> dict[str, list[dict[str, Any]]]:
    literal = yaml.safe_load((HERE / "scratch_rows.yaml").read_text(encoding="utf-8"))
    definitions = (MODELS / "mart" / "kpi_definition.csv").read_text(encoding="utf-8").splitlines()
    targets = (MODELS / "mart" / "kpi_target.csv").read_text(encoding="utf-8").splitlines()
    return {
        **literal,
        "core.trace_edge_version": [_version(edge) for edge in literal["core.genealogy_edge"]],
        "mart.kpi_definition": list(csv.DictReader(definitions)),
        "mart.kpi_target": list(csv.DictReader(targets)),
        "mart.kpi_monthly": list(_kpi_rows()),
    }


def _version(edge: Mapping[str, Any]) -> dict[str, Any]:
    """An edge between lots as the lake has known it since its first posting."""
    ends = {"from_node_id": edge["from_lot_id"], "to_node_id": edge["to_lot_id"]}
    kinds = {"from_kind_code": "lot", "to_kind_code": "lot", "known_at": f"{edge['first_date']} 20:00:00+00"}
    other = {"from_lot_id", "to_lot_id", "uom_code"}
    return {**{name: value for name, value in edge.items() if name not in other}, **ends, **kinds}


def _kpi_rows() -> Iterator[dict[str, Any]]:
    for site in "AB":
        for code, (base, miss, factor) in KPI_SHAPES.items():
            for i, month in enumerate(KPI_MONTHS):
                denominator = base + 2 * i
                worse = 0 if factor > 1 else (i * 7 % 4 + (site == "B")) * base // 100
                numerator = denominator - miss - worse
                yield {
                    "site_code": site,
                    "kpi_code": code,
                    "month": month,
                    "numerator": numerator,
                    "denominator": denominator,
                    "value": f"{numerator * factor / denominator:.9f}",
                }


def draft() -> ReleaseDraft:
    """What is released, and the facts that a real release's manifest carries."""
    tables = [
        ReleasedTable(*name.split(".", 1), key=(), description="", column_comments={})
        for name in _model_names()
    ]
    facts = {
        "sensitivity": {name: {column: {} for column, _ in _columns(name)} for name in _model_names()},
        "inputs": {
            "raw_versions": {"sap_a__mseg": 4},
            "files": [{"file": "sap_a/mseg/mseg_20260106.csv", "sha256": "ab" * 32, "status": "loaded"}],
        },
        "code": {"sha256": "cd" * 32},
        "gates": {
            "rules": {"raw": 42, "stg": 30, "core": 25, "mart": 18},
            "not_green": [
                {"stage": "core", "rule_id": "DQ-GEN-002", "table_name": "core.movement"}
                | {"column_name": None, "severity": "warn", "failed_rows": 1}
            ],
        },
    }
    return ReleaseDraft(tables=tables, facts=facts, released_at=datetime(2026, 1, 31, 16, 30, tzinfo=UTC))


if __name__ == "__main__":
    print(publish_scratch(Path(sys.argv[1])).warehouse_path)
