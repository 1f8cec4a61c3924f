"""What can happen to a release, as it stands in the record: one step is one line, written once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """Everything that can happen to a release."""

    ADOPT = "adopt"  # released before there was a record
    PROPOSE = "propose"
    GATE = "gate"
    APPROVE = "approve"
    RELEASE = "release"
    BREAK_GLASS = "break_glass"
    WITHDRAW = "withdraw"
    ROLL_BACK = "roll_back"
    HOLD = "hold"
    FREE = "free"
    RETIRE = "retire"
    RESTORE = "restore"  # the whole lake came back from a backup


class State(StrEnum):
    """Where a release stands."""

    CANDIDATE = "candidate"
    BLOCKED = "blocked"
    GATED = "gated"
    APPROVED = "approved"
    RELEASED = "released"  # what readers get
    SUPERSEDED = "superseded"  # released, and another one is current
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # released in an emergency and not ratified in time
    RETIRED = "retired"  # its files are gone, by a recorded decision


class IllegalStep(RuntimeError):
    """The step is not allowed where the release stands; nothing was changed."""


@dataclass(frozen=True)
class Step:
    """What somebody wants to happen.

    Attributes:
        action: What.
        number: To which release; 0 when the step is about all of them.
        who: The person, or the program where no person decides.
        why: The reason in their words.
        facts: What the action needs beyond that, plain JSON values.
    """

    action: Action
    number: int
    who: str
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A step that has happened: its place in the order, its time (UTC), and the digest of its line."""

    seq: int
    at: datetime
    step: Step
    sha256: str
