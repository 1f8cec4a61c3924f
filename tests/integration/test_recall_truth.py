"""Every number of a recall against the simulator's own account and against SQL on the warehouse.

clean lake -> release -> scopes of many kinds of lots -> lots, quantities, consignees, devices == truth
"""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from lakehouse.releases import Release
from reports.recall import RecallRequest, build
from traceability.recall.scope import scope_of
from traceability.recall.subject import Selection, Subject, select

AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@cache
def truth(folder: Path, name: str) -> pl.DataFrame:
    """An answer of the simulator, lots as ids."""
    frame = pl.read_parquet(folder / f"{name}.parquet")
    for start in ("", "from_", "to_"):
        if f"{start}lot_no" in frame.columns:
            parts = pl.concat_str(f"{start}product_code", f"{start}lot_no", separator=":")
            frame = frame.with_columns((pl.col("site_code") + ":" + parts).alias(f"{start}lot_id"))
    return frame


@cache
def downstream(folder: Path, root: str) -> frozenset[str]:
    """Lots below a lot, walked over the simulator's edges."""
    children = defaultdict(set)
    for parent, child in truth(folder, "genealogy").select("from_lot_id", "to_lot_id").rows():
        children[parent].add(child)
    found, fresh = {root}, {root}
    while fresh:
        fresh = {child for lot in fresh for child in children[lot]} - found
        found |= fresh
    return frozenset(found)


@pytest.fixture(scope="module")
def roots(released: duckdb.DuckDBPyConnection) -> list[str]:
    """Lots of every kind: the widest ones, and some of each product type."""
    rows = released.execute(
        """
        SELECT lot.lot_id FROM core.lot AS lot JOIN core.product AS product USING (product_id)
        WHERE lot.site_code IN ('A', 'B')
        QUALIFY ROW_NUMBER() OVER (
          PARTITION BY lot.site_code, product.product_type_code ORDER BY hash(lot.lot_id)) <= 12
        """
    ).fetchall()
    wide = released.execute(
        "SELECT from_lot_id FROM core.genealogy_edge GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 5"
    ).fetchall()
    return sorted({lot for (lot,) in (*rows, *wide)})


def test_scope_is_what_the_simulator_made_of_a_lot(
    released: duckdb.DuckDBPyConnection, clean_truth: Path, roots: list[str]
) -> None:
    """Prevents a lot downstream of a bad one from being missed, and an innocent one from being recalled."""
    assert len(roots) > 40
    for root in roots:
        found = {lot.lot_id for lot in scope_of(released, Selection((), (root,))).lots}
        assert found == downstream(clean_truth, root), root


