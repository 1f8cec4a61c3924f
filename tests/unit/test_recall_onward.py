"""What partners tell of recalled goods on their way: found wherever they lay, never added up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.browser import scratch_release
from traceability.recall.difference import difference
from traceability.recall.records import Scope
from traceability.recall.scope import scope_of
from traceability.recall.subject import Subject, select

LOT, OTHER = "A:10000123:B26010501", "A:10000123:B26010502"
ONE, TWO = (f"serial:sap_a:10000123:SN00000{n}" for n in (1, 2))
BOX, PALLET = "hu:095212300000000012", "hu:095212300000000029"
ADVICE, DEALER, WARD = (
    "delivery:epcis:urn:advice:7",
    "customer:epcis:urn:gln:dealer",
    "customer:epcis:urn:gln:ward",
)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """The scratch release in memory, so that a test may add what partners told."""
    with scratch_release.in_memory() as connection:
        yield connection


def tell(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    start: str,
    end: str,
    qty: float | None = 1,
    *,
    system: str = "epcis",
    sent: str | None = "2026-01-20",
    received: str | None = None,
    known_at: datetime = FEBRUARY,
    known_until: datetime | None = None,
) -> None:
    """An edge as the lake has it, with the words that speak for it."""
    edge: dict[str, Any] = {
        "edge_id": f"{kind}||{start}|{end}",
        "edge_type_code": kind,
        "from_node_id": start,
        "from_kind_code": _kind(start),
        "to_node_id": end,
        "to_kind_code": _kind(end),
        "qty": qty or 0,
        "source_system": system,
        "known_at": known_at,
    }
    span = {"known_until": known_until, "precision_code": "EXACT"}
    scratch_release.insert(con, "core.trace_edge_version", [{**edge, **span}])
    words = [("stated", sent), ("observed", received)]
    scratch_release.insert(
        con,
        "core.trace_evidence",
        [{**edge, "part_code": part, "told_date": day} for part, day in words if day],
    )


def _kind(node_id: str) -> str:
    names = {"serial": "serial", "hu": "handling_unit", "delivery": "delivery", "customer": "customer"}
    return names.get(node_id.partition(":")[0], "lot")


def recalled(con: duckdb.DuckDBPyConnection, *subjects: Subject, known_by: datetime | None = None) -> Scope:
    return scope_of(con, select(con, list(subjects)), known_by=known_by)


def test_a_lot_passed_on_is_told_with_who_got_it_and_when(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a hospital that a dealer supplied from being unknown to a recall that was told of it."""
    tell(con, "SHIP", LOT, ADVICE, 20, received="2026-01-23")
    tell(con, "DELIVER", ADVICE, WARD)
    tell(con, "SHIP", LOT, DEALER, None)
    told = {
        (o.holder, o.despatch_advice, o.qty, o.sent_date, o.received_date)
        for o in recalled(con, Subject("lot", LOT)).onward
    }
    assert told == {
        ("urn:gln:ward", "urn:advice:7", Decimal(20), date(2026, 1, 20), date(2026, 1, 23)),
        ("urn:gln:dealer", None, None, date(2026, 1, 20), None),
    }


