"""A running recall: events that only grow, and numbers of effectiveness that a second account confirms."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lakehouse.raw_zone import RawZone
from traceability.recall.case import (
    Case,
    CaseRefused,
    Opening,
    RecallEvent,
    Target,
    UnknownCase,
    cases,
    demand_takes,
    find_case,
    opening_detail,
    read_opening,
    record,
)
from traceability.recall.effect import effect_of
from traceability.recall.records import Return

DECIDED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
NOW = DECIDED + timedelta(days=20)
OPENING = Opening(
    "000003",
    "ab" * 32,
    1,
    "seal",
    DECIDED,
    DECIDED + timedelta(days=1),
    250,
    ("A:P:L1", "A:P:L2", "A:Q:M1"),
    (
        Target("c1", "一院", "A:P:L1", Decimal(100), "C62"),
        Target("c1", "一院", "A:P:L2", Decimal(20), "C62"),
        Target("c2", "二院", "A:Q:M1", Decimal("7.5"), "KGM"),
        Target("c3", None, "A:P:L2", None, "C62"),
    ),
)


def event(kind: Any, hours: float = 5, **words: Any) -> RecallEvent:
    return RecallEvent("RC-1", kind, DECIDED + timedelta(hours=hours), NOW, "qa", False, **words)


def opened(*events: RecallEvent, is_drill: bool = False) -> Case:
    first = RecallEvent("RC-1", "opened", DECIDED, DECIDED, "qa", is_drill, detail=opening_detail(OPENING))
    return Case("RC-1", (first, *events))


def test_an_opening_reads_back_as_it_was() -> None:
    """Prevents a target, a time or an unknown quantity from being lost between opening and status."""
    assert read_opening(opening_detail(OPENING)) == OPENING


def test_events_are_kept_once_and_in_order(tmp_path: Path) -> None:
    """Prevents a repeated command from counting a return twice, and an event from being overwritten."""
    zone = RawZone(tmp_path / "raw")
    with pytest.raises(UnknownCase, match="there are: none"):
        find_case(zone, "RC-1")
    back = event("returned", 30, consignee_id="c1", lot_id="A:P:L1", qty=Decimal(3), document_no="RMA-1")
    for one in (*opened().events, back, back, event("notified", 2, consignee_id="c2")):
        record(zone, one)
    assert not record(zone, back)
    (case,) = cases(zone)
    assert [one.kind for one in case.events] == ["opened", "notified", "returned"]
    assert case.events[2] == back
    assert case.opening == OPENING
    with pytest.raises(UnknownCase, match="RC-1"):
        find_case(zone, "RC-2")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"kind": "notified"}, "needs its consignee"),
        ({"kind": "returned", "consignee_id": "c1"}, "needs lot and quantity"),
        ({"kind": "returned", "consignee_id": "c1", "lot_id": "A:P:L1", "qty": Decimal(-1)}, "above zero"),
        ({"kind": "notified", "consignee_id": "c1", "lot_id": "A:P:L1", "qty": Decimal(1)}, "or neither"),
    ],
)
def test_an_event_that_says_nothing_is_refused(words: dict[str, Any], told: str) -> None:
    """Prevents a return without goods, or a notice to nobody."""
    with pytest.raises(CaseRefused, match=told):
        event(**words)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (event("notified", consignee_id="c9"), "no consignee"),
        (event("returned", consignee_id="c2", lot_id="A:P:L2", qty=Decimal(1)), "got nothing"),
        (event("notified", -1, consignee_id="c1"), "between the decision"),
        (event("notified", 24 * 30, consignee_id="c1"), "between the decision"),
    ],
)
def test_a_case_refuses_what_cannot_be(one: RecallEvent, told: str) -> None:
    """Prevents goods of others, or news from before the decision and from the future, from being counted."""
    with pytest.raises(CaseRefused, match=told):
        demand_takes(opened(), one, now=NOW)


def test_a_closed_case_takes_nothing_until_it_is_opened_again() -> None:
    """Prevents events that nobody looks at any more."""
    closed = opened(event("closed", 48))
    with pytest.raises(CaseRefused, match="is closed"):
        demand_takes(closed, event("notified", consignee_id="c1"), now=NOW)
    again = RecallEvent("RC-1", "opened", DECIDED, NOW, "qa", False, note="x", detail=opening_detail(OPENING))
    demand_takes(Case("RC-1", (*closed.events, again)), event("notified", consignee_id="c1"), now=NOW)


def test_a_return_that_was_told_and_posted_counts_once() -> None:
    """Prevents 120 % recovery because the clerk and the system both spoke."""
    posted = [
        Return("A:P:L1", "c1", "4900", "RMA-1", date(2026, 3, 4), Decimal(40)),
        Return("A:P:L1", "c1", "4800", "RMA-0", date(2026, 3, 1), Decimal(9)),
        Return("A:P:L9", "c1", "4901", "RMA-2", date(2026, 3, 4), Decimal(5)),
    ]
    case = opened(
        event("returned", 60, consignee_id="c1", lot_id="A:P:L1", qty=Decimal(38), document_no="RMA-1"),
        event("returned", 60, consignee_id="c1", lot_id="A:P:L2", qty=Decimal(2), document_no="RMA-7"),
        event("destroyed", 70, consignee_id="c1", lot_id="A:P:L2", qty=Decimal(18)),
    )
    effect = effect_of(case, posted, until=NOW, zone="Asia/Shanghai")
    first = next(row for row in effect.consignees if row.consignee_id == "c1")
    assert (first.recalled_qty, first.returned_qty, first.destroyed_qty, first.open_qty) == (120, 42, 18, 60)


def test_in_time_means_by_the_deadline() -> None:
    """Prevents a late notice from being called in time, and a missing one from being forgotten."""
    case = opened(event("notified", 24, consignee_id="c1"), event("notified", 24.1, consignee_id="c2"))
    effect = effect_of(case, [], until=NOW, zone="Asia/Shanghai")
    told = {row.consignee_id: row.is_notified_in_time for row in effect.consignees}
    assert told == {"c1": True, "c2": False, "c3": None}
    assert any("c3 was not notified" in point for point in effect.open_points)
    assert any("did not respond" in point for point in effect.open_points)


@pytest.mark.parametrize("seed", range(30))
def test_days_add_up_to_the_events(seed: int) -> None:
    """Prevents a share by day that differs from counting the events one by one."""
    chance = random.Random(seed)
    events = []
    for _ in range(chance.randint(0, 25)):
        who = chance.choice(["c1", "c2", "c3"])
        hours = chance.uniform(0, 24 * 19)
        if chance.random() < 0.5:
            events.append(event(chance.choice(["notified", "responded"]), hours, consignee_id=who))
        else:
            lot = {"c1": "A:P:L1", "c2": "A:Q:M1", "c3": "A:P:L2"}[who]
            kind = chance.choice(["returned", "destroyed", "corrected"])
            qty = Decimal(chance.randint(1, 9))
            events.append(event(kind, hours, consignee_id=who, lot_id=lot, qty=qty))
    effect = effect_of(opened(*events), [], until=NOW, zone="UTC")
    assert [day.day for day in effect.days] == [DECIDED.date() + timedelta(days=n) for n in range(21)]
    for day in effect.days:
        end = datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC) + timedelta(days=1)
        past = [one for one in events if one.happened_at < end]
        for kind, count in (("notified", day.notified_count), ("responded", day.responded_count)):
            assert count == len({one.consignee_id for one in past if one.kind == kind})
        pieces, weight = (
            sum((one.qty or Decimal(0) for one in past if (one.lot_id == "A:Q:M1") == is_weight), Decimal(0))
            for is_weight in (False, True)
        )
        assert [(one.uom_code, one.qty) for one in day.settled] == [("C62", pieces), ("KGM", weight)]
        assert day.settled[0].share == (pieces / 120).quantize(Decimal("0.0001"))
        assert day.notified_share == (Decimal(day.notified_count) / 3).quantize(Decimal("0.0001"))
    rows = {row.consignee_id: row for row in effect.consignees}
    for who, row in rows.items():
        done = sum((e.qty or Decimal(0) for e in events if e.consignee_id == who), Decimal(0))
        assert row.open_qty == row.recalled_qty - done
