"""The lines of a notice: per device where devices are known, per delivery for the rest.

Scope → one Line per device or remainder, with UDI and Digital Link → CSV, XLSX, JSON and HTML of a consignee.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.epcis.identifiers import escaped, is_gs1_text, lot_link, printed
from traceability.recall.records import Delivery, Scope, ScopeLot, Unit

_ONE = Decimal(1)


@dataclass(frozen=True)
class Label:
    """What stands on the packs of a lot, and the address it resolves to; None where GS1 does not apply."""

    udi: str | None
    link: str | None

    def of(self, serial_no: str | None) -> tuple[str | None, str | None]:
        """UDI and address of one device of the lot, or of the lot."""
        if serial_no is None or self.udi is None or self.link is None or not is_gs1_text(serial_no):
            return self.udi, self.link
        return f"{self.udi}(21){serial_no}", f"{self.link}/21/{escaped(serial_no)}"


@dataclass(frozen=True, slots=True)
class Line:
    """Goods of one lot on one delivery; ``serial_no`` names the one device, else ``qty`` counts."""

    lot_id: str
    lot_no: str
    di: str | None
    serial_no: str | None
    expiry_date: date | None
    qty: Decimal | None
    uom_code: str | None
    delivery_no: str | None
    shipped_date: date | None
    udi: str | None
    digital_link: str | None


def labels(lots: Sequence[ScopeLot]) -> dict[str, Label]:
    """Return the label of every lot."""
    return {
        lot.lot_id: Label(
            printed(lot.di, lot.issuing_agency_code, lot.lot_no, lot.expiry_date),
            lot_link(lot.di, lot.issuing_agency_code, lot.lot_no),
        )
        for lot in lots
    }


def lines_by_consignee(scope: Scope) -> dict[str, list[Line]]:
    """Return the lines of each consignee, in the order of its deliveries."""
    marks, units = labels(scope.lots), _units_by_delivery(scope)
    found: dict[str, list[Line]] = defaultdict(list)
    for delivery in scope.deliveries:
        lot = scope.lots_by_id[delivery.lot_id]
        sent = units.get((delivery.lot_id, delivery.delivery_no), ())
        found[delivery.consignee_id] += _lines(delivery, lot, sent, marks[lot.lot_id])
    return dict(found)


def _units_by_delivery(scope: Scope) -> Mapping[tuple[str, str | None], Sequence[Unit]]:
    units: dict[tuple[str, str | None], list[Unit]] = defaultdict(list)
    for unit in scope.units:
        if unit.delivery_no is not None:
            units[unit.lot_id, unit.delivery_no].append(unit)
    return units


def _lines(delivery: Delivery, lot: ScopeLot, units: Sequence[Unit], label: Label) -> Iterator[Line]:
    """One line per device, and one for the quantity that no device accounts for."""
    for unit in units:
        yield _line(delivery, lot, label, unit.serial_no, _ONE)
    rest = None if delivery.qty is None else delivery.qty - len(units)
    if not units or (rest is not None and rest > 0):
        yield _line(delivery, lot, label, None, rest)


def _line(
    delivery: Delivery, lot: ScopeLot, label: Label, serial_no: str | None, qty: Decimal | None
) -> Line:
    return Line(
        lot.lot_id,
        lot.lot_no,
        lot.di,
        serial_no,
        lot.expiry_date,
        qty,
        lot.uom_code,
        delivery.delivery_no,
        delivery.shipped_date,
        *label.of(serial_no),
    )
