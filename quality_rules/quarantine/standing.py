"""What all decisions come to: which record is fixed, accepted or rejected, and which decision stands.

decisions, in any order -> standing() -> Standing -> verdict rows, which typing and mart.quarantine read
The last word on a record wins; a revoked word was never spoken. A correction counts as long as the fix that
made it stands, and the record it replaces counts itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from quality_rules.quarantine.decision import Address, Decision

Outcome = Literal["fixed", "accepted", "rejected", "corrected"]
State = Literal["stands", "revoked", "overtaken", "withdrawn"]
OUTCOMES: Mapping[str, Outcome] = {"fix": "fixed", "accept": "accepted", "reject": "rejected"}
VERDICT_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("source_table", "file_sha256")),
        ("row_no", pa.int64()),
        *((name, pa.string()) for name in ("rule_id", "outcome", "decision_id", "person", "reason")),
        ("decided_at", pa.timestamp("us", "UTC")),
        ("pointer", pa.string()),
    ]
)


@dataclass(frozen=True, order=True)
class Verdict:
    """What holds for a record now.

    Attributes:
        rule_id: The rule that is waived when accepted, else ''.
        outcome: fixed, accepted, rejected; or corrected: the record is itself somebody's correction.
        pointer: `file:record` of the correction when fixed, of the replaced record when corrected, else ''.
    """

    source_table: str
    file_sha256: str
    row_no: int
    rule_id: str
    outcome: Outcome
    decision_id: str
    person: str
    reason: str
    decided_at: datetime
    pointer: str


@dataclass(frozen=True)
class Standing:
    """All verdicts by address, and the state of each decision by its id."""

    verdicts: Mapping[Address, tuple[Verdict, ...]]
    states: Mapping[str, State]

    def of(self, address: Address, rule_id: str) -> Verdict | None:
        """The verdict on a record and one rule it broke; None while it is open."""
        found = self.verdicts.get(address, ())
        return next((v for v in found if v.outcome != "corrected" and v.rule_id in ("", rule_id)), None)


def standing(decisions: Iterable[Decision]) -> Standing:
    """Folds decisions; their order in the argument does not matter, only the time each carries."""
    ordered = sorted(decisions, key=lambda decision: (decision.decided_at, decision.decision_id))
    revokes = {decision.revokes: decision for decision in ordered if decision.action == "revoke"}
    made = [decision for decision in ordered if decision.action != "revoke"]
    last = _last_words([decision for decision in made if decision.decision_id not in revokes])
    spoken = {word.decision_id for words in last.values() for word in words}
    fixes = {decision.correction: decision for decision in made if decision.action == "fix"}

    def counts(decision: Decision) -> bool:
        basis = fixes.get(decision.address)
        return decision.decision_id in spoken and (basis is None or counts(basis))

    verdicts: dict[Address, list[Verdict]] = defaultdict(list)
    for address, words in last.items():
        verdicts[address] += [_verdict(word) for word in words if counts(word)]
    for correction, fix in fixes.items():
        made_out = _corrected(fix) if counts(fix) else _withdrawn(fix, revokes.get(fix.decision_id))
        verdicts[correction].append(made_out)
    states: dict[str, State] = {decision.decision_id: "stands" for decision in revokes.values()}
    for decision in made:
        is_revoked, id_ = decision.decision_id in revokes, decision.decision_id
        states[id_] = _state(is_revoked=is_revoked, is_last=id_ in spoken, does_count=counts(decision))
    return Standing({address: tuple(sorted(found)) for address, found in verdicts.items() if found}, states)


def verdict_rows(verdicts: Iterable[Verdict]) -> pa.Table:
    """Verdicts as a table, in a fixed order."""
    return pa.Table.from_pylist([vars(verdict) for verdict in sorted(verdicts)], VERDICT_SCHEMA)


def _last_words(decisions: Sequence[Decision]) -> dict[Address, tuple[Decision, ...]]:
    """Per record the last fix or reject, or else the accepts after it, one per rule."""
    words: dict[Address, dict[str, Decision]] = defaultdict(dict)
    for decision in decisions:
        if decision.action != "accept":
            words[decision.address].clear()
        words[decision.address].pop("", None)
        words[decision.address][decision.rule_id] = decision
    return {address: tuple(found.values()) for address, found in words.items()}


def _state(*, is_revoked: bool, is_last: bool, does_count: bool) -> State:
    if is_revoked:
        return "revoked"
    if not is_last:
        return "overtaken"
    return "stands" if does_count else "withdrawn"


def _verdict(decision: Decision) -> Verdict:
    pointer = f"{decision.correction_sha256}:{decision.correction_row_no}" if decision.action == "fix" else ""
    return _about(decision.address, decision, OUTCOMES[decision.action], pointer)


def _corrected(fix: Decision) -> Verdict:
    return _about(fix.correction, fix, "corrected", f"{fix.file_sha256}:{fix.row_no}")


def _withdrawn(fix: Decision, revoke: Decision | None) -> Verdict:
    """A correction nobody stands by is kept out, by whoever revoked the fix or spoke after it."""
    return _about(fix.correction, revoke or fix, "rejected", "")


def _about(address: Address, decision: Decision, outcome: Outcome, pointer: str) -> Verdict:
    return Verdict(
        source_table=address.source_table,
        file_sha256=address.file_sha256,
        row_no=address.row_no,
        rule_id=decision.rule_id if outcome == "accepted" else "",
        outcome=outcome,
        decision_id=decision.decision_id,
        person=decision.person,
        reason=decision.reason,
        decided_at=decision.decided_at,
        pointer=pointer,
    )
