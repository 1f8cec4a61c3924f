"""How far a recall has come: who was told, who answered, how much is back, day by day.

Case (events) + returns that the release shows → Effect. A return that was both recorded and posted counts
once: the posting speaks, found by its document or delivery number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from traceability.recall.case import QUANTITY_KINDS, Case, RecallEvent
from traceability.recall.records import Return

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class ConsigneeEffect:
    """One consignee. Quantities are pieces or base units of its lots, per unit."""

    consignee_id: str
    customer_name: str | None
    uom_code: str | None
    notified_at: datetime | None
    is_notified_in_time: bool | None
    responded_at: datetime | None
    is_unreachable: bool
    recalled_qty: Decimal
    returned_qty: Decimal
    destroyed_qty: Decimal
    corrected_qty: Decimal

    @property
    def open_qty(self) -> Decimal:
        """Still out there; below zero when more came back than was asked for."""
        return self.recalled_qty - self.returned_qty - self.destroyed_qty - self.corrected_qty


@dataclass(frozen=True)
class SettledShare:
    """Returned, destroyed or corrected of one unit, and its share of what was asked for; units never mix."""

    uom_code: str | None
    qty: Decimal
    share: Decimal


@dataclass(frozen=True)
class DayEffect:
    """What was reached by the end of a day; the first two shares are of all consignees."""

    day: date
    notified_count: int
    responded_count: int
    notified_share: Decimal
    responded_share: Decimal
    settled: tuple[SettledShare, ...]


@dataclass(frozen=True)
class Effect:
    """The state of a recall. ``settled`` is returned, destroyed or corrected."""

    recall_no: str
    is_drill: bool
    is_closed: bool
    notify_by: datetime | None
    consignees: tuple[ConsigneeEffect, ...]
    days: tuple[DayEffect, ...]
    open_points: tuple[str, ...]


@dataclass(frozen=True)
class _Settled:
    consignee_id: str
    lot_id: str
    kind: str
    qty: Decimal
    day: date


def effect_of(case: Case, posted: Sequence[Return], *, until: datetime, zone: str) -> Effect:
    """Return how far a case has come.

    Args:
        case: Its events.
        posted: Customer returns of its lots that a release shows.
        until: The last moment that counts, with a zone.
        zone: On whose clock days end.
    """
    settled = _settled(case, posted, zone)
    consignees = tuple(_consignees(case, settled))
    days = tuple(_days(case, settled, until, zone))
    return Effect(
        case.recall_no,
        case.is_drill,
        case.closed_at is not None,
        case.opening.notify_by,
        consignees,
        days,
        tuple(_open_points(consignees)),
    )


def _settled(case: Case, posted: Sequence[Return], zone: str) -> list[_Settled]:
    first = case.opening.decided_at.astimezone(ZoneInfo(zone)).date()
    targets = {(target.consignee_id, target.lot_id) for target in case.opening.targets}
    counted = [
        _Settled(row.consignee_id, row.lot_id, "returned", row.qty, row.posting_date)
        for row in posted
        if row.qty is not None and row.posting_date >= first and (row.consignee_id, row.lot_id) in targets
    ]
    papers = {
        (row.consignee_id, row.lot_id, number)
        for row in posted
        if row.posting_date >= first
        for number in (row.document_no, row.delivery_no)
        if number
    }
    told = [event for event in case.events if event.kind in QUANTITY_KINDS]
    own = [
        _Settled(
            e.consignee_id,
            e.lot_id,
            e.kind,
            e.qty or _NOTHING,
            e.happened_at.astimezone(ZoneInfo(zone)).date(),
        )
        for e in told
        if e.kind != "returned" or (e.consignee_id, e.lot_id, e.document_no) not in papers
    ]
    return counted + own


def _consignees(case: Case, settled: Sequence[_Settled]) -> list[ConsigneeEffect]:
    units = {target.lot_id: target.uom_code for target in case.opening.targets}
    asked: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    names: dict[str, str | None] = {}
    for target in case.opening.targets:
        asked[target.consignee_id, target.uom_code] += target.qty or _NOTHING
        names[target.consignee_id] = target.customer_name
    done: dict[tuple[str, str | None, str], Decimal] = defaultdict(Decimal)
    for row in settled:
        done[row.consignee_id, units.get(row.lot_id), row.kind] += row.qty
    return [
        _consignee(case, names[who], (who, unit), qty, done)
        for (who, unit), qty in sorted(asked.items(), key=lambda pair: (pair[0][0], pair[0][1] or ""))
    ]


def _consignee(
    case: Case,
    name: str | None,
    key: tuple[str, str | None],
    qty: Decimal,
    done: dict[tuple[str, str | None, str], Decimal],
) -> ConsigneeEffect:
    who, unit = key
    notified = _first(case.events, "notified", who)
    by = case.opening.notify_by
    return ConsigneeEffect(
        who,
        name,
        unit,
        notified,
        None if notified is None or by is None else notified <= by,
        _first(case.events, "responded", who),
        _first(case.events, "unreachable", who) is not None,
        qty,
        done[who, unit, "returned"],
        done[who, unit, "destroyed"],
        done[who, unit, "corrected"],
    )


def _first(events: Sequence[RecallEvent], kind: str, consignee_id: str) -> datetime | None:
    times = [e.happened_at for e in events if e.kind == kind and e.consignee_id == consignee_id]
    return min(times, default=None)


def _days(case: Case, settled: Sequence[_Settled], until: datetime, zone: str) -> list[DayEffect]:
    clock = ZoneInfo(zone)
    start = case.opening.decided_at.astimezone(clock).date()
    end = min(until, case.closed_at or until).astimezone(clock).date()
    everyone = {target.consignee_id for target in case.opening.targets}
    units = {target.lot_id: target.uom_code for target in case.opening.targets}
    asked: dict[str | None, Decimal] = defaultdict(Decimal)
    for target in case.opening.targets:
        asked[target.uom_code] += target.qty or _NOTHING
    done = [(units.get(row.lot_id), row) for row in settled]
    told = {
        kind: {
            who: first.astimezone(clock).date()
            for who in everyone
            if (first := _first(case.events, kind, who)) is not None
        }
        for kind in ("notified", "responded")
    }
    return [
        _day(start + timedelta(days=n), told, done, len(everyone), asked)
        for n in range((end - start).days + 1)
    ]


def _day(
    day: date,
    told: dict[str, dict[str, date]],
    done: Sequence[tuple[str | None, _Settled]],
    everyone: int,
    asked: dict[str | None, Decimal],
) -> DayEffect:
    notified = sum(first <= day for first in told["notified"].values())
    responded = sum(first <= day for first in told["responded"].values())
    settled = [
        (unit, sum((row.qty for own, row in done if own == unit and row.day <= day), _NOTHING), whole)
        for unit, whole in sorted(asked.items(), key=lambda pair: pair[0] or "")
    ]
    return DayEffect(
        day,
        notified,
        responded,
        _share(Decimal(notified), Decimal(everyone)),
        _share(Decimal(responded), Decimal(everyone)),
        tuple(SettledShare(unit, qty, _share(qty, whole)) for unit, qty, whole in settled),
    )


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(Decimal("0.0001")) if whole else _NOTHING


def _open_points(consignees: Sequence[ConsigneeEffect]) -> list[str]:
    """What stands between a case and its closing, a line each, 中文 | English."""
    points = []
    for row in consignees:
        name = row.customer_name or row.consignee_id
        if row.notified_at is None and not row.is_unreachable:
            points.append(f"{name} 未通知 | {name} was not notified")
        elif row.responded_at is None and not row.is_unreachable:
            points.append(f"{name} 未回复 | {name} did not respond")
        if row.open_qty:
            unit = row.uom_code or ""
            points.append(f"{name} 尚有 {row.open_qty} {unit} 未收回 | {row.open_qty} {unit} open at {name}")
    return points
