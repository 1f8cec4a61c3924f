"""Control charts, quality records and supplier scores against the extracts and the simulator's answers."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from tests.integration.conftest import BuiltLake

SHEETS = {"ncr": "NCR", "deviation": "偏差", "capa": "CAPA", "complaint": "投诉"}


def landed(lake: BuiltLake, pattern: str) -> list[Path]:
    return sorted(path for root in lake.settings.landing_roots for path in root.glob(pattern))


def test_every_measurement_stands_in_its_own_stream(
    clean: duckdb.DuckDBPyConnection, clean_lake: BuiltLake
) -> None:
    """Prevents a chart that lost or doubled a value, or holds those of another product or specification."""
    wanted: Counter[tuple[object, ...]] = Counter()
    for path in landed(clean_lake, "mes_a/measurement/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line, parse_float=Decimal, parse_int=Decimal)
            numbers = (Decimal(row[name]) for name in ("value", "lsl", "usl"))
            wanted[row["event_id"], f"sap_a:{row['material_code']}", row["characteristic"], *numbers] += 1
    found = clean.execute(
        "SELECT subgroup_id, product_id, characteristic_name, value, lower_limit, upper_limit "
        "FROM mart.spc_value WHERE source_system = 'mes_a'"
    ).fetchall()
    assert sum(wanted.values()) > 100
    assert Counter(found) == wanted
    assert clean.execute(
        "SELECT count(*) FROM (SELECT stream_id FROM mart.spc_value GROUP BY stream_id "
        "HAVING count(DISTINCT (site_code, product_id, characteristic_name, lower_limit, upper_limit)) > 1)"
    ).fetchone() == (0,)


@pytest.mark.parametrize("kind", SHEETS)
def test_quality_records_are_those_of_the_registers(
    kind: str, clean: duckdb.DuckDBPyConnection, clean_lake: BuiltLake
) -> None:
    """Prevents a record that is overdue on the page and closed in the register, or missing from the page."""
    newest: dict[str, bool] = {}
    for path in landed(clean_lake, "qms/qms_register/*.xlsx"):  # by date, so that the last state wins
        head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEETS[kind]).to_python()
        closed = next(at for at, name in enumerate(head) if str(name).startswith("关闭"))
        newest |= {str(row[0]): bool(str(row[closed]).strip()) for row in rows}
    found = clean.execute(
        "SELECT record_no, NOT closed_date IS NULL FROM mart.quality_record WHERE kind_code = $1", [kind]
    ).fetchall()
    assert dict(found) == newest
    assert len(newest) == len(found) > 0


def test_supplier_points_are_the_simulators(clean: duckdb.DuckDBPyConnection, clean_truth: Path) -> None:
    """Prevents a score that rests on other lots and lines than the ones that were decided and due."""
    (last,) = clean.execute("SELECT as_of_date FROM mart.as_of").fetchall()[0]
    first = date(last.year - (last.month < 12), last.month % 12 + 1, 1)
    truth = clean.execute(
        f"""
        SELECT site_code, supplier_codes, sum(accepted_lots), sum(inspected_lots), sum(lines_on_time),
          sum(lines_due)
        FROM read_parquet('{clean_truth / "kpi_supplier_performance"}.parquet')
        WHERE month BETWEEN $1 AND $2 GROUP BY ALL""",
        [first, last],
    ).fetchall()
    ours = clean.execute(
        """
        SELECT site_code, supplier_code, max(CASE component_code WHEN 'acceptance' THEN good_qty END),
          max(CASE component_code WHEN 'acceptance' THEN base_qty END),
          max(CASE component_code WHEN 'delivery' THEN good_qty END),
          max(CASE component_code WHEN 'delivery' THEN base_qty END)
        FROM mart.supplier_score JOIN core.supplier_crosswalk USING (site_code, supplier_id)
        SEMI JOIN core.purchase_order_line USING (site_code, supplier_code)
        GROUP BY ALL"""
    ).fetchall()
    assert len(truth) > 5
    assert {row[:2]: tuple(map(int, row[2:])) for row in ours} == {
        row[:2]: tuple(map(int, row[2:])) for row in truth
    }
