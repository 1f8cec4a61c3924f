"""The EPCIS document of a lot: valid against the ratified schema, complete, and the same events each time."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from lakehouse.releases import Release, open_release
from pipelines.ingest.readers.epcis_reader import read_epcis
from quality_rules.contract import load_contracts
from reports.epcis.event import Quantity, Stamp, object_event
from reports.epcis.lot_trace import lot_trace
from reports.epcis.trace import trace_document
from tests.browser import scratch_release
from tests.official_schemas import epcis_validator, needs_schemas

BASE = "https://maker.example"
LOT = "A:10000123:B26010501"
Opened = tuple[duckdb.DuckDBPyConnection, Release]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The scratch release and a read-only connection to it."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    release = scratch_release.publish_scratch(folder)
    with open_release(scratch_release.settings_for(folder), release.number) as con:
        yield con, release


def document_of(opened: Opened, lot_id: str) -> dict[str, Any]:
    con, release = opened
    tree: dict[str, Any] = json.loads(trace_document(lot_trace(con, lot_id), release, BASE))
    return tree


def events_of(tree: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = tree["epcisBody"]["eventList"]
    return events


@needs_schemas
def test_every_document_is_valid_with_formats(opened: Opened) -> None:
    """Prevents a document that a partner's repository refuses."""
    con, _ = opened
    validator = epcis_validator()
    lots = [row[0] for row in con.execute("SELECT lot_id FROM core.lot ORDER BY 1").fetchall()]
    for lot_id in lots:
        assert [error.message for error in validator.iter_errors(document_of(opened, lot_id))] == []
    wrong = document_of(opened, LOT)
    events_of(wrong)[0]["bizStep"] = "releasing"
    assert list(validator.iter_errors(wrong))


@needs_schemas
def test_a_unit_that_epcis_does_not_know_is_quoted(opened: Opened) -> None:
    """Prevents a document refused for one pallet count, and pallets that stand there as pieces."""
    stamp = Stamp("urn:uuid:1", datetime(2026, 1, 5, tzinfo=UTC), "shipping", "in_transit", f"{BASE}/dock")
    told = (
        ("a", Decimal(5), "托"),
        ("b", Decimal("2.500"), "KGM"),
        ("c", Decimal(7), None),
        ("d", None, None),
    )
    amounts = [Quantity(f"{BASE}/{name}", qty, unit) for name, qty, unit in told]
    event = object_event(stamp, "OBSERVE", quantities=amounts)
    assert event["quantityList"] == [
        {"epcClass": f"{BASE}/a"},
        {"epcClass": f"{BASE}/b", "quantity": 2.5, "uom": "KGM"},
        {"epcClass": f"{BASE}/c"},
        {"epcClass": f"{BASE}/d"},
    ]
    assert event["medlake:statedQuantity"] == [f"5 托 {BASE}/a", f"7 ? {BASE}/c"]
    tree = document_of(opened, LOT)
    tree["epcisBody"]["eventList"] = [event]
    assert list(epcis_validator().iter_errors(tree)) == []


def test_it_tells_every_step_receipt_delivery_and_package(opened: Opened) -> None:
    """Prevents a partner from being told of fewer lots, goods or packages than the release holds."""
    con, _ = opened
    trace = lot_trace(con, LOT)
    events = events_of(document_of(opened, LOT))
    kinds = Counter((event["type"], event["bizStep"]) for event in events)
    steps = [e for e in events if e["type"] == "TransformationEvent" and "errorDeclaration" not in e]
    assert len(steps) == len(trace.steps) > 1
    assert kinds["ObjectEvent", "receiving"] == len(trace.backward.receipts) > 0
    assert kinds["ObjectEvent", "shipping"] == len(trace.forward.shipments) > 0
    shipped = sum(
        Decimal(str(amount["quantity"]))
        for event in events
        if event["bizStep"] == "shipping"
        for amount in event["quantityList"]
    )
    assert shipped == sum(row.qty for row in trace.forward.shipments)
    assert kinds["AggregationEvent", "packing"] == len({row.package_id for row in trace.packed})
    assert len({event["eventID"] for event in events}) == len(events)
    assert [e["eventTime"] for e in events] == sorted(e["eventTime"] for e in events)


def test_what_was_told_otherwise_is_declared_wrong(opened: Opened) -> None:
    """Prevents a partner from keeping a step that was taken back, or from losing what stands instead."""
    _, release = opened
    before = {event["eventID"] for event in events_of(document_of(opened, LOT))}
    # Beside its release, where the genealogy index is found.
    copy = release.path / "changed.duckdb"
    copy.write_bytes(release.warehouse_path.read_bytes())
    with duckdb.connect(str(copy)) as changed:
        changed.execute("SET TimeZone = 'UTC'")
        changed.execute(
            """
            INSERT INTO core.trace_edge_version BY NAME
            SELECT * REPLACE (
              qty + 1 AS qty, known_at - INTERVAL 1 DAY AS known_at, known_at AS known_until
            )
            FROM core.trace_edge_version WHERE to_node_id = ? AND order_id IS NOT NULL
            """,
            [LOT],
        )
    with duckdb.connect(str(copy), read_only=True) as changed:
        changed.execute("SET TimeZone = 'UTC'")
        events = events_of(json.loads(trace_document(lot_trace(changed, LOT), release, BASE)))
    declared = [event for event in events if "errorDeclaration" in event]
    assert len(declared) == 1
    error = declared[0]["errorDeclaration"]
    assert declared[0]["eventID"] not in before
    assert (error["reason"], set(error["correctiveEventIDs"]) <= before) == ("incorrect_data", True)
    told = {amount["epcClass"]: amount["quantity"] for amount in declared[0]["inputQuantityList"]}
    corrected = next(event for event in events if event["eventID"] == error["correctiveEventIDs"][0])
    now = {amount["epcClass"]: amount["quantity"] for amount in corrected["inputQuantityList"]}
    assert told == {lot: qty + 1 for lot, qty in now.items()}


def test_our_own_capture_takes_it_back(opened: Opened) -> None:
    """Prevents a partner on the same platform from refusing our document, or reading other lots from it."""
    con, release = opened
    trace = lot_trace(con, LOT)
    content = trace_document(trace, release, BASE)
    (chunk,) = read_epcis(io.BytesIO(content), load_contracts()["epcis__thing"]).chunks
    assert chunk.bad == ()
    made = [row for row in chunk.rows.to_dicts() if row["type"] == "TransformationEvent"]
    told = {(row["eventKey"], row["role"], row["lotNo"], row["gtin"] or row["itemCode"]) for row in made}
    ours = {
        (side, trace.lots[one.lot_id].lot_no)
        for step in trace.steps
        for side, lots in (("input", step.inputs), ("output", step.outputs))
        for one in lots
    }
    assert {(role, lot_no) for _, role, lot_no, _ in told} == ours
    known = {lot.di or lot.product_code for lot in trace.lots.values()} | {
        lot.product_code for lot in trace.lots.values()
    }
    assert {item for *_, item in told} <= known
