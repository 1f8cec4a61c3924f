"""Random histories of releases, judged by plain rules that know nothing of states.

The rules read the history itself: which gate failed, who signed before, what was withdrawn, what ran out.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest

from lakehouse.releases import Action, Book, IllegalStep, State, Step, rule_for
from tests.conftest import Storm

pytestmark = pytest.mark.storm
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
RULES = {kind: rule_for(kind).as_dict() for kind in ("routine", "regulatory")}
ROLES = ["regulatory_affairs", "quality_assurance", "quality_assurance", "data_steward"]
PEOPLE = ["li", "wang", "chen"]
ACTIONS = [a for a in Action if a is not Action.ADOPT]
# What leads on from a state; without it most histories would end before they begin.
LIKELY = {
    State.CANDIDATE: [Action.GATE],
    State.GATED: [Action.APPROVE, Action.APPROVE, Action.APPROVE, Action.RELEASE, Action.BREAK_GLASS],
    State.APPROVED: [Action.RELEASE],
    State.RELEASED: [Action.APPROVE, Action.APPROVE, Action.PROPOSE, Action.PROPOSE, Action.WITHDRAW],
    State.SUPERSEDED: [Action.ROLL_BACK, Action.RETIRE],
}

History = list[tuple[datetime, Step]]


def attempt(random: Random, book: Book) -> Step:
    """Any step at all, more often one that leads on, about one of the newest three releases."""
    newest = book.newest
    number = max(1, newest - random.choice([0, 0, 0, 1, 2]))
    likely = LIKELY.get(book.entries[number].state) if book.entries else None
    action = random.choice(likely if likely and random.random() < 0.7 else ACTIONS)
    if newest == 0:
        action = Action.PROPOSE
    why = random.choice(["because"] * 9 + [" "])
    if action is Action.PROPOSE:
        facts: dict[str, Any] = {"rule": RULES[random.choice(list(RULES))], "manifest_sha256": "00"}
        number = newest + random.choice([0, 1, 1, 1])
        return Step(action, number, random.choice(["medlake", "medlake", "li"]), why, facts)
    who = random.choice(PEOPLE)
    facts = {
        "role": random.choice(ROLES),
        "key_id": random.choice([who] * 5 + ["stolen"]),
        "envelope_sha256": random.choice(["ab", "ab", ""]),
        "hours": random.choice([0, 5, 72, 72, 73]),
        "blocking": ["DQ-LOT-004"] if random.random() < 0.2 else [],
    }
    return Step(action, number, who, why, facts)


def about(history: History, number: int, *actions: Action) -> History:
    return [(at, step) for at, step in history if step.number == number and step.action in actions]


def signed_at(history: History, number: int) -> datetime | None:
    """When every needed role had signed: each another person with another key, none of them the maker."""
    ((made_at, made),) = about(history, number, Action.PROPOSE)
    needed = [n["role"] for n in made.facts["rule"]["needed"]]
    found = [made_at] if not needed else []
    signatures = about(history, number, Action.APPROVE, Action.BREAK_GLASS)
    for chosen in permutations(signatures, len(needed)) if needed else ():
        steps = [step for _, step in chosen]
        people, keys = {s.who for s in steps}, {s.facts["key_id"] for s in steps}
        is_full = [s.facts["role"] for s in steps] == needed and made.who not in people
        if is_full and len(people) == len(keys) == len(needed):
            found.append(max(at for at, _ in chosen))
    return min(found, default=None)


def may_be_read(history: History, number: int, now: datetime) -> bool:
    """Whether readers may get this release now."""
    gates = about(history, number, Action.GATE)
    if not gates or any(step.facts["blocking"] for _, step in gates):
        return False
    if about(history, number, Action.WITHDRAW, Action.RETIRE):
        return False
    complete = signed_at(history, number)
    if glass := about(history, number, Action.BREAK_GLASS):
        ((broken, step),) = glass
        until = broken + timedelta(hours=step.facts["hours"])
        alone = step.facts["role"] == "quality_assurance" and 0 < step.facts["hours"] <= 72
        return (alone and now < until) or (complete is not None and complete < until)
    released = about(history, number, Action.RELEASE)
    return bool(released) and complete is not None and complete <= released[0][0]


def could_be_released(history: History, number: int) -> bool:
    """Whether nothing but the word is missing: refusing then would be an error too."""
    gates = about(history, number, Action.GATE)
    if not gates or any(step.facts["blocking"] for _, step in gates):
        return False
    over = about(history, number, Action.WITHDRAW, Action.RETIRE, Action.RELEASE, Action.BREAK_GLASS)
    return not over and signed_at(history, number) is not None


def live(random: Random, counts: Counter[str]) -> None:
    """One history; after every step what readers get must be what the plain rules let them get.

    Asked again at the end, the past must be what was seen then.
    """
    book, history, now, seen = Book(), History(), START, list[tuple[datetime, int | None]]()
    for _ in range(random.randint(5, 60)):
        now += timedelta(minutes=random.choice([1, 30, 60, 600, 3000]))
        step = attempt(random, book)
        could = step.action is Action.RELEASE and could_be_released(history, step.number)
        try:
            book.take(step, now)
        except IllegalStep:
            counts["refused"] += 1
            assert not could, (step, history)
        else:
            history.append((now, step))
            counts[step.action] += 1
        if book.current is not None:
            assert may_be_read(history, book.current, now), (book.current, history)
            counts["looks"] += 1
        seen.append((now, book.current))
    assert [(at, book.at(at)) for at, _ in seen] == seen


def test_no_illegal_publication(storm: Storm) -> None:
    """Prevents any order of steps from showing what was not gated, not signed in time, or withdrawn."""
    random, counts = storm.random(), Counter[str]()
    histories = storm.size(sample=400, full=10_000)
    for _ in range(histories):
        live(random, counts)
    assert min(counts[a] for a in Action if a not in {Action.ADOPT, Action.RETIRE}) > histories / 50, counts
    storm.report("release states", histories=histories, illegal=0, wrongly_refused=0, **counts)
