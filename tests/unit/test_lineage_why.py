"""From a cell back to the source rows, on a small release made by hand."""

from collections.abc import Iterator

import duckdb
import pytest

from lineage.why import NoWay, SourceRow, contributing_sql, explained, sources

RELEASE = """
CREATE SCHEMA core; CREATE SCHEMA mart;
CREATE TABLE core.site AS SELECT 'A' AS site_code, 'Asia/Shanghai' AS zone_name;
CREATE TABLE mart.file AS SELECT * FROM (VALUES
  ('l1', 'sap_a__qave', 'fq', 'sap_a/qave/qave_20250131.csv'),
  ('l2', 'sap_a__mseg', 'fm', 'sap_a/mseg/mseg_20250131.csv'),
  ('l3', 'sap_a__ekpo', 'fe', 'sap_a/ekpo/ekpo_20250131.csv')
) AS t(load_id, source_table, file_sha256, file_name);
CREATE TABLE core.release_decision AS SELECT * FROM (VALUES
  ('A:P:1', 'A', 'sap_a:P', 'accepted',   TIMESTAMPTZ '2025-01-31 15:59:00+00', 'sap_a__qave', 'fq', 1),
  ('A:P:2', 'A', 'sap_a:P', 'concession', TIMESTAMPTZ '2025-01-05 01:00:00+00', 'sap_a__qave', 'fq', 2),
  ('A:P:3', 'A', 'sap_a:P', 'accepted',   TIMESTAMPTZ '2025-01-31 16:00:00+00', 'sap_a__qave', 'fq', 3),
  ('A:Q:1', 'A', 'sap_a:Q', 'accepted',   TIMESTAMPTZ '2025-01-07 01:00:00+00', 'sap_a__qave', 'fq', 4)
) AS t(lot_id, site_code, product_id, decision_code, decided_at, _source_table, _file_sha256, _row);
CREATE TABLE mart.batch_pass_rate AS
  SELECT 'A' AS site_code, 'sap_a:P' AS product_id, DATE '2025-01-01' AS month, 2 AS decided_lots;
CREATE TABLE core.movement AS SELECT * FROM (VALUES
  ('A', 'sap_a', 'V1', 'receipt', DATE '2025-01-03', 'A:R:1', NULL, NULL, 'sap_a__mseg', 'fm', 1),
  ('A', 'sap_a', 'V1', 'return_to_supplier', DATE '2025-01-09', 'A:R:1', NULL, NULL, 'sap_a__mseg', 'fm', 2),
  ('A', 'sap_a', 'V2', 'receipt', DATE '2025-01-03', 'A:R:2', NULL, NULL, 'sap_a__mseg', 'fm', 3),
  ('A', 'sap_a', 'V1', 'receipt', DATE '2025-02-03', 'A:R:3', NULL, NULL, 'sap_a__mseg', 'fm', 4),
  ('A', 'sap_a', NULL, 'consumption', DATE '2025-01-04', 'A:R:1', NULL, 'A:O1', 'sap_a__mseg', 'fm', 5)
) AS t(site_code, source_system, supplier_code, movement_class_code, posting_date, lot_id, to_lot_id,
       order_id, _source_table, _file_sha256, _row);
CREATE TABLE core.inspection AS SELECT 'A' AS site_code, 'sap_a' AS source_system, 'V1' AS supplier_code,
  'incoming' AS inspection_kind_code, 'rejected' AS decision_code,
  TIMESTAMPTZ '2025-01-04 00:00:00+00' AS decided_at,
  'sap_a__qave' AS _source_table, 'fq' AS _file_sha256, 9 AS _row;
CREATE TABLE core.purchase_order_line AS SELECT
  'A' AS site_code, 'sap_a' AS source_system, 'V1' AS supplier_code,
  '45' AS purchase_order_no, '10' AS po_line_no, DATE '2025-01-20' AS due_date,
  'sap_a__ekpo' AS _source_table, 'fe' AS _file_sha256, 1 AS _row;
CREATE TABLE mart.po_line_delivery AS
  SELECT site_code, purchase_order_no, po_line_no FROM core.purchase_order_line;
CREATE TABLE core.supplier_crosswalk AS
  SELECT 'sap_a' AS source_system, 'V1' AS supplier_code, 'uscc:9' AS supplier_id,
    'sap_a__lfa1' AS _source_table, 'fl' AS _file_sha256, 1 AS _row;
CREATE TABLE mart.supplier_performance AS
  SELECT 'A' AS site_code, 'uscc:9' AS supplier_id, DATE '2025-01-01' AS month;
CREATE TABLE core.genealogy_edge AS SELECT 'e1' AS edge_id, 'CONSUME' AS edge_type_code;
CREATE TABLE core.trace_edge AS SELECT 'e1' AS edge_id, 'CONSUME' AS edge_type_code;
CREATE TABLE core.trace_evidence AS SELECT * FROM (VALUES
  ('e1', 'used', 'sap_a__mseg', 'fm', 5), ('e1', 'made', 'sap_a__mseg', 'fm', 6),
  ('e2', 'used', 'sap_a__mseg', 'fm', 7)
) AS t(edge_id, part_code, _source_table, _file_sha256, _row);
CREATE TABLE mart.as_of AS SELECT DATE '2025-02-28' AS as_of_date;
"""
JANUARY = {"site_code": "A", "month": "2025-01-01"}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(RELEASE)
        yield opened


