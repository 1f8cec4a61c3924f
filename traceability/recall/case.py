"""A running recall as events that are added and never changed.

opened, notified, responded, returned, destroyed, corrected, closed → Delta table medlake__recall_event.
The id of an event follows from its content, so that the same word said twice is one event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

import pyarrow as pa

from lakehouse.raw_zone import RawZone

RECALL_EVENT = "medlake__recall_event"
RECALL_EVENT_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("event_id", "recall_no", "kind")),
        ("happened_at", pa.timestamp("us", "UTC")),
        ("recorded_at", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in ("person", "consignee_id", "lot_id")),
        ("qty", pa.decimal128(18, 3)),
        *((name, pa.string()) for name in ("document_no", "note", "detail")),
        ("is_drill", pa.bool_()),
    ]
)
EventKind = Literal[
    "opened", "notified", "responded", "returned", "destroyed", "corrected", "unreachable", "closed"
]
QUANTITY_KINDS: tuple[EventKind, ...] = ("returned", "destroyed", "corrected")
CONSIGNEE_KINDS: tuple[EventKind, ...] = ("notified", "responded", "unreachable", *QUANTITY_KINDS)


class CaseRefused(ValueError):
    """An event that a case cannot take; the message says why and what to do, 中文 | English."""


class UnknownCase(CaseRefused):
    """No recall of that number was opened."""


@dataclass(frozen=True)
class Target:
    """What one consignee is to give back of one lot; ``qty`` None where no document states it."""

    consignee_id: str
    customer_name: str | None
    lot_id: str
    qty: Decimal | None
    uom_code: str | None


@dataclass(frozen=True)
class Opening:
    """What a case was opened with: the package it stands on and whom it is about.

    Attributes:
        package_sha256: Digest over the package's list of digests.
        notify_by: When every consignee must have been told, None where no rule says.
        trace_milliseconds: How long it took to find them, as the package measured.
    """

    release: str
    package_sha256: str
    recall_class: int
    reason: str
    decided_at: datetime
    notify_by: datetime | None
    trace_milliseconds: int
    lot_ids: tuple[str, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class RecallEvent:
    """One thing that happened in a recall.

    Attributes:
        happened_at: When, by the person's word; recorded_at is when we were told.
        qty: In the lot's base unit; only of what was returned, destroyed or corrected.
        document_no: Paper that proves it, such as the return delivery; keeps a return from counting twice.
        detail: JSON of the opening or of the closing summary, else ''.
    """

    recall_no: str
    kind: EventKind
    happened_at: datetime
    recorded_at: datetime
    person: str
    is_drill: bool
    consignee_id: str = ""
    lot_id: str = ""
    qty: Decimal | None = None
    document_no: str = ""
    note: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if not self.person.strip():
            raise CaseRefused("须写明记录人 | an event needs its person; give --person")
        if self.kind not in get_args(EventKind) or self.happened_at.tzinfo is None:
            raise CaseRefused(f"无效事件 | not an event of a recall: {self.kind} at {self.happened_at}")
        if bool(self.consignee_id) != (self.kind in CONSIGNEE_KINDS):
            raise CaseRefused(f"{self.kind} 须写明收货单位 | {self.kind} needs its consignee, and only such")
        if (self.qty is not None and bool(self.lot_id)) != (self.kind in QUANTITY_KINDS):
            raise CaseRefused(
                f"{self.kind} 须写明批次和数量 | {self.kind} needs lot and quantity, or neither"
            )
        if self.qty is not None and self.qty <= 0:
            raise CaseRefused(f"数量须大于零 | a quantity must be above zero, not {self.qty}")

    @property
    def event_id(self) -> str:
        """Digest of everything but the time it was recorded."""
        content = {key: str(value) for key, value in asdict(self).items() if key != "recorded_at"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Case:
    """All events of one recall, oldest first."""

    recall_no: str
    events: tuple[RecallEvent, ...]

    @property
    def is_drill(self) -> bool:
        """Whether this was practice."""
        return self.events[0].is_drill

    @property
    def opening(self) -> Opening:
        """What it was last opened with: a package that was made again replaces the scope, not the history."""
        last = [event for event in self.events if event.kind == "opened"][-1]
        return read_opening(last.detail)

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed; opening it again opens it."""
        last = [event for event in self.events if event.kind in ("opened", "closed")][-1]
        return last.happened_at if last.kind == "closed" else None


