"""Decisions on who is who: what they come to in any order, what they refuse to be, and that they are kept."""

import random
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.raw_zone import RawZone
from master_data.identity.decision import (
    DecisionRefused,
    IdentityDecision,
    read_decisions,
    record_decisions,
)
from master_data.identity.standing import Standing, bond_rows, override_rows, standing

START = datetime(2026, 1, 1, tzinfo=UTC)
RECORDS = ("a:1", "a:2", "b:1", "b:2")


def decide(id_: str, at: int, action: str, person: str = "li", **words: object) -> IdentityDecision:
    """A decision at second `at`."""
    when = START + timedelta(seconds=at)
    return IdentityDecision(id_, when, person, "because", action, "supplier", **words)


def merge(id_: str, at: int, left: str, right: str, **words: object) -> IdentityDecision:
    """A merge of two records."""
    return decide(id_, at, "merge", left_ids=(left,), right_ids=(right,), **words)


def override(id_: str, at: int, after: str, **words: object) -> IdentityDecision:
    """A name put in the place of that of a:1."""
    return decide(id_, at, "override", left_ids=("a:1",), attribute="name", after=after, **words)


def pairs(found: Standing) -> set[tuple[str, str, str]]:
    """(kind, left, right) of every bond."""
    return {(bond.kind_code, bond.left_id, bond.right_id) for bond in found.bonds}


def test_a_merge_ties_canonical_records_and_an_apart_parts_everyone() -> None:
    """Prevents a half-kept border: one member of a party slipping over to the other side."""
    two = decide("x", 1, "apart", left_ids=("b:1", "b:2"), right_ids=("a:1", "a:2"))
    one = decide("y", 2, "merge", left_ids=("b:1", "b:2"), right_ids=("a:1", "a:2"))
    assert pairs(standing([two])) == {("apart", a, b) for a, b in product(("a:1", "a:2"), ("b:1", "b:2"))}
    assert pairs(standing([one])) == {("joined", "a:1", "b:1")}


def test_an_undone_decision_was_never_made() -> None:
    """Prevents traces of a merge that was taken back, and an override that stays after its undoing."""
    first, second = override("n1", 1, "Alpha"), override("n2", 2, "Beta")
    undo = decide("u", 3, "undo", refers_to="n2")
    assert [found.value for found in standing([first, second]).overrides] == ["Beta"]
    assert standing([first, second]).states == {"n1": "overtaken", "n2": "stands"}
    after, before = standing([first, second, undo]), standing([first])
    assert (after.bonds, after.overrides) == (before.bonds, before.overrides)
    assert after.states == {"n1": "stands", "n2": "undone", "u": "stands"}


@pytest.mark.parametrize(("approver", "state"), [("li", "pending"), (" LI ", "pending"), ("wang", "stands")])
def test_two_persons_are_two_persons(approver: str, state: str) -> None:
    """Prevents approving one's own decision, also under one's own name written otherwise."""
    asked = merge("m", 1, "a:1", "b:1", persons_needed=2)
    answer = decide("ok", 2, "approve", person=approver, refers_to="m")
    assert standing([asked]).states["m"] == "pending" and not standing([asked]).bonds
    found = standing([asked, answer])
    assert found.states["m"] == state and bool(found.bonds) == (state == "stands")


def test_a_pending_override_leaves_the_one_before_in_force() -> None:
    """Prevents a value nobody has approved from removing the approved one."""
    found = standing([override("n1", 1, "Alpha"), override("n2", 2, "Beta", persons_needed=2)])
    assert [o.value for o in found.overrides] == ["Alpha"]
    assert found.states == {"n1": "stands", "n2": "pending"}


def test_a_decision_needs_a_person_and_a_reason() -> None:
    """Prevents an anonymous merge, and one without a reason (GMP: who, what, when, why)."""
    words = {"left_ids": ("a:1",), "right_ids": ("b:1",)}
    for person, reason in (("", "why"), ("li", "  ")):
        with pytest.raises(DecisionRefused):
            IdentityDecision("d", START, person, reason, "merge", "supplier", **words)


@pytest.mark.parametrize(
    "words",
    [
        {"action": "merge", "left_ids": ("a:1",)},
        {"action": "merge", "left_ids": ("a:1",), "right_ids": ("a:1",)},
        {"action": "override", "left_ids": ("a:1",)},
        {"action": "approve"},
        {"action": "undo", "refers_to": "d", "left_ids": ("a:1",)},
        {"action": "divorce", "refers_to": "d"},
    ],
)
def test_half_a_decision_is_none(words: dict[str, object]) -> None:
    """Prevents events that could be read in two ways from reaching the table for ever."""
    with pytest.raises(ValueError, match="not a decision"):
        decide("d", 1, **words)


@st.composite
def histories(draw: st.DrawFn) -> list[IdentityDecision]:
    """A mixed history, each event at its own second."""
    made: list[IdentityDecision] = []
    for n in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["merge", "apart", "override", *["undo", "approve"][: 2 * bool(made)]]))
        needed = draw(st.sampled_from([1, 2]))
        if kind in ("undo", "approve"):
            about = draw(st.sampled_from(made)).decision_id
            made.append(decide(f"d{n}", n, kind, draw(st.sampled_from(["li", "wang"])), refers_to=about))
        elif kind == "override":
            made.append(override(f"d{n}", n, f"name {n}", persons_needed=needed))
        else:
            left, right = draw(st.permutations(RECORDS))[:2]
            made.append(decide(f"d{n}", n, kind, left_ids=(left,), right_ids=(right,), persons_needed=needed))
    return made


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_decisions_are_read_changes_nothing(
    made: list[IdentityDecision], rng: random.Random
) -> None:
    """Prevents two readers of one table from telling who is who differently."""
    shuffled = rng.sample(made, len(made))
    assert standing(shuffled) == standing(made)
    assert bond_rows(standing(shuffled)).equals(bond_rows(standing(made)))
    assert override_rows(standing(shuffled)).equals(override_rows(standing(made)))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_undoing_the_newest_gives_what_held_before_it(made: list[IdentityDecision]) -> None:
    """Prevents an undo that restores something else than the state from before."""
    *before, last = made
    undo = decide("undo", 99, "undo", refers_to=last.decision_id)
    now, then = standing([*made, undo]), standing(before)
    assert (now.bonds, now.overrides) == (then.bonds, then.overrides)


def test_decisions_are_kept_as_they_were_made(tmp_path: Path) -> None:
    """Prevents a decision that changes on its way through the raw zone, or is counted twice."""
    zone = RawZone(tmp_path)
    made = (
        decide("x", 1, "apart", left_ids=("a:1", 'a:"2"'), right_ids=("b:1", "b:张")),
        override("n", 2, "", before="Alpha", persons_needed=2),
    )
    assert read_decisions(zone) == ()
    record_decisions(zone, made)
    record_decisions(zone, made)
    assert read_decisions(zone) == made