def test_what_nobody_is_named_for_is_told_all_the_same(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents goods under way from being left out because their receiver is not named."""
    tell(con, "SHIP", LOT, ADVICE, 5)
    (only,) = recalled(con, Subject("lot", LOT)).onward
    assert (only.holder, only.despatch_advice) == (None, "urn:advice:7")


def test_packages_are_looked_into(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents devices from being lost in a box on a pallet, and the other lot in it from being recalled."""
    tell(con, "SERIALISE", LOT, ONE, system="sap_a")
    tell(con, "SERIALISE", LOT, TWO, system="sap_a")
    tell(con, "PACK", ONE, BOX)
    tell(con, "PACK", TWO, BOX)
    tell(con, "PACK", LOT, BOX, 10, system="sap_a")
    tell(con, "PACK", OTHER, BOX, 3, system="sap_a")
    tell(con, "PACK", BOX, PALLET)
    tell(con, "SHIP", PALLET, DEALER)
    (own,) = recalled(con, Subject("lot", LOT)).onward
    assert (own.lot_id, own.thing_id, own.qty, own.device_count) == (LOT, PALLET, Decimal(10), 2)
    every = recalled(con, Subject("lot", LOT), Subject("lot", OTHER))
    assert {(o.lot_id, o.qty) for o in every.onward} >= {(LOT, Decimal(10)), (OTHER, Decimal(3))}


def test_a_package_with_an_unstated_part_has_no_quantity(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a pallet of one counted and one uncounted box from looking counted."""
    tell(con, "PACK", LOT, BOX, 10)
    tell(con, "PACK", LOT, PALLET, None)
    tell(con, "PACK", BOX, PALLET)
    tell(con, "SHIP", PALLET, DEALER)
    (only,) = recalled(con, Subject("lot", LOT)).onward
    assert only.qty is None


def test_what_a_receiver_took_back_was_not_received(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents goods whose receipt was declared an error from looking as if they had arrived."""
    tell(con, "SHIP", LOT, DEALER, 20, received="2026-01-23")
    back = {"edge_id": f"SHIP||{LOT}|{DEALER}", "part_code": "unseen", "told_date": "2026-01-23"}
    scratch_release.insert(con, "core.trace_evidence", [{**back, "known_at": FEBRUARY}])
    (only,) = recalled(con, Subject("lot", LOT)).onward
    assert (only.sent_date, only.received_date) == (date(2026, 1, 20), None)


def test_boxes_that_hold_each_other_end(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a partner's impossible packing from keeping a recall busy for ever."""
    tell(con, "PACK", LOT, BOX, 4)
    tell(con, "PACK", BOX, PALLET)
    tell(con, "PACK", PALLET, BOX)
    tell(con, "SHIP", PALLET, DEALER)
    (only,) = recalled(con, Subject("lot", LOT)).onward
    assert only.qty == Decimal(4)


def test_our_own_deliveries_are_no_partners_words(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a delivery of ours from standing in the list twice."""
    tell(con, "SHIP", LOT, "delivery:A:80000011", 400, system="sap_a")
    scope = recalled(con, Subject("lot", LOT))
    assert scope.onward == ()
    assert LOT in scope.untold_lots
    tell(con, "SHIP", LOT, DEALER, 1)
    assert LOT not in recalled(con, Subject("lot", LOT)).untold_lots


def test_of_a_single_device_only_its_own_ways_are_told(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents 400 units' ways from standing for one, and the one's way from being lost among them."""
    tell(con, "SERIALISE", LOT, ONE, system="sap_a")
    tell(con, "SERIALISE", LOT, TWO, system="sap_a")
    tell(con, "PACK", ONE, BOX)
    tell(con, "PACK", TWO, BOX)
    tell(con, "SHIP", BOX, DEALER)
    tell(con, "SHIP", ONE, WARD)
    tell(con, "SHIP", TWO, WARD)
    tell(con, "SHIP", LOT, ADVICE, 20)
    scope = recalled(con, Subject("serial", "SN000002"))
    assert "RECALL-ONWARD-EXCESS" not in {gap.code for gap in scope.gaps}
    told = {(o.thing_id, o.qty, o.device_count) for o in scope.onward}
    assert told == {(BOX, Decimal(1), 1), (TWO, Decimal(1), 1), (LOT, Decimal(20), 0)}


def test_a_package_that_may_hold_the_device_is_told(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a box of unnumbered pieces from being left out for the other device it holds by number."""
    tell(con, "SERIALISE", LOT, ONE, system="sap_a")
    tell(con, "PACK", ONE, BOX)
    tell(con, "PACK", LOT, BOX, 10)
    tell(con, "SHIP", BOX, DEALER)
    told = {(o.thing_id, o.qty, o.device_count) for o in recalled(con, Subject("serial", "SN000002")).onward}
    assert told == {(BOX, Decimal(10), 0)}


def test_more_than_ever_left_us_is_not_believed_silently(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a doubled event of a partner from looking like goods that exist."""
    tell(con, "SHIP", LOT, DEALER, 400)
    tell(con, "PACK", LOT, BOX, 400)
    tell(con, "SHIP", BOX, DEALER)
    assert "RECALL-ONWARD-EXCESS" not in {gap.code for gap in recalled(con, Subject("lot", LOT)).gaps}
    tell(con, "SHIP", LOT, ADVICE, 1)
    tell(con, "DELIVER", ADVICE, DEALER)
    told = {gap.code: gap.qty for gap in recalled(con, Subject("lot", LOT)).gaps}
    assert told["RECALL-ONWARD-EXCESS"] == Decimal(1)
    con.execute("UPDATE core.shipment SET base_qty = NULL; UPDATE core.movement SET base_qty = NULL")
    assert "RECALL-ONWARD-EXCESS" not in {gap.code for gap in recalled(con, Subject("lot", LOT)).gaps}


def test_later_words_change_todays_answer_and_not_the_earlier_one(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents an answer as of a day from knowing what came later, and what was taken back from standing."""
    march = datetime(2026, 3, 1, tzinfo=UTC)
    tell(con, "SHIP", LOT, DEALER, 20, known_until=march)
    tell(con, "SHIP", LOT, WARD, 5, known_at=march)
    before = recalled(con, Subject("lot", LOT), known_by=datetime(2026, 2, 15, tzinfo=UTC))
    today = recalled(con, Subject("lot", LOT))
    assert [o.holder for o in before.onward] == ["urn:gln:dealer"]
    assert [o.holder for o in today.onward] == ["urn:gln:ward"]
    changed = [c for c in difference(before, today) if c.kind == "onward"]
    assert [(c.before is None, c.after is None) for c in changed] == [(False, True), (True, False)]