def test_consignees_hold_what_the_simulator_sold_them(
    released: duckdb.DuckDBPyConnection, clean_truth: Path, roots: list[str]
) -> None:
    """Prevents a customer, a unit or a return from being lost or counted for another, in any lot's scope."""
    sold = truth(clean_truth, "lot_consignee")
    for root in roots:
        scope = scope_of(released, Selection((), (root,)))
        ours: dict[tuple[str, str | None], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
        for row in scope.deliveries:
            own = ours[row.lot_id, row.customer_code]
            ours[row.lot_id, row.customer_code] = [
                own[0] + (row.qty or 0),
                own[1] + row.returned_qty,
                own[2] + row.serial_count,
            ]
        mine = sold.filter(pl.col("lot_id").is_in(list(downstream(clean_truth, root))))
        columns = ("lot_id", "customer_code", "delivered_qty", "returned_qty", "device_count")
        expected = {(lot, who): [*numbers] for lot, who, *numbers in mine.select(columns).rows()}
        assert ours == expected, root


def test_balances_equal_the_simulators_account(
    released: duckdb.DuckDBPyConnection, clean_truth: Path, roots: list[str]
) -> None:
    """Prevents a reconciliation that balances because both sides are wrong, and a false unknown."""
    account = {row["lot_id"]: row for row in truth(clean_truth, "kpi_lot_trace_completeness").to_dicts()}
    checked = 0
    for root in roots:
        for row in scope_of(released, Selection((), (root,))).balances:
            told = account.get(row.lot_id)
            if told is None:
                continue
            checked += 1
            assert row.made_qty == told["produced_qty"]
            assert row.shipped_qty - row.returned_qty == told["shipped_qty"]
            for name in ("consumed", "scrapped", "sampled", "stock"):
                assert getattr(row, f"{name}_qty") == told[f"{name}_qty"], (row.lot_id, name)
            assert row.unknown_qty == told["produced_qty"] - told["accounted_qty"]
    assert checked > 200


def test_every_number_of_a_package_is_sql_on_the_release(
    released: duckdb.DuckDBPyConnection, roots: list[str]
) -> None:
    """Prevents a total on a page or in a notice that the tables do not give."""
    release = Release(1, Path(), _manifest())
    for root in roots[::6]:
        request = RecallRequest((Subject("lot", root),), 2, "probe", AT, AT)
        facts = build(released, release, request).facts
        lots = [lot.lot_id for lot in facts.scope.lots]
        (shipped, returned), devices, stock = (
            released.execute(query, [lots]).fetchall()[0]
            for query in (
                """SELECT COALESCE(-SUM(base_qty) FILTER (movement_class_code = 'shipment'), 0),
                    COALESCE(SUM(base_qty) FILTER (movement_class_code = 'customer_return'), 0)
                FROM core.movement WHERE list_contains(?, lot_id)""",
                "SELECT count(*) FROM core.serial WHERE list_contains(?, lot_id)",
                """SELECT COALESCE(SUM(stock_qty + quality_qty + blocked_qty), 0) FROM core.stock
                WHERE list_contains(?, lot_id) AND (site_code, snapshot_date) IN
                    (SELECT (site_code, MAX(snapshot_date)) FROM core.stock GROUP BY site_code)""",
            )
        )
        assert sum(row.shipped_qty for row in facts.products) == shipped
        assert sum(row.returned_qty for row in facts.products) == returned
        assert sum(row.stock_qty for row in facts.products) == stock[0]
        assert len(facts.scope.units) == devices[0]
        sent = sum((line.qty or Decimal(0) for own in facts.lines.values() for line in own), Decimal(0))
        assert sent == shipped
        assert sum(sum(row.held.values(), Decimal(0)) for row in facts.consignees) == shipped - returned


def test_what_people_name_leads_to_the_same_scope(
    released: duckdb.DuckDBPyConnection, clean_truth: Path
) -> None:
    """Prevents a supplier's number, a label or a serial from meaning another lot than its own key."""
    rows = released.execute(
        """
        SELECT lot_id, supplier_lot_no FROM core.lot
        WHERE supplier_lot_no IS NOT NULL
        QUALIFY count(*) OVER (PARTITION BY supplier_lot_no) = 1 ORDER BY hash(lot_id) LIMIT 15
        """
    ).fetchall()
    assert rows
    for lot_id, supplier_lot_no in rows:
        assert select(released, [Subject("supplier_lot", supplier_lot_no)]).lot_ids == (lot_id,)
    units = released.execute(
        "SELECT lot_id, lot_no, serial_no, di FROM core.serial ORDER BY hash(serial_no) LIMIT 15"
    ).fetchall()
    for lot_id, lot_no, serial_no, di in units:
        scan = f"(01){di}(10){lot_no}(21){serial_no}"
        for subject in (Subject("serial", serial_no), Subject("udi", scan)):
            (device,) = select(released, [subject]).devices
            assert (device.lot_id, device.serial_no) == (lot_id, serial_no)
        assert select(released, [Subject("udi", f"(01){di}(10){lot_no}")]).lot_ids == (lot_id,)


def _manifest() -> dict[str, Any]:
    return {
        "released_at": "2026-01-31T16:30:00+00:00",
        "warehouse": {"file": "build.duckdb", "sha256": "ab" * 32},
        "inputs": {"files": [], "raw_versions": {}},
    }


def test_no_gap_is_invented_on_a_clean_lake(released: duckdb.DuckDBPyConnection, roots: list[str]) -> None:
    """Prevents alarms that mean nothing: on clean data the numbers of a scope add up."""
    found = {
        gap.code
        for root in roots
        for gap in scope_of(released, Selection((), (root,))).gaps
        if gap.code.startswith("RECALL-")
    }
    assert found == set()


def test_the_bound_holds_the_truth(
    released: duckdb.DuckDBPyConnection, clean_truth: Path, roots: list[str]
) -> None:
    """Prevents a first page whose upper bound is below what the simulator really made of a lot."""
    finished = {
        code
        for (code,) in released.execute(
            "SELECT product_code FROM core.product WHERE product_type_code = 'finished'"
        ).fetchall()
    }
    account = truth(clean_truth, "kpi_lot_trace_completeness").to_dicts()
    made = {row["lot_id"]: row["produced_qty"] for row in account if row["product_code"] in finished}
    for root in roots[::4]:
        bound = scope_of(released, Selection((), (root,))).bound
        assert bound is not None
        reached = downstream(clean_truth, root) & made.keys()
        assert bound.upper_qty >= max((made[lot] for lot in reached), default=Decimal(0)), root
        assert set(bound.known_lots) == reached, root
