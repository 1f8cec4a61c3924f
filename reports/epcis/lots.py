"""What events say of lots: their identifiers, the steps that made them, days as moments.

Days without a time stand at their midnight in the plant's zone; `medlake:timePrecision` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from reports.epcis.event import Event, Quantity, Stamp, Transaction, transformation_event
from reports.epcis.identifiers import Identifiers
from reports.epcis.vocabulary import PREFIX
from reports.language import HOME_ZONE
from traceability.recall.records import ScopeLot
from traceability.recall.steps import Step, StepLot

# The day a posting without a date counts as: none of ours is older, and a reader sees that it is no day.
_NO_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class LotWriter:
    """Writes about some lots, whose plants have zones."""

    ids: Identifiers
    lots: Mapping[str, ScopeLot]
    zones: Mapping[str, str]

    def lot(self, lot_id: str) -> str:
        """The class identifier of a lot."""
        lot = self.lots[lot_id]
        return self.ids.lot_class(lot.di, lot.issuing_agency_code, lot.product_code, lot.lot_no)

    def device(self, lot_id: str, serial_no: str) -> str:
        """The identifier of one device of a lot."""
        lot = self.lots[lot_id]
        return self.ids.instance(lot.di, lot.issuing_agency_code, lot.product_code, serial_no)

    def at(self, site_code: str | None, day: date | None) -> datetime:
        """Midnight of a day in the zone of a plant."""
        zone = ZoneInfo(self.zones.get(site_code or "", HOME_ZONE))
        return datetime.combine(day or _NO_DAY, time(), zone)

    def moment(self, site_code: str | None, moment: datetime) -> datetime:
        """A moment on the clock of a plant."""
        return moment.astimezone(ZoneInfo(self.zones.get(site_code or "", HOME_ZONE)))

    def place(self, site_code: str | None, point: str) -> str:
        """A read point of a plant."""
        return self.ids.private("location", site_code or "unknown", point)

    def uom(self, lot_id: str) -> str | None:
        """The base unit of a lot."""
        return self.lots[lot_id].uom_code

    def made(self, step: Step) -> Event:
        """The step in which lots became others; its id holds what it says, so that it stays one event."""
        order = self.ids.private("order", step.step_id)
        named = (f"{side.lot_id} {side.qty}" for side in (*step.inputs, *step.outputs))
        stamp = Stamp(
            self.ids.event_id("made", step.step_id, *named),
            self.at(step.site_code, step.first_date),
            "repairing" if step.edge_type_code == "REWORK" else "commissioning",
            "in_progress",
            self.place(step.site_code, "production"),
        )
        return dated(
            transformation_event(
                stamp,
                transformation_id=order,
                inputs=self._quantities(step.inputs),
                outputs=self._quantities(step.outputs),
                transactions=[Transaction(order, "prodorder")],
            )
        )

    def _quantities(self, sides: Sequence[StepLot]) -> list[Quantity]:
        return [Quantity(self.lot(side.lot_id), side.qty, self.uom(side.lot_id)) for side in sides]


def dated(event: Event) -> Event:
    """Return an event that says of its time that only the day is known."""
    return {**event, f"{PREFIX}:timePrecision": "day"}
