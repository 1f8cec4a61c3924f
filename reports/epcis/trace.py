"""The EPCIS 2.0 document of a lot: everything upstream and downstream of it, for a partner's repository.

LotTrace (steps, packages, inspections, release, deliveries, earlier steps) → events → JSON-LD. Equal
events have equal ids in every document, so that capturing one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

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
from reports.epcis.lot_trace import LotTrace, Packed
from reports.epcis.lots import LotWriter, dated
from traceability.lot_card import LotCard
from traceability.records import Receipt, Shipment

_CONFORM = {"accepted": "conformant", "concession": "conformant", "rejected": "non_conformant"}


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
