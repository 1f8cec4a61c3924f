"""A steward's desk: who is who now, under every decision, and what one more would change.

last build + decisions -> Desk;  a decision -> weighed() -> Verdict: the event and the records that would move
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from master_data.identity.decision import Action, DecisionRefused, IdentityDecision, Role
from master_data.stewardship.named import Named, named
from master_data.stewardship.scene import Built, Scene, scene

SHORTEST_ID = 8
# Approves in a preview only; no person is called so.
NOBODY = "\x00"


@dataclass(frozen=True)
class Signature:
    """Who decides, why and when."""

    person: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Move:
    """A record that would belong to another golden party."""

    role_code: str
    record_id: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Verdict:
    """A decision as it would be recorded, and what it would change once it counts."""

    decision: IdentityDecision
    moves: tuple[Move, ...]

    @property
    def is_pending(self) -> bool:
        """Whether another person has to approve it first."""
        return self.decision.persons_needed > 1


@dataclass(frozen=True)
class Desk:
    """What a steward has before him: the last build and every decision up to now."""

    built: Built
    decisions: tuple[IdentityDecision, ...]
    now: Scene = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", scene(self.built, self.decisions))

    def named(self, text: str, role: str | None) -> Named:
        """The party or record that an id means, also one of the past."""
        return named(self.built, self.now, text, role)

    def find(self, decision_id: str) -> IdentityDecision:
        """The one decision whose id begins so.

        Raises:
            DecisionRefused: There is no such decision, or more than one.
        """
        found = [d for d in self.decisions if d.decision_id.startswith(decision_id)]
        if len(found) != 1 or len(decision_id) < SHORTEST_ID:
            raise refused(
                f"没有唯一的决定 {decision_id}",
                f"no one decision begins with {decision_id}; see mart.identity_decision",
            )
        return found[0]


def weighed(desk: Desk, event: IdentityDecision) -> Verdict:
    """The event with what would change once it counts, also when it has to wait for a second person."""
    counting = [*desk.decisions, event]
    if event.persons_needed > 1:
        counting.append(
            new_event(
                "approve",
                event.role_code,
                Signature(NOBODY, "preview", event.decided_at),
                refers_to=event.decision_id,
            )
        )
    after = scene(desk.built, counting).golden_of
    names = dict(zip(_keys(desk), desk.now.parties["party_name"], strict=True))
    moves = [
        Move(*key, name=names[key] or "", before=before, after=after[key])
        for key, before in desk.now.golden_of.items()
        if after[key] != before
    ]
    return Verdict(event, tuple(sorted(moves, key=lambda move: (move.role_code, move.record_id))))


def _keys(desk: Desk) -> list[tuple[str, str]]:
    return list(desk.now.parties.select("role_code", "record_id").iter_rows())


def new_event(action: Action, role: Role, by: Signature, **words: Any) -> IdentityDecision:
    """A decision of this moment with a new id."""
    return IdentityDecision(uuid.uuid4().hex, by.at, by.person, by.reason, action, role, **words)


def refused(zh: str, en: str) -> DecisionRefused:
    """A refusal in both languages."""
    return DecisionRefused(f"{zh} | {en}")