def record(zone: RawZone, event: RecallEvent) -> bool:
    """Add an event durably; False when it was there already."""
    zone.ensure(RECALL_EVENT, RECALL_EVENT_SCHEMA)
    if zone.has_load(RECALL_EVENT, event.event_id):
        return False
    row = {"event_id": event.event_id, **asdict(event)}
    zone.append(RECALL_EVENT, pa.Table.from_pylist([row], RECALL_EVENT_SCHEMA), [event.event_id])
    return True


def cases(zone: RawZone) -> tuple[Case, ...]:
    """Return every recall that was opened, by number."""
    if not zone.exists(RECALL_EVENT):
        return ()
    rows = zone.read(RECALL_EVENT).drop_columns(["event_id"]).to_pylist()
    events = sorted((RecallEvent(**row) for row in rows), key=_order)
    numbers = sorted({event.recall_no for event in events})
    return tuple(Case(number, tuple(e for e in events if e.recall_no == number)) for number in numbers)


def find_case(zone: RawZone, recall_no: str) -> Case:
    """Return the recall of a number.

    Raises:
        UnknownCase: none was opened under it; the message names those that were.
    """
    known = cases(zone)
    for case in known:
        if case.recall_no == recall_no:
            return case
    listed = ", ".join(case.recall_no for case in known) or "none"
    raise UnknownCase(
        f"没有召回 {recall_no}，已有：{listed} | no recall {recall_no} was opened; there are: {listed}"
    )


def opening_detail(opening: Opening) -> str:
    """Return an opening as the text that its event carries."""
    return json.dumps(asdict(opening), ensure_ascii=False, sort_keys=True, default=str)


def read_opening(detail: str) -> Opening:
    """Return the opening that an event carries."""
    tree = json.loads(detail)
    targets = tuple(
        Target(**{**row, "qty": None if row["qty"] is None else Decimal(row["qty"])})
        for row in tree["targets"]
    )
    times = {name: tree[name] and datetime.fromisoformat(tree[name]) for name in ("decided_at", "notify_by")}
    return Opening(**{**tree, **times, "targets": targets, "lot_ids": tuple(tree["lot_ids"])})


def _order(event: RecallEvent) -> tuple[datetime, datetime, str]:
    return event.recorded_at, event.happened_at, event.event_id


def demand_takes(case: Case, event: RecallEvent, *, now: datetime) -> None:
    """Check that a case can take an event about a consignee.

    Raises:
        CaseRefused: it is closed, does not concern the consignee or lot, or the time cannot be.
    """
    opening = case.opening
    if case.closed_at is not None:
        raise CaseRefused(
            f"召回 {case.recall_no} 已关闭 | recall {case.recall_no} is closed; open it again first"
        )
    if not opening.decided_at <= event.happened_at <= now:
        raise CaseRefused(
            f"时间须在决定时间 {opening.decided_at} 与现在之间 | the time must lie between the decision "
            f"({opening.decided_at}) and now, not {event.happened_at}"
        )
    _demand_known(opening.targets, event)


def _demand_known(targets: Sequence[Target], event: RecallEvent) -> None:
    own = [target for target in targets if target.consignee_id == event.consignee_id]
    if not own:
        known = ", ".join(sorted({target.consignee_id for target in targets})[:10])
        raise CaseRefused(
            f"{event.consignee_id} 不在召回范围内 | {event.consignee_id} is no consignee of this recall; "
            f"known are {known}"
        )
    if event.lot_id and event.lot_id not in {target.lot_id for target in own}:
        lots = ", ".join(sorted({target.lot_id for target in own})[:10])
        raise CaseRefused(
            f"{event.consignee_id} 没有批次 {event.lot_id} | {event.consignee_id} got nothing of "
            f"{event.lot_id}; it got {lots}"
        )
