"""The life of a release as literal tables: what is allowed where, and what readers get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lakehouse.releases import Action, Book, IllegalStep, State, Step, rule_for, why_kept

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
RA, QA, STEWARD = "regulatory_affairs", "quality_assurance", "data_steward"


def propose(number: int, kind: str = "regulatory") -> Step:
    facts = {"rule": rule_for(kind).as_dict(), "manifest_sha256": f"{number:064d}"}
    return Step(Action.PROPOSE, number, "refresh", facts=facts)


def gate(number: int, *blocking: str) -> Step:
    return Step(Action.GATE, number, "medlake", facts={"blocking": list(blocking)})


def approve(number: int, who: str, role: str, key: str = "") -> Step:
    facts = {"role": role, "key_id": key or f"key of {who}", "envelope_sha256": "ab"}
    return Step(Action.APPROVE, number, who, facts=facts)


def release(number: int) -> Step:
    return Step(Action.RELEASE, number, "medlake")


def break_glass(number: int, who: str, role: str, hours: int = 72) -> Step:
    facts = approve(number, who, role).facts
    return Step(Action.BREAK_GLASS, number, who, "recall tonight", {**facts, "hours": hours})


def withdraw(number: int, role: str = QA, **facts: Any) -> Step:
    return Step(
        Action.WITHDRAW, number, "wang.wei", "wrong", {"role": role, "envelope_sha256": "cd", **facts}
    )


def roll_back(number: int) -> Step:
    return Step(Action.ROLL_BACK, number, "wang.wei", "wrong", {"role": QA, "envelope_sha256": "cd"})


def after(*steps: Step, every: timedelta = HOUR) -> Book:
    book = Book()
    for count, step in enumerate(steps):
        book.take(step, START + count * every)
    return book


ROUTINE = (propose(1, "routine"), gate(1), release(1))
SIGNED = (approve(2, "li.na", RA), approve(2, "wang.wei", QA))
GATED = (propose(2), gate(2))
REGULATORY = (*GATED, *SIGNED, release(2))
NEXT = (propose(3, "routine"), gate(3), release(3))
ALONE = break_glass(2, "wang.wei", QA, hours=2)


@pytest.mark.parametrize(
    ("steps", "state", "current"),
    [
        ((propose(1),), State.CANDIDATE, None),
        ((propose(1), gate(1)), State.GATED, None),
        ((propose(1), gate(1, "DQ-LOT-004")), State.BLOCKED, None),
        (ROUTINE, State.RELEASED, 1),
        ((*ROUTINE, withdraw(1)), State.WITHDRAWN, None),
        ((*ROUTINE, *REGULATORY[:3]), State.GATED, 1),
        ((*ROUTINE, *REGULATORY[:4]), State.APPROVED, 1),
        ((*ROUTINE, *REGULATORY), State.RELEASED, 2),
        ((*ROUTINE, *REGULATORY, withdraw(2)), State.WITHDRAWN, 1),
        ((*ROUTINE, *REGULATORY, roll_back(1)), State.SUPERSEDED, 1),
        ((*ROUTINE, *REGULATORY, roll_back(1), roll_back(2)), State.RELEASED, 2),
        ((*ROUTINE, *REGULATORY[:4], *NEXT), State.APPROVED, 3),
        ((*ROUTINE, *REGULATORY[:4], *NEXT, release(2)), State.SUPERSEDED, 3),
        ((*ROUTINE, *GATED, ALONE), State.RELEASED, 2),
        ((*ROUTINE, *GATED, ALONE, SIGNED[0], propose(3), gate(3)), State.RELEASED, 2),
        ((*ROUTINE, *GATED, ALONE, propose(3)), State.RELEASED, 2),
        ((*ROUTINE, *GATED, ALONE, propose(3), gate(3)), State.LAPSED, 1),
        ((*ROUTINE, *GATED, ALONE, *NEXT), State.LAPSED, 3),
    ],
)
def test_where_a_release_stands(steps: tuple[Step, ...], state: State, current: int | None) -> None:
    """Prevents readers from getting a release before its time, or keeping one after it."""
    book = after(*steps)
    assert (book.entries[min(2, book.newest)].state, book.current) == (state, current)


@pytest.mark.parametrize(
    ("before", "step", "says"),
    [
        ((propose(2),), release(2), "is candidate"),
        (GATED, release(2), "needs the signature of: regulatory_affairs, quality_assurance"),
        ((*GATED, SIGNED[0]), release(2), "needs the signature of: quality_assurance"),
        ((propose(2), gate(2, "X")), release(2), "is blocked"),
        ((propose(2), gate(2, "X")), approve(2, "li.na", RA), "is blocked"),
        ((propose(2), gate(2, "X")), break_glass(2, "wang.wei", QA), "is blocked"),
        ((*GATED, SIGNED[0]), approve(2, "li.na", QA), "signed release 000002 already"),
        ((*GATED, SIGNED[0]), approve(2, "wang.wei", QA, "key of li.na"), "signed release 000002 already"),
        ((*GATED, SIGNED[0]), approve(2, "chen", RA), "still needed: quality_assurance"),
        (GATED, approve(2, "chen", STEWARD), "needs no signature as data_steward"),
        (GATED, approve(2, "refresh", QA), "refresh made this candidate"),
        (GATED, break_glass(2, "li.na", RA), "lets no regulatory_affairs"),
        (GATED, break_glass(2, "wang.wei", QA, 73), "for 73 hours"),
        (GATED, break_glass(2, "wang.wei", QA, 0), "for 0 hours"),
        (ROUTINE, roll_back(1), "is released"),
        ((*ROUTINE, withdraw(1)), roll_back(1), "is withdrawn"),
        ((*ROUTINE, withdraw(1)), withdraw(1), "is withdrawn"),
        (ROUTINE, withdraw(1, role="visitor"), "only data_steward"),
        (REGULATORY, withdraw(2, role=STEWARD), "only regulatory_affairs"),
        (REGULATORY, withdraw(2, envelope_sha256=""), "must be signed"),
        (REGULATORY, Step(Action.WITHDRAW, 2, "x", " "), "give a reason"),
        (REGULATORY, propose(2), "was used before"),
        (REGULATORY, Step(Action.RETIRE, 2, "x", "old"), "is released"),
        (REGULATORY, Step(Action.HOLD, 7, "x", "court"), "there is no release 000007"),
    ],
)
def test_what_is_refused(before: tuple[Step, ...], step: Step, says: str) -> None:
    """Prevents a step out of turn, by the wrong person or unsigned; nothing may change by the attempt."""
    book = after(*before)
    entries, tenures = dict(book.entries), list(book.tenures)
    with pytest.raises(IllegalStep, match=says):
        book.take(step, START + 20 * HOUR)
    assert (book.entries, book.tenures) == (entries, tenures)


def test_as_of_gives_what_readers_got_then() -> None:
    """Prevents a question about the past from being answered by what was released or lapsed later."""
    book = after(*ROUTINE, propose(2), gate(2), break_glass(2, "wang.wei", QA, 2))
    book.lapse(START + 30 * HOUR)
    at = [(hours, book.at(START + hours * HOUR)) for hours in (1, 2, 4.9, 5, 6.9, 7, 29)]
    assert at == [(1, None), (2, 1), (4.9, 1), (5, 2), (6.9, 2), (7, 1), (29, 1)]


def test_what_keeps_a_release() -> None:
    """Prevents a release from going that readers get, a hold names, or whose time has not passed."""
    book = after(*ROUTINE, *REGULATORY)
    late = START + timedelta(days=31)
    assert why_kept(book.entries[1], START + 8 * HOUR)[0][1] == "release 000001 is kept until 2026-02-04"
    assert why_kept(book.entries[1], late) == []
    assert why_kept(book.entries[2], late)[0][1] == "release 000002 is released"
    book.take(Step(Action.HOLD, 1, "chen", "case 17"), START + 9 * HOUR)
    assert why_kept(book.entries[1], late) == [
        ("发布 000001 被保全：case 17", "release 000001 is held: case 17")
    ]
    with pytest.raises(IllegalStep, match="is held: case 17"):
        book.take(Step(Action.RETIRE, 1, "chen", "old"), late)
    book.take(Step(Action.FREE, 1, "chen", "case closed"), late)
    book.take(Step(Action.RETIRE, 1, "chen", "old"), late)
    assert book.entries[1].state is State.RETIRED
