"""The EPCIS 2.0 events of a recall: how its lots were made, where they went, what came back, what is held.

Scope + steps → TransformationEvent per order, ObjectEvent per delivery, return and lot → JSON-LD.
Days without a time stand at their midnight in the plant's zone; `medlake:timePrecision` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from reports.epcis import (
    Event,
    Identifiers,
    Party,
    Quantity,
    Stamp,
    Transaction,
    document,
    object_event,
    transformation_event,
)
from reports.epcis.document import PREFIX
from reports.language import HOME_ZONE
from reports.recall.line import Line
from reports.recall.request import DRILL, RecallRequest
from traceability.recall.records import Delivery, Return, Scope
from traceability.recall.steps import Step, StepLot

# The day a posting without a date counts as: none of ours is older, and a reader sees that it is no day.
_NO_DAY = date(1970, 1, 1)
Sent = dict[tuple[str, str | None], list[Line]]


@dataclass(frozen=True)
class _Writer:
    scope: Scope
    request: RecallRequest
    ids: Identifiers
    zones: dict[str, str]

    def lot(self, lot_id: str) -> str:
        """The class identifier of a lot of the scope."""
        lot = self.scope.lots_by_id[lot_id]
        return self.ids.lot_class(lot.di, lot.issuing_agency_code, lot.product_code, lot.lot_no)

    def device(self, lot_id: str, serial_no: str) -> str:
        """The identifier of one device of a lot."""
        lot = self.scope.lots_by_id[lot_id]
        return self.ids.instance(lot.di, lot.issuing_agency_code, lot.product_code, serial_no)

    def at(self, site_code: str | None, day: date | None) -> datetime:
        """Midnight of a day in the zone of a plant."""
        zone = ZoneInfo(self.zones.get(site_code or "", HOME_ZONE))
        return datetime.combine(day or _NO_DAY, time(), zone)

    def place(self, site_code: str | None, point: str) -> str:
        """A read point of a plant."""
        return self.ids.private("location", site_code or "unknown", point)

    def uom(self, lot_id: str) -> str | None:
        """The base unit of a lot."""
        return self.scope.lots_by_id[lot_id].uom_code


def epcis(
    scope: Scope,
    steps: Sequence[Step],
    lines: dict[str, list[Line]],
    request: RecallRequest,
    zones: dict[str, str],
) -> bytes:
    """Return the document of a recall; each event of a drill says so, that nobody captures it as true."""
    writer = _Writer(scope, request, Identifiers(request.id_base), zones)
    sent: Sent = defaultdict(list)
    for own in lines.values():
        for line in own:
            sent[line.lot_id, line.delivery_no].append(line)
    events = [
        *(_made(writer, step) for step in steps),
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


def _made(writer: _Writer, step: Step) -> Event:
    order = writer.ids.private("order", step.step_id)
    stamp = Stamp(
        writer.ids.event_id("made", step.step_id),
        writer.at(step.site_code, step.first_date),
        "repairing" if step.edge_type_code == "REWORK" else "commissioning",
        "in_progress",
        writer.place(step.site_code, "production"),
    )
    return _dated(
        transformation_event(
            stamp,
            transformation_id=order,
            inputs=_quantities(writer, step.inputs),
            outputs=_quantities(writer, step.outputs),
            transactions=[Transaction(order, "prodorder")],
        )
    )


def _quantities(writer: _Writer, lots: Sequence[StepLot]) -> list[Quantity]:
    return [Quantity(writer.lot(side.lot_id), side.qty, writer.uom(side.lot_id)) for side in lots]


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
    return _dated(
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
    return _dated(
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
            is_recalled=True,
        )


def _dated(event: Event) -> Event:
    return {**event, f"{PREFIX}:timePrecision": "day"}
