"""What all decisions come to: which records are joined, which kept apart, which values replaced.

decisions, in any order -> standing() -> Standing -> bond and override rows, which core.party reads
An undone decision was never made; one that needs two persons counts from the second on. The last override of
a value counts. Where a bond says "one" and another says "two", the records stay two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Literal

import pyarrow as pa

from master_data.identity.decision import IdentityDecision

State = Literal["stands", "pending", "undone", "overtaken"]
Kind = Literal["joined", "apart"]
_SIGNED = (
    *((name, pa.string()) for name in ("decision_id", "person", "reason")),
    ("decided_at", pa.timestamp("us", "UTC")),
)
BOND_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in ("role_code", "kind_code", "left_id", "right_id")), *_SIGNED]
)
OVERRIDE_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in ("role_code", "record_id", "attribute", "value")), *_SIGNED]
)


@dataclass(frozen=True, order=True)
class Bond:
    """Two records that a person calls one (joined) or two (apart); left_id < right_id."""

    role_code: str
    kind_code: Kind
    left_id: str
    right_id: str
    decision_id: str
    person: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, order=True)
class Override:
    """A value a person put in the place of a record's own; '' means no value."""

    role_code: str
    record_id: str
    attribute: str
    value: str
    decision_id: str
    person: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class Standing:
    """Bonds and overrides that count, sorted, and the state of each decision by its id."""

    bonds: tuple[Bond, ...]
    overrides: tuple[Override, ...]
    states: Mapping[str, State]


def standing(decisions: Iterable[IdentityDecision]) -> Standing:
    """Folds decisions; their order in the argument does not matter, only the time each carries."""
    ordered = sorted(decisions, key=lambda decision: (decision.decided_at, decision.decision_id))
    states = _states(ordered)
    counting = [decision for decision in ordered if states[decision.decision_id] == "stands"]
    bonds = [
        bond for decision in counting if decision.action in ("merge", "apart") for bond in _bonds(decision)
    ]
    overrides = [_override(decision) for decision in counting if decision.action == "override"]
    return Standing(tuple(sorted(bonds)), tuple(sorted(overrides)), states)


def bond_rows(found: Standing) -> pa.Table:
    """Bonds as a table, in a fixed order."""
    return pa.Table.from_pylist([vars(bond) for bond in found.bonds], BOND_SCHEMA)


def override_rows(found: Standing) -> pa.Table:
    """Overrides as a table, in a fixed order."""
    return pa.Table.from_pylist([vars(override) for override in found.overrides], OVERRIDE_SCHEMA)


def _states(ordered: list[IdentityDecision]) -> dict[str, State]:
    undone = _undone(ordered)
    approvers: dict[str, set[str]] = {}
    for decision in ordered:
        if decision.action == "approve" and decision.decision_id not in undone:
            approvers.setdefault(decision.refers_to, set()).add(decision.signer)
    states = {decision.decision_id: _stage(decision, undone, approvers) for decision in ordered}
    overrides = [d for d in ordered if d.action == "override" and states[d.decision_id] == "stands"]
    last = {_cell(decision): decision.decision_id for decision in overrides}
    overtaken = {d.decision_id for d in overrides if last[_cell(d)] != d.decision_id}
    return states | dict.fromkeys(sorted(overtaken), "overtaken")


def _undone(ordered: list[IdentityDecision]) -> set[str]:
    """Newest first, because an undo counts only while it is not undone itself."""
    undone: set[str] = set()
    for decision in reversed(ordered):
        if decision.action == "undo" and decision.decision_id not in undone:
            undone.add(decision.refers_to)
    return undone


def _cell(decision: IdentityDecision) -> tuple[str, str, str]:
    return decision.role_code, decision.left_ids[0], decision.attribute


def _stage(decision: IdentityDecision, undone: set[str], approvers: Mapping[str, set[str]]) -> State:
    if decision.decision_id in undone:
        return "undone"
    others = approvers.get(decision.decision_id, set()) - {decision.signer}
    return "pending" if decision.persons_needed > 1 + len(others) else "stands"


def _bonds(decision: IdentityDecision) -> list[Bond]:
    """A merge ties the two canonical records; an apart parts every record of one side from every other's."""
    pairs = (
        [(decision.left_ids[0], decision.right_ids[0])]
        if decision.action == "merge"
        else list(product(decision.left_ids, decision.right_ids))
    )
    kind: Kind = "joined" if decision.action == "merge" else "apart"
    return [
        Bond(
            decision.role_code,
            kind,
            min(pair),
            max(pair),
            decision.decision_id,
            decision.person,
            decision.reason,
            decision.decided_at,
        )
        for pair in pairs
    ]


def _override(decision: IdentityDecision) -> Override:
    return Override(
        decision.role_code,
        decision.left_ids[0],
        decision.attribute,
        decision.after,
        decision.decision_id,
        decision.person,
        decision.reason,
        decision.decided_at,
    )
