"""Decisions as events: what they come to, whatever their order, and what they refuse to be."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.raw_zone import RawZone
from quality_rules.quarantine.decision import (
    Address,
    Decision,
    DecisionRefused,
    read_decisions,
    record_decisions,
)
from quality_rules.quarantine.standing import Standing, standing

START = datetime(2026, 1, 1, tzinfo=UTC)
RECORDS = [Address("t", "f", 1), Address("t", "f", 2), Address("u", "f", 1)]


def decide(id_: str, at: int, action: str, address: Address = RECORDS[0], **words: object) -> Decision:
    """A decision at second `at`."""
    return Decision(id_, START + timedelta(seconds=at), "li", "because", action, *address, **words)


def fix(id_: str, at: int, address: Address = RECORDS[0]) -> Decision:
    """A fix whose correction lies in a file called after it."""
    return decide(id_, at, "fix", address, correction_sha256=f"c-{id_}", correction_row_no=1)


def outcomes(found: Standing) -> dict[Address, set[tuple[str, str]]]:
    """(outcome, rule) by address."""
    return {at: {(v.outcome, v.rule_id) for v in verdicts} for at, verdicts in found.verdicts.items()}


def test_the_last_word_wins() -> None:
    """Prevents a rejection from being outvoted by what was said before it, or from lasting for ever."""
    accept, reject = decide("a", 1, "accept", rule_id="R1"), decide("b", 2, "reject")
    again = decide("c", 3, "accept", rule_id="R2")
    assert outcomes(standing([accept, reject])) == {RECORDS[0]: {("rejected", "")}}
    found = standing([accept, reject, again])
    assert outcomes(found) == {RECORDS[0]: {("accepted", "R2")}}
    assert found.states == {"a": "overtaken", "b": "overtaken", "c": "stands"}
    assert found.of(RECORDS[0], "R1") is None


def test_accepts_of_several_rules_stand_together() -> None:
    """Prevents the second waiver on a record from cancelling the first."""
    found = standing([decide("a", 1, "accept", rule_id="R1"), decide("b", 2, "accept", rule_id="R2")])
    assert outcomes(found) == {RECORDS[0]: {("accepted", "R1"), ("accepted", "R2")}}


def test_a_fix_that_no_longer_stands_takes_the_whole_chain_of_corrections_with_it() -> None:
    """Prevents a correction of a withdrawn correction from staying in the numbers."""
    first = fix("a", 1)
    second = fix("b", 2, first.correction)
    third = decide("c", 3, "accept", second.correction, rule_id="R1")
    standing_all = outcomes(standing([first, second, third]))
    assert standing_all == {
        RECORDS[0]: {("fixed", "")},
        first.correction: {("fixed", ""), ("corrected", "")},
        second.correction: {("accepted", "R1"), ("corrected", "")},
    }
    found = standing([first, second, third, decide("d", 4, "revoke", revokes="a")])
    assert outcomes(found) == {first.correction: {("rejected", "")}, second.correction: {("rejected", "")}}
    assert found.states == {"a": "revoked", "b": "withdrawn", "c": "withdrawn", "d": "stands"}


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions as people would make them, corrections of corrections and revokes included."""
    made: list[Decision] = []
    for n in range(draw(st.integers(0, 9))):
        places = [*RECORDS, *(decision.correction for decision in made if decision.action == "fix")]
        address = draw(st.sampled_from(places))
        match draw(st.sampled_from(["fix", "accept", "reject", "revoke"])):
            case "fix":
                made.append(fix(f"d{n}", n, address))
            case "accept":
                made.append(
                    decide(f"d{n}", n, "accept", address, rule_id=draw(st.sampled_from(["R1", "R2"])))
                )
            case "reject":
                made.append(decide(f"d{n}", n, "reject", address))
            case _ if undoable := [d for d in made if d.action != "revoke"]:
                undone = draw(st.sampled_from(undoable))
                made.append(decide(f"d{n}", n, "revoke", undone.address, revokes=undone.decision_id))
    return made


@settings(deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_read_does_not_matter(made: list[Decision], rng: random.Random) -> None:
    """Prevents a state that depends on the order of files in a Delta table."""
    shuffled = list(made)
    rng.shuffle(shuffled)
    assert standing(shuffled) == standing(made)


@settings(deadline=None)
@given(histories())
def test_revoking_everything_leaves_every_first_record_open(made: list[Decision]) -> None:
    """Prevents a decision from leaving a mark on the record after it was taken back."""
    undo = [
        decide(f"r{n}", 100 + n, "revoke", decision.address, revokes=decision.decision_id)
        for n, decision in enumerate(made)
        if decision.action != "revoke"
    ]
    found = standing([*made, *undo])
    assert not {at for at in found.verdicts if at in RECORDS}
    assert {verdict.outcome for verdicts in found.verdicts.values() for verdict in verdicts} <= {"rejected"}


@settings(deadline=None)
@given(histories())
def test_one_record_never_has_two_fates(made: list[Decision]) -> None:
    """Prevents a record that is fixed and rejected at once, which would count it twice."""
    for verdicts in standing(made).verdicts.values():
        fates = [verdict for verdict in verdicts if verdict.outcome != "corrected"]
        assert len({verdict.rule_id for verdict in fates}) == len(fates)
        assert len(fates) == 1 or {verdict.outcome for verdict in fates} <= {"accepted"}


def test_decisions_come_back_as_they_were_made(tmp_path) -> None:
    """Prevents a lost or doubled decision: the same batch written again changes nothing."""
    zone = RawZone(tmp_path)
    made = (
        fix("a", 1),
        decide("b", 2, "accept", RECORDS[1], rule_id="R1"),
        decide("c", 3, "reject", RECORDS[2]),
    )
    assert read_decisions(zone) == ()
    record_decisions(zone, made)
    record_decisions(zone, made)
    assert read_decisions(zone) == made


@pytest.mark.parametrize("words", [{"reason": " "}, {"person": ""}])
def test_a_decision_needs_a_person_and_a_reason(words: dict[str, str]) -> None:
    """Prevents decisions nobody answers for."""
    terms = {"person": "li", "reason": "because"} | words
    with pytest.raises(DecisionRefused, match=next(iter(words))):
        Decision("a", START, action="reject", **terms, **RECORDS[0]._asdict())


def test_a_decision_does_not_borrow_the_words_of_another() -> None:
    """Prevents a fix without a correction, and an accept of no rule."""
    for action in ("fix", "accept", "revoke"):
        with pytest.raises(ValueError, match="words of another"):
            decide("a", 1, action)
