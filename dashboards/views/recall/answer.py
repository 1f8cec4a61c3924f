"""The answer to a question: the scope with its sums, kept per release; or why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass

from dashboards.ignorance import kept_books
from dashboards.release import OpenRelease, remember
from dashboards.views.recall.question import Question
from reports.recall.facts import demand_whole
from reports.recall.line import Line, lines_by_consignee
from reports.recall.totals import ConsigneeTotal, consignee_totals
from traceability.recall.difference import Change, difference
from traceability.recall.records import Scope
from traceability.recall.scope import scope_of
from traceability.recall.subject import Selection, select


@dataclass(frozen=True)
class Answer:
    """A scope.

    Attributes:
        lines: Goods of each consignee, device by device where devices are known.
        changes: Against the scope of an earlier moment; None where none was asked for.
        seconds: From the question to the scope with consignees and stock.
    """

    selection: Selection
    scope: Scope
    consignees: tuple[ConsigneeTotal, ...]
    lines: dict[str, list[Line]]
    changes: tuple[Change, ...] | None
    seconds: float


def answer(opened: OpenRelease, question: Question) -> Answer:
    """Return what a release knows to a question.

    Raises:
        RecallRefused: What is named is unknown, ambiguous or unreadable.
        ReportInvalid: The numbers of the scope contradict each other.
    """
    return remember(opened, f"recall {question}", lambda: _answer(opened, question))


def _answer(opened: OpenRelease, question: Question) -> Answer:
    con, books = opened.con, kept_books(opened)
    begin = time.perf_counter()
    selection = select(con, question.subjects, every=question.every)
    scope = scope_of(con, selection, known_by=question.known_by, narrowings=question.narrowings, books=books)
    seconds = time.perf_counter() - begin
    lines = lines_by_consignee(scope)
    demand_whole(scope, lines)
    changes = None
    if question.since is not None:
        before = scope_of(con, selection, known_by=question.since, narrowings=question.narrowings)
        changes = difference(before, scope)
    return Answer(selection, scope, consignee_totals(scope), lines, changes, seconds)
