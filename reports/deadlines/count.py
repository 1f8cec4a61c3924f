"""Count a deadline from its start.

rules + when it was decided, known, completed → Deadline. Days are counted in the zone of the authority: the
day of the start does not count and the last one ends at midnight, which is the first moment too late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from quality_rules.contract_arrival import load_calendar
from reports.deadlines.rule import Jurisdiction, Process, Rule, Start, load_rules

State = Literal["due", "before_acting", "waits", "uncovered", "elsewhere"]


@dataclass(frozen=True)
class Deadline:
    """One rule and when it falls due.

    Attributes:
        due_at: First moment that is too late (for 0 hours the start itself), None unless the state is due.
        state: due; before_acting; waits for its start; uncovered: the calendar ends earlier; elsewhere: no
            consignee in that jurisdiction.
    """

    rule: Rule
    state: State
    due_at: datetime | None


def deadlines(
    starts: Mapping[Start, datetime],
    *,
    process: Process,
    recall_class: int | None = None,
    jurisdictions: Collection[Jurisdiction],
    rules: Sequence[Rule] | None = None,
    on: date | None = None,
) -> tuple[Deadline, ...]:
    """Return the deadlines of a process, those of other jurisdictions marked as such.

    Args:
        starts: When it was decided, known or completed, with a zone; `decision` or `awareness` picks the
            version of the rules.
        process: Recall or adverse event.
        recall_class: 1, 2 or 3; None takes rules of every class.
        jurisdictions: Where goods went.
        rules: Other rules than those of rules.yaml, for tests.
        on: Day whose version of the rules is wanted; None takes that of the decision or the awareness.

    Raises:
        ValueError: a start has no zone, or there is neither a decision nor an awareness.
    """
    if any(moment.tzinfo is None for moment in starts.values()):
        raise ValueError("a start needs a zone; without one its day is not known")
    first = starts.get("decision") or starts.get("awareness")
    if first is None:
        raise ValueError("deadlines need the time of the decision or of the awareness")
    wanted = [
        rule
        for rule in (load_rules() if rules is None else rules)
        if rule.process == process
        and (not rule.classes or recall_class is None or recall_class in rule.classes)
        and rule.holds_on(on or first.astimezone(ZoneInfo(rule.zone)).date())
    ]
    return tuple(_deadline(rule, starts.get(rule.starts), jurisdictions) for rule in wanted)


def _deadline(rule: Rule, start: datetime | None, jurisdictions: Collection[Jurisdiction]) -> Deadline:
    if rule.jurisdiction not in jurisdictions:
        return Deadline(rule, "elsewhere", None)
    if rule.unit == "before":
        return Deadline(rule, "before_acting", None)
    if start is None:
        return Deadline(rule, "waits", None)
    local = start.astimezone(ZoneInfo(rule.zone))
    if rule.unit == "hours":
        # Hours pass on the clock of the world, also across a change of summer time.
        due = (start.astimezone(UTC) + timedelta(hours=rule.count)).astimezone(ZoneInfo(rule.zone))
        return Deadline(rule, "due", due)
    last = local.date() + timedelta(days=rule.count)
    if rule.unit == "working_days":
        counted = _after_working_days(local.date(), rule.count, rule.calendar or "")
        if counted is None:
            return Deadline(rule, "uncovered", None)
        last = counted
    return Deadline(rule, "due", datetime.combine(last + timedelta(days=1), time(), ZoneInfo(rule.zone)))


def _after_working_days(day: date, count: int, calendar: str) -> date | None:
    """The count-th working day after a day; None when the calendar does not reach that far."""
    idle, years = _calendar(calendar)
    while count:
        day += timedelta(days=1)
        if day.year not in years:
            return None
        count -= day not in idle
    return day


@cache
def _calendar(name: str) -> tuple[frozenset[date], frozenset[int]]:
    idle = load_calendar(name)
    # Every year a calendar covers has its weekends in it.
    return idle, frozenset(day.year for day in idle)
