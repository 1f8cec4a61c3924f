"""The EPCIS 2.0 events of a recall: how its lots were made, where they went, what came back, what is held.

Scope + steps → TransformationEvent per order, ObjectEvent per delivery, return and lot → JSON-LD.
Days without a time stand at their midnight in the plant's zone; `medlake:timePrecision` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.epcis import (
    Event,
    Identifiers,
    Party,
    Quantity,
    Stamp,
    Transaction,
    document,
    object_event,
)
from reports.epcis.lots import LotWriter, dated
from reports.recall.line import Line
from reports.recall.request import DRILL, RecallRequest
from traceability.recall.records import Delivery, Return, Scope
from traceability.recall.steps import Step

Sent = dict[tuple[str, str | None], list[Line]]


@dataclass(frozen=True)
class _Writer(LotWriter):
    scope: Scope
    request: RecallRequest


def epcis(
    scope: Scope,
    steps: Sequence[Step],
    lines: dict[str, list[Line]],
    request: RecallRequest,
    zones: dict[str, str],
) -> bytes:
    """Return the document of a recall; each event of a drill says so, that nobody captures it as true."""
    writer = _Writer(Identifiers(request.id_base), scope.lots_by_id, zones, scope, request)
    sent: Sent = defaultdict(list)
    for own in lines.values():
        for line in own:
            sent[line.lot_id, line.delivery_no].append(line)
    events = [
        *(writer.made(step) for step in steps),
        *(_shipped(writer, delivery, sent) for delivery in scope.deliveries),
        *(_returned(writer, row) for row in scope.returns if row.qty is not None and row.qty > 0),
        *_held(writer),
    ]
    return document(
        events,
        doc_id=writer.ids.private("epcis", "recall", request.number),
        namespace=writer.ids.private("ns") + "/",
        created_at=request.issued_at,
        marks={"drill": DRILL} if request.is_drill else {},
    )


def _shipped(writer: _Writer, delivery: Delivery, sent: Sent) -> Event:
    own = sent[delivery.lot_id, delivery.delivery_no]
    rest = [line.qty for line in own if line.serial_no is None]
    known = None if None in rest else sum((qty for qty in rest if qty is not None), Decimal(0))
    keys = (delivery.lot_id, delivery.delivery_no or "", delivery.consignee_id)
    stamp = Stamp(
        writer.ids.event_id("shipped", *keys),
        writer.at(delivery.site_code, delivery.shipped_date),
        "shipping",
        "in_transit",
        writer.place(delivery.site_code, "shipping"),
    )
    papers = (
        [Transaction(writer.ids.private("delivery", delivery.site_code, delivery.delivery_no), "desadv")]
        if delivery.delivery_no
        else []
    )
    return dated(
        object_event(
            stamp,
            "OBSERVE",
            epcs=[writer.device(delivery.lot_id, line.serial_no) for line in own if line.serial_no],
            quantities=[Quantity(writer.lot(delivery.lot_id), known, writer.uom(delivery.lot_id))]
            if rest
            else [],
            transactions=papers,
            destinations=[Party(writer.ids.private("party", delivery.consignee_id), "possessing_party")],
        )
    )


def _returned(writer: _Writer, row: Return) -> Event:
    lot = writer.scope.lots_by_id[row.lot_id]
    keys = (row.lot_id, row.consignee_id, row.document_no or "", row.delivery_no or "", str(row.posting_date))
    stamp = Stamp(
        writer.ids.event_id("returned", *keys),
        writer.at(lot.site_code, row.posting_date),
        "receiving",
        "returned",
        writer.place(lot.site_code, "returns"),
    )
    papers = [Transaction(writer.ids.private("return", row.document_no), "rma")] if row.document_no else []
    return dated(
        object_event(
            stamp,
            "OBSERVE",
            quantities=[Quantity(writer.lot(row.lot_id), row.qty, lot.uom_code)],
            transactions=papers,
            sources=[Party(writer.ids.private("party", row.consignee_id), "possessing_party")],
        )
    )


def _held(writer: _Writer) -> Iterator[Event]:
    """One event per lot; it names the devices where they are all that is meant of the lot."""
    devices: dict[str, list[str]] = defaultdict(list)
    for unit in writer.scope.units:
        devices[unit.lot_id].append(unit.serial_no)
    counted = {balance.lot_id: balance.made_qty for balance in writer.scope.balances}
    for lot in writer.scope.lots:
        stamp = Stamp(
            writer.ids.event_id("recalled", writer.request.number, lot.lot_id),
            writer.request.decided_at,
            "holding",
            "recalled",
            writer.place(lot.site_code, "recall"),
        )
        serials = devices.get(lot.lot_id, [])
        is_complete = bool(serials) and counted.get(lot.lot_id) == len(serials)
        yield object_event(
            stamp,
            "OBSERVE",
            epcs=[writer.device(lot.lot_id, serial) for serial in serials] if is_complete else [],
            quantities=[] if is_complete else [Quantity(writer.lot(lot.lot_id))],
            transactions=[Transaction(writer.ids.private("recall", writer.request.number))],
            standing=["recalled"],
        )
