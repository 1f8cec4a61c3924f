"""Deadlines: counted in the right zone, by the right calendar, from rules that say where they come from."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality_rules.contract_arrival import load_calendar
from reports.deadlines import deadlines, load_rules

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
# Days off written down by hand, independent of the calendar files: (first, last), weekend days worked.
CN_OFF = [(date(2026, 9, 25), date(2026, 9, 27)), (date(2026, 10, 1), date(2026, 10, 7))]
CN_WORKED = {date(2026, 9, 20), date(2026, 10, 10)}


def due(decided_at: datetime, rule_id: str, recall_class: int = 1) -> datetime | None:
    """When a rule falls due after a decision, with goods everywhere."""
    found = deadlines(
        {"decision": decided_at},
        process="recall",
        recall_class=recall_class,
        jurisdictions=["CN", "US", "EU"],
    )
    return {deadline.rule.id: deadline.due_at for deadline in found}[rule_id]


@pytest.mark.parametrize(("recall_class", "days"), [(1, 1), (2, 3), (3, 7)])
def test_users_are_told_within_one_three_or_seven_days(recall_class: int, days: int) -> None:
    """Prevents a class from getting another's time, and a holiday from prolonging it."""
    decided = datetime(2026, 9, 30, 16, 45, tzinfo=SHANGHAI)
    assert due(decided, f"CN-RECALL-USERS-{recall_class}", recall_class) == decided + timedelta(days=days)
    others = {1, 2, 3} - {recall_class}
    found = deadlines(
        {"decision": decided}, process="recall", recall_class=recall_class, jurisdictions=["CN"]
    )
    assert not {f"CN-RECALL-USERS-{other}" for other in others} & {d.rule.id for d in found}


@pytest.mark.parametrize(
    ("decided", "rule_id", "last_day"),
    [
        # Mid-autumn 25 to 27 September, National Day 1 to 7 October: five working days end on 9 October.
        (datetime(2026, 9, 24, 17, 0, tzinfo=SHANGHAI), "CN-RECALL-PLAN", date(2026, 10, 9)),
        # Saturday 10 October is worked in exchange.
        (datetime(2026, 10, 6, 9, 0, tzinfo=SHANGHAI), "CN-RECALL-PLAN", date(2026, 10, 13)),
        # Thanksgiving, 26 November, does not count: ten working days from Friday 20 November.
        (datetime(2026, 11, 20, 12, 0, tzinfo=NEW_YORK), "US-806-REPORT", date(2026, 12, 7)),
        # It is still Sunday 1 March in New York when Shanghai decides on Monday morning.
        (datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI), "US-806-REPORT", date(2026, 3, 13)),
    ],
)
def test_working_days_skip_the_holidays_of_their_country(
    decided: datetime, rule_id: str, last_day: date
) -> None:
    """Prevents a foreign calendar, a forgotten exchange day or the decider's own midnight."""
    end = due(decided, rule_id)
    assert end is not None
    assert (end - timedelta(seconds=1)).date() == last_day


@given(st.datetimes(datetime(2026, 9, 15), datetime(2026, 10, 14)))
def test_five_working_days_by_counting_them(moment: datetime) -> None:
    """Prevents an off-by-one that a few chosen days do not show."""
    decided = moment.replace(tzinfo=SHANGHAI)
    day, left = decided.date(), 5
    while left:
        day += timedelta(days=1)
        is_holiday = any(first <= day <= last for first, last in CN_OFF)
        is_worked = day in CN_WORKED or (day.weekday() < 5 and not is_holiday)
        left -= is_worked
    end = due(decided, "CN-RECALL-PLAN")
    assert end is not None
    assert (end.date(), end.time().isoformat()) == (day + timedelta(days=1), "00:00:00")


def test_hours_pass_through_summer_time() -> None:
    """Prevents an hour won or lost when a zone changes its clock within the time."""
    started = datetime(2026, 3, 7, 12, 0, tzinfo=NEW_YORK)
    hourly = dataclasses.replace(load_rules()[0], zone="America/New_York", jurisdiction="US")
    (found,) = deadlines(
        {"decision": started}, process="recall", recall_class=1, jurisdictions=["US"], rules=[hourly]
    )
    assert found.due_at is not None
    assert found.due_at.astimezone(UTC) - started.astimezone(UTC) == timedelta(hours=24)
    assert found.due_at.hour == 13


def test_a_year_without_a_calendar_is_not_guessed() -> None:
    """Prevents next year's holidays from being counted as working days because nobody has listed them."""
    found = deadlines(
        {"decision": datetime(2026, 12, 30, tzinfo=SHANGHAI)},
        process="recall",
        recall_class=1,
        jurisdictions=["CN"],
    )
    states = {deadline.rule.id: deadline.state for deadline in found}
    assert states["CN-RECALL-PLAN"] == "uncovered"
    assert states["CN-RECALL-EVALUATION"] == "waits"
    assert states["US-806-REPORT"] == "elsewhere"


def test_rules_hold_for_their_days_only() -> None:
    """Prevents a new order from being applied to an old decision, or an old one for ever."""
    old = load_rules()[0]
    ended = dataclasses.replace(old, valid_to=date(2026, 6, 30))
    new = dataclasses.replace(old, id="CN-NEW", count=12, valid_from=date(2026, 7, 1))
    for day, expected in ((date(2026, 6, 30), old.id), (date(2026, 7, 1), "CN-NEW")):
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
        found = deadlines(
            {"decision": moment}, process="recall", recall_class=1, jurisdictions=["CN"], rules=[ended, new]
        )
        assert [deadline.rule.id for deadline in found] == [expected]


def test_fsca_is_reported_before_acting() -> None:
    """Prevents a date where the law wants the report first."""
    found = deadlines(
        {"decision": datetime(2026, 3, 2, tzinfo=UTC)}, process="recall", recall_class=2, jurisdictions=["EU"]
    )
    states = {deadline.rule.id: deadline.state for deadline in found}
    assert states["EU-FSCA-REPORT"] == "before_acting"


def test_a_start_without_zone_is_refused() -> None:
    """Prevents a day that depends on the machine's clock setting."""
    with pytest.raises(ValueError, match="zone"):
        deadlines({"decision": datetime(2026, 3, 2)}, process="recall", jurisdictions=["CN"])


def test_us_holidays_follow_the_statute() -> None:
    """Prevents a holiday typed wrong: 5 U.S.C. 6103 worked out again, with the rule for weekends."""

    def nth(month: int, weekday: int, n: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))

    def observed(month: int, day: int, of: int) -> date:
        kept = date(of, month, day)
        return kept + timedelta(days={5: -1, 6: 1}.get(kept.weekday(), 0))

    expected = set()
    for year in range(2024, 2029):
        last_monday = max(day for n in (4, 5) if (day := nth(5, 0, n)).month == 5)
        expected |= {nth(1, 0, 3), nth(2, 0, 3), last_monday, nth(9, 0, 1), nth(10, 0, 2), nth(11, 3, 4)}
        expected |= {observed(m, d, year) for m, d in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))}
    listed = {day for day in load_calendar("us") if day.weekday() < 5}
    assert listed == {day for day in expected if 2024 <= day.year <= 2027}
