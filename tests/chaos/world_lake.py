"""Records of small worlds as the core tables of a lake, and the genealogy of our own models on top of them.

worlds (small_world.py) -> core.movement, core.lot, … -> SQL of models/ -> core.trace_edge, mart.trace_gap
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import polars as pl
from sqlglot import exp

from lakehouse.settings import ROOT, Settings
from pipelines.sqlmesh.project import open_context
from tests.browser.scratch_release import create_tables
from tests.chaos.small_world import START, SYSTEM, Row, World

# From order_lot to trace_gap, each after those it reads.
DERIVED = (
    "core.order_lot",
    "core.subcontract_use",
    "core.trace_evidence_order",
    "core.trace_evidence_lot",
    "core.trace_evidence_pack",
    "core.trace_evidence_unit",
    "core.trace_evidence_event",
    "core.trace_evidence_transit",
    "core.trace_evidence",
    "core.trace_edge_version",
    "core.trace_edge",
    "mart.lot_balance",
    "mart.order_balance",
    "mart.vendor_balance",
    "mart.lot_window",
    "mart.lot_extent",
    "mart.trace_open_end",
    "mart.trace_gap_lot",
    "mart.trace_gap_order",
    "mart.trace_gap_edge",
    "mart.trace_gap",
)
STG = """
CREATE TABLE stg.finding (rule_id TEXT, source_table TEXT, file_sha256 TEXT, after TEXT);
"""
LOADED = """
CREATE TABLE stg.medlake__load AS
SELECT DISTINCT _source_table AS source_table, 'f' AS file_sha256, 'loaded' AS status,
  TIMESTAMPTZ '2026-01-01 00:00:00+00' AS loaded_at
FROM (SELECT _source_table FROM core.movement UNION SELECT _source_table FROM core.production_order
  UNION SELECT _source_table FROM core.material_use)
"""


def rendered(data_dir: Path) -> dict[str, str]:
    """The SQL of the derived models, as DuckDB runs it."""
    context = open_context(Settings.from_env({"MEDLAKE_DATA": str(data_dir), "MEDLAKE_MEMORY": "1GB"}))
    models = {model.name: model for model in context.models.values() if model.name in DERIVED}
    queries = {}
    for name in DERIVED:
        query = models[name].render_query_or_raise(engine_adapter=context.engine_adapter).copy()
        for table in query.find_all(exp.Table):
            table.set("catalog", None)
        queries[name] = query.sql("duckdb")
    return queries


def lake(worlds: Sequence[World], queries: dict[str, str]) -> duckdb.DuckDBPyConnection:
    """All worlds in one in-memory lake, with everything that our models derive from their records."""
    con = duckdb.connect(":memory:", config={"threads": 2})
    con.execute("SET TimeZone = 'UTC'")
    create_tables(con)
    con.execute("CREATE SCHEMA stg")
    con.execute(STG)
    for table, rows in _tables(worlds).items():
        if rows:
            _insert(con, table, rows)
    con.execute(LOADED)
    for name, query in queries.items():
        con.execute(f"DROP TABLE {name}")
        con.execute(f"CREATE TABLE {name} AS {query}")
    codes = ROOT / "models" / "mart" / "trace_gap_code.csv"
    con.execute(f"INSERT INTO mart.trace_gap_code SELECT * FROM read_csv('{codes}', header = true)")
    return con


def _tables(worlds: Iterable[World]) -> dict[str, list[Row]]:
    """Rows by table."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for world in worlds:
        tables["core.movement"] += world.postings
        tables["core.lot"] += [{k: v for k, v in row.items() if k != "day"} for row in world.lots.values()]
        tables["core.production_order"] += world.heads
        tables["core.material_use"] += world.uses
        tables["core.purchase_order_line"] += world.lines
        tables["core.inspection"] += world.inspections
        tables["core.stock"] += world.stock
        tables["core.product"] += _products(world)
        tables["core.bom"] += _bills(world)
        tables["core.site"].append({"site_code": world.site, "zone_name": "UTC"})
    return tables


def _products(world: World) -> list[Row]:
    kinds = {"R": "raw", "S": "semifinished", "F": "finished"}
    codes = {row["product_code"] for row in world.lots.values()} | world.bills.keys()
    return [
        {
            "product_id": f"{SYSTEM}:{code}",
            "product_code": code,
            "site_code": world.site,
            "product_type_code": kinds[code.removeprefix(world.site)[0]],
            "base_uom_code": "C62",
            "is_batch_managed": True,
            "is_serial_managed": False,
        }
        for code in sorted(codes)
    ]


def _bills(world: World) -> list[Row]:
    return [
        {
            "parent_product_id": f"{SYSTEM}:{parent}",
            "component_product_id": f"{SYSTEM}:{part}",
            "component_qty": qty,
            "uom_code": "C62",
            "valid_from_date": START,
        }
        for parent, parts in world.bills.items()
        for part, qty in parts.items()
    ]


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows with an address each; columns that no row names stay NULL."""
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        source_system=pl.lit(SYSTEM),
        _source_table=pl.lit(table),
        _file_sha256=pl.lit("f"),
        _row=pl.int_range(pl.len()),
    )
    known = {row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()}
    frame = frame.select([name for name in frame.columns if name in known])
    con.register("_rows", frame.to_arrow())
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _rows")
    con.unregister("_rows")
