"""The EPCIS 2.0 document of a lot: everything upstream and downstream of it, for a partner's repository.

lot → traces, steps, packages, inspections, release, deliveries, earlier steps → events → JSON-LD. Equal
events have equal ids in every document, so that capturing one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

import duckdb

from lakehouse.releases import Release
from reports.epcis.document import document
from reports.epcis.event import (
    Event,
    Party,
    Quantity,
    Stamp,
    Transaction,
    aggregation_event,
    object_event,
    with_error,
)
from reports.epcis.identifiers import Identifiers
from reports.epcis.lots import LotWriter, dated
from traceability.lot_card import LotCard, lot_card
from traceability.query import fetch
from traceability.recall.records import ScopeLot
from traceability.recall.steps import Step, steps
from traceability.recall.zones import zones
from traceability.records import Receipt, Shipment, Trace
from traceability.walk import backward, forward

_CONFORM = {"accepted": "conformant", "concession": "conformant", "rejected": "non_conformant"}


@dataclass(frozen=True)
class Packed:
    """A lot or a package inside a package."""

    package_id: str
    child_id: str
    child_kind_code: str
    site_code: str
    qty: Decimal | None
    first_date: date | None


@dataclass(frozen=True)
class _Changed:
    """When a step between two lots became known to be other than it was told."""

    declared_at: datetime
    from_lot_id: str
    to_lot_id: str


@dataclass(frozen=True)
class Told:
    """A step as it was known until a moment."""

    step: Step
    until: datetime


@dataclass(frozen=True)
class LotTrace:
    """What the document of a lot is made of."""

    card: LotCard
    backward: Trace
    forward: Trace
    lots: dict[str, ScopeLot]
    steps: tuple[Step, ...]
    packed: tuple[Packed, ...]
    earlier: tuple[Told, ...]
    zones: dict[str, str]


def lot_trace(con: duckdb.DuckDBPyConnection, lot_id: str) -> LotTrace:
    """Select everything the document of a lot says.

    Raises:
        UnknownLot: the release does not hold the lot.
    """
    back, ahead = backward(con, lot_id), forward(con, lot_id)
    lots = {node.lot.lot_id for trace in (back, ahead) for node in trace.nodes}
    changed = fetch(con, "withdrawn", _Changed, {"lot_ids": sorted(lots)}, package="reports.epcis")
    named = sorted(lots | {lot for row in changed for lot in (row.from_lot_id, row.to_lot_id)})
    keys = {"lot_ids": named, "depths": [0] * len(named)}
    known = fetch(con, "lots", ScopeLot, keys, package="traceability.recall")
    ahead_ids = {"lot_ids": [node.lot.lot_id for node in ahead.nodes]}
    return LotTrace(
        lot_card(con, lot_id),
        back,
        ahead,
        {lot.lot_id: lot for lot in known},
        steps(con, sorted(lots), known_by=None),
        fetch(con, "packing", Packed, ahead_ids, package="reports.epcis"),
        tuple(_earlier(con, named, sorted({row.declared_at for row in changed}))),
        zones(con),
    )


def _earlier(con: duckdb.DuckDBPyConnection, lots: list[str], moments: list[datetime]) -> Iterator[Told]:
    """The steps between some lots as they were known just before each of some moments."""
    for moment in moments:
        before = steps(con, lots, known_by=moment - timedelta(microseconds=1))
        yield from (Told(step, moment) for step in before)


def trace_document(trace: LotTrace, release: Release, id_base: str) -> bytes:
    """Return the document of a lot; its events stand in the order of their times."""
    writer = LotWriter(Identifiers(id_base), trace.lots, trace.zones)
    events = sorted(_events(writer, trace), key=lambda event: (event["eventTime"], event["eventID"]))
    return document(
        events,
        doc_id=writer.ids.private("epcis", "lot", trace.card.lot.lot_id, release.name),
        namespace=writer.ids.private("ns") + "/",
        created_at=datetime.fromisoformat(str(release.manifest["released_at"])),
        marks={},
    )


def _events(writer: LotWriter, trace: LotTrace) -> Iterator[Event]:
    yield from (_received(writer, receipt) for receipt in trace.backward.receipts)
    yield from _made(writer, trace)
    yield from _inspected(writer, trace.card)
    yield from _released(writer, trace.card)
    for _, rows in groupby(trace.packed, key=lambda row: row.package_id):
        yield _packed(writer, list(rows))
    yield from (_shipped(writer, shipment) for shipment in trace.forward.shipments)


def _received(writer: LotWriter, receipt: Receipt) -> Event:
    lot = writer.lots[receipt.lot_id]
    order = receipt.purchase_order_no
    keys = (receipt.lot_id, receipt.supplier_code or "", order or "", receipt.po_line_no or "")
    stamp = Stamp(
        writer.ids.event_id("received", *keys),
        writer.at(lot.site_code, receipt.received_date),
        "receiving",
        "in_progress",
        writer.place(lot.site_code, "receiving"),
    )
    sources = [receipt.supplier_code] if receipt.supplier_code else []
    return dated(
        object_event(
            stamp,
            "OBSERVE",
            quantities=[Quantity(writer.lot(receipt.lot_id), receipt.qty, receipt.uom_code)],
            transactions=[Transaction(writer.ids.private("purchase-order", lot.site_code, order), "po")]
            if order
            else [],
            sources=[
                Party(writer.ids.private("supplier", lot.site_code, s), "owning_party") for s in sources
            ],
        )
    )


def _made(writer: LotWriter, trace: LotTrace) -> Iterator[Event]:
    """The steps as they are known, then those told otherwise before, declared wrong under their own ids."""
    now = {step.step_id: writer.made(step) for step in trace.steps}
    yield from now.values()
    declared = {event["eventID"] for event in now.values()}
    for told in trace.earlier:
        event = writer.made(told.step)
        if event["eventID"] in declared:
            continue
        declared.add(event["eventID"])
        instead = [now[told.step.step_id]["eventID"]] if told.step.step_id in now else []
        yield with_error(
            event,
            declared_at=writer.moment(told.step.site_code, told.until),
            reason="incorrect_data" if instead else "did_not_occur",
            corrective_ids=instead,
        )


def _inspected(writer: LotWriter, card: LotCard) -> Iterator[Event]:
    site = card.lot.site_code
    for row in card.inspections:
        if row.decided_at is None or row.decision_code not in _CONFORM:
            continue
        test = writer.ids.private("inspection", site, row.inspection_no)
        stamp = Stamp(
            writer.ids.event_id("inspected", site, row.inspection_no),
            writer.moment(site, row.decided_at),
            "inspecting",
            "non_conformant" if row.decision_code == "rejected" else "conformant",
            writer.place(site, "inspection"),
        )
        amount = Quantity(writer.lot(card.lot.lot_id), row.lot_qty, card.header.uom_code)
        yield object_event(stamp, "OBSERVE", quantities=[amount], transactions=[Transaction(test, "testres")])


def _released(writer: LotWriter, card: LotCard) -> Iterator[Event]:
    release, site = card.release, card.lot.site_code
    if release is None or release.decided_at is None or release.decision_code == "rejected":
        return
    stamp = Stamp(
        writer.ids.event_id("released", card.lot.lot_id, release.inspection_no),
        writer.moment(site, release.decided_at),
        "accepting",
        "available",
        writer.place(site, "release"),
    )
    paper = Transaction(writer.ids.private("release", site, release.inspection_no), "cert")
    yield object_event(
        stamp,
        "OBSERVE",
        quantities=[Quantity(writer.lot(card.lot.lot_id))],
        transactions=[paper],
        standing=["completeness_verified", "conformant"],
    )


def _packed(writer: LotWriter, rows: list[Packed]) -> Event:
    first = rows[0]
    stamp = Stamp(
        writer.ids.event_id("packed", first.package_id, *(row.child_id for row in rows)),
        writer.at(first.site_code, first.first_date),
        "packing",
        "in_progress",
        writer.place(first.site_code, "packing"),
    )
    lots = [row for row in rows if row.child_kind_code == "lot"]
    return dated(
        aggregation_event(
            stamp,
            "ADD",
            parent=writer.ids.package(first.package_id),
            epcs=[writer.ids.package(row.child_id) for row in rows if row.child_kind_code != "lot"],
            quantities=[
                Quantity(writer.lot(row.child_id), row.qty, writer.uom(row.child_id)) for row in lots
            ],
        )
    )


def _shipped(writer: LotWriter, shipment: Shipment) -> Event:
    lot = writer.lots[shipment.lot_id]
    keys = (shipment.lot_id, shipment.delivery_no, shipment.delivery_line_no or "")
    stamp = Stamp(
        writer.ids.event_id("shipped-line", *keys),
        writer.at(lot.site_code, shipment.shipped_date),
        "shipping",
        "in_transit",
        writer.place(lot.site_code, "shipping"),
    )
    paper = Transaction(writer.ids.private("delivery", lot.site_code, shipment.delivery_no), "desadv")
    customers = [shipment.customer_code] if shipment.customer_code else []
    return dated(
        object_event(
            stamp,
            "OBSERVE",
            quantities=[Quantity(writer.lot(shipment.lot_id), shipment.qty, shipment.uom_code)],
            transactions=[paper],
            destinations=[
                Party(writer.ids.private("customer", lot.site_code, code), "possessing_party")
                for code in customers
            ],
        )
    )
