"""Every number of a dossier against the simulator's own account and against SQL on the warehouse.

clean lake -> release -> dossiers of finished and other lots -> materials, consignees, balance, records
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from lakehouse.releases import Release
from reports.lot_dossier import Dossier, build_many

FACTS = {
    "released_at": "2026-03-02T01:30:00+00:00",
    "warehouse": {"file": "warehouse.duckdb", "sha256": "0" * 64},
    "inputs": {"files": []},
}
COUNTED = {
    "operations": "SELECT lot_id, COUNT(*) FROM (SELECT lot_id FROM core.operation_event "
    "UNION ALL SELECT lot_id FROM core.sterilisation) GROUP BY 1",
    "inspections": "SELECT lot_id, COUNT(*) FROM core.inspection GROUP BY 1",
    "results": "SELECT lot_id, COUNT(*) FROM core.inspection_result "
    "JOIN core.inspection USING (site_code, inspection_no) GROUP BY 1",
    "serials": "SELECT lot_id, COUNT(*) FROM core.serial GROUP BY 1",
    "shipments": "SELECT lot_id, COUNT(*) FROM core.shipment GROUP BY 1",
    "spellings": "SELECT lot_id, COUNT(*) FROM core.lot_crosswalk GROUP BY 1",
}


@pytest.fixture(scope="module")
def dossiers(released: duckdb.DuckDBPyConnection) -> dict[str, Dossier]:
    """Dossiers of lots of every plant and product type."""
    rows = released.execute(
        """
        SELECT lot.lot_id FROM core.lot AS lot JOIN core.product AS product USING (product_id)
        WHERE lot.site_code IN ('A', 'B')
        QUALIFY ROW_NUMBER() OVER (
          PARTITION BY lot.site_code, product.product_type_code ORDER BY hash(lot.lot_id)) <= 25
        """
    ).fetchall()
    release = Release(1, Path("unused"), FACTS)
    return build_many(released, release, [row[0] for row in rows], date(2026, 3, 2))


def by_lot(folder: Path, name: str) -> list[dict[str, Any]]:
    """Rows of an answer of the simulator, with lot ids."""
    frame = pl.read_parquet(folder / f"{name}.parquet")
    for start in ("", "from_", "to_"):
        if f"{start}lot_no" in frame.columns:
            parts = pl.concat_str(f"{start}product_code", f"{start}lot_no", separator=":")
            frame = frame.with_columns((pl.col("site_code") + ":" + parts).alias(f"{start}lot_id"))
    return frame.to_dicts()


def test_materials_are_those_the_simulator_put_in(dossiers: dict[str, Dossier], clean_truth: Path) -> None:
    """Prevents a material, or some of it, from being lost from a lot's record or added to it."""
    put_in: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in by_lot(clean_truth, "genealogy"):
        put_in[row["to_lot_id"]][row["from_lot_id"]] += row["qty"]
    checked = 0
    for lot_id, dossier in dossiers.items():
        ours: dict[str, Decimal] = defaultdict(Decimal)
        for edge in dossier.inputs:
            ours[edge.from_lot_id] += edge.qty
        assert ours == put_in[lot_id], lot_id
        checked += len(ours)
    assert checked > 150


def test_consignees_got_what_the_simulator_sold(dossiers: dict[str, Dossier], clean_truth: Path) -> None:
    """Prevents a delivery of a lot from being lost or counted twice."""
    sold: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in by_lot(clean_truth, "lot_consignee"):
        sold[row["lot_id"]][row["customer_code"]] += row["delivered_qty"]
    for lot_id, dossier in dossiers.items():
        ours: dict[str, Decimal] = defaultdict(Decimal)
        for row in dossier.card.shipments:
            ours[row.customer_code or ""] += row.qty
        assert ours == sold[lot_id], lot_id
    assert sum(len(dossier.card.shipments) for dossier in dossiers.values()) > 50


def test_balance_and_calibration_are_the_simulators(dossiers: dict[str, Dossier], clean_truth: Path) -> None:
    """Prevents quantities that do not add up, and a machine called calibrated on a day it was not."""
    balances = {row["lot_id"]: row for row in by_lot(clean_truth, "kpi_lot_trace_completeness")}
    states = {row["event_id"]: row["calibration_code"] for row in by_lot(clean_truth, "calibration_state")}
    seen = 0
    for lot_id, dossier in dossiers.items():
        if (balance := dossier.card.balance) is not None:
            names = (
                "produced_qty",
                "shipped_qty",
                "scrapped_qty",
                "sampled_qty",
                "stock_qty",
                "accounted_qty",
            )
            assert {n: getattr(balance, n) for n in names} == {n: balances[lot_id][n] for n in names}, lot_id
        for operation in dossier.card.operations:
            if operation.event_id in states:
                assert operation.calibration_code == states[operation.event_id], operation.event_id
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("part", COUNTED)
def test_records_are_those_in_the_release(
    released: duckdb.DuckDBPyConnection, dossiers: dict[str, Dossier], part: str
) -> None:
    """Prevents a record of a lot from being left out, or put into another lot's dossier."""
    counts = dict(released.execute(COUNTED[part]).fetchall())
    ours = {lot_id: len(getattr(dossier.card, part)) for lot_id, dossier in dossiers.items()}
    assert ours == {lot_id: counts.get(lot_id, 0) for lot_id in dossiers}
    assert any(ours.values())