def test_a_core_row_leads_to_its_file_and_record(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a cell nobody can check against the extract it came from."""
    assert sources(con, "core.release_decision", {"lot_id": "A:P:2"}) == (
        SourceRow("", "sap_a__qave", "sap_a/qave/qave_20250131.csv", "fq", 2),
    )


def test_a_pass_rate_leads_to_its_deciding_inspections(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a KPI explained by rows of another month: 16:00 UTC is already February in the plant."""
    found = sources(con, "mart.batch_pass_rate", {**JANUARY, "product_id": "sap_a:P"})
    assert [(row.part, row.row_no) for row in found] == [("concession_lots", 2), ("released_lots", 1)]
    (decided,) = con.execute("SELECT decided_lots FROM mart.batch_pass_rate").fetchall()[0]
    assert len(found) == decided


def test_supplier_performance_leads_to_inspections_postings_and_order_lines(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Prevents a supplier from being shown the records of another, or only the bad ones of its own."""
    found = sources(con, "mart.supplier_performance", {**JANUARY, "supplier_id": "uscc:9"})
    assert [(row.part, row.source_table, row.row_no) for row in found] == [
        ("inspected_lots", "sap_a__qave", 9),
        ("lines_due", "sap_a__ekpo", 1),
        ("received_qty", "sap_a__mseg", 1),
        ("returned_qty", "sap_a__mseg", 2),
    ]


@pytest.mark.parametrize("table", ["core.genealogy_edge", "core.trace_edge"])
def test_an_edge_leads_to_its_postings(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Prevents a genealogy that has to be believed."""
    found = sources(con, table, {"edge_id": "e1"})
    assert [(row.part, row.row_no) for row in found] == [("made", 6), ("used", 5)]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("core.release_decision", {"lot_id": "nobody"}),
        ("core.release_decision", {"colour": "red"}),
        ("core.release_decision", {}),
        ("core.nothing", {"lot_id": "A:P:1"}),
        ("mart.as_of", {"as_of_date": "2025-02-28"}),
    ],
)
def test_where_there_is_no_way_back_it_says_so(
    con: duckdb.DuckDBPyConnection, table: str, key: dict[str, str]
) -> None:
    """Prevents an empty answer from being read as `made of nothing`."""
    with pytest.raises(NoWay):
        sources(con, table, key)


def test_the_way_can_be_read_as_sql() -> None:
    """Prevents an explanation that only the program can follow."""
    assert {"mart.batch_pass_rate", "mart.supplier_performance"} <= set(explained())
    assert "core.release_decision" in contributing_sql("mart.batch_pass_rate")
