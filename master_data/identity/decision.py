"""Decisions of stewards on who is who: events that are added and never changed.

a merge, apart, override, approve or undo of a person -> IdentityDecision -> table medlake__identity_decision
What the events come to together is master_data.identity.standing's business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, get_args

import pyarrow as pa

from lakehouse.raw_zone import RawZone

IDENTITY_DECISION = "medlake__identity_decision"
IDENTITY_DECISION_SCHEMA = pa.schema(
    [
        ("decision_id", pa.string()),
        ("decided_at", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in ("person", "reason", "action", "role_code")),
        *((name, pa.string()) for name in ("left_ids", "right_ids", "attribute", "before", "after")),
        ("persons_needed", pa.int64()),
        ("refers_to", pa.string()),
    ]
)

Action = Literal["merge", "apart", "override", "approve", "undo"]
Role = Literal["supplier", "customer"]


class DecisionRefused(ValueError):
    """A decision that may not be made; the message says why and what to do, Chinese | English."""


@dataclass(frozen=True)
class IdentityDecision:
    """One decision of one person.

    Attributes:
        left_ids: Records it is about, `<system>:<code>`, the canonical one first; those of the other side in
            right_ids. A merge joins the first of each; an apart keeps every left from every right one.
        attribute: What an override sets on the first left record, else ''.
        before: Value the record gave when an override was made, else ''.
        after: Value an override puts in its place; '' means no value.
        persons_needed: 1, or 2 when it only counts once somebody else has approved it.
        refers_to: The decision that an approve or an undo is about, else ''.
    """

    decision_id: str
    decided_at: datetime
    person: str
    reason: str
    action: Action
    role_code: Role
    left_ids: tuple[str, ...] = ()
    right_ids: tuple[str, ...] = ()
    attribute: str = ""
    before: str = ""
    after: str = ""
    persons_needed: int = 1
    refers_to: str = ""

    def __post_init__(self) -> None:
        for what, zh in (("person", "决定人"), ("reason", "理由")):
            if not getattr(self, what).strip():
                raise DecisionRefused(f"必须写明{zh} | A decision needs its {what}; name it")
        words = (bool(self.left_ids), bool(self.right_ids), bool(self.attribute), bool(self.refers_to))
        wanted = {
            "merge": (True, True, False, False),
            "apart": (True, True, False, False),
            "override": (True, False, True, False),
            "approve": (False, False, False, True),
            "undo": (False, False, False, True),
        }
        if self.action not in wanted or words != wanted[self.action]:
            raise ValueError(f"not a decision, or one with the words of another: {self}")
        if self.role_code not in get_args(Role) or self.persons_needed not in (1, 2):
            raise ValueError(f"not a decision: {self}")
        if self.decided_at.tzinfo is None or set(self.left_ids) & set(self.right_ids):
            raise ValueError(f"not a decision: {self}")

    @property
    def signer(self) -> str:
        """The person, for telling two persons apart: letter case and blanks make nobody another."""
        return " ".join(self.person.split()).casefold()


def record_decisions(zone: RawZone, decisions: Sequence[IdentityDecision]) -> None:
    """Adds decisions durably, all or none; the same ones again change nothing."""
    zone.ensure(IDENTITY_DECISION, IDENTITY_DECISION_SCHEMA)
    ids = "".join(sorted(decision.decision_id for decision in decisions))
    zone.append(IDENTITY_DECISION, decision_rows(decisions), [hashlib.sha256(ids.encode()).hexdigest()])


def read_decisions(zone: RawZone) -> tuple[IdentityDecision, ...]:
    """Every decision ever made, oldest first."""
    return decisions_of(zone.read(IDENTITY_DECISION)) if zone.exists(IDENTITY_DECISION) else ()


def decision_rows(decisions: Sequence[IdentityDecision]) -> pa.Table:
    """Decisions as rows of the table; lists of records as JSON."""
    rows = [
        asdict(decision) | {name: json.dumps(getattr(decision, name)) for name in ("left_ids", "right_ids")}
        for decision in decisions
    ]
    return pa.Table.from_pylist(rows, IDENTITY_DECISION_SCHEMA)


def decisions_of(rows: pa.Table) -> tuple[IdentityDecision, ...]:
    """Rows of the table as decisions, oldest first."""
    found = [
        IdentityDecision(**row | {name: tuple(json.loads(row[name])) for name in ("left_ids", "right_ids")})
        for row in rows.select(IDENTITY_DECISION_SCHEMA.names).to_pylist()
    ]
    return tuple(sorted(found, key=lambda decision: (decision.decided_at, decision.decision_id)))
