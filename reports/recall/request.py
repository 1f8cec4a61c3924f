"""What a person decided: which recall, of what, why, when; all a package depends on besides the release."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.frame import canonical_json
from traceability.recall.narrow import Narrowing
from traceability.recall.subject import Subject

RecallClass = Literal[1, 2, 3]
# RFC 2606 keeps this name free, so that an address below it is plainly nobody's.
PLACEHOLDER_BASE = "https://medlake.example"
DRILL = "演练 DRILL"


class RequestInvalid(ValueError):
    """A decision that lacks what makes it one; the message says what, 中文 | English."""


@dataclass(frozen=True)
class RecallRequest:
    """One decision to recall, or to practise it.

    Attributes:
        recall_no: Number of the case; '' gives one that follows from what was decided.
        decided_at: With a zone; deadlines count from it.
        issued_at: The stated time of the package; the same one gives the same bytes.
        contact: Who answers consignees, in the words of the notice; '' leaves a line to fill in.
        demand_zh, demand_en: What the consignee shall do; '' takes the usual words.
        takes_every: All lots of an ambiguous number are meant.
        known_by: Scope with the knowledge of this moment; None for all that the release knows.
        since: The scope of this moment is compared with; None for no comparison.
        id_base: Web address of the company below which private identifiers stand.
        under: Day whose deadline rules are wanted; None takes those of the decision.
    """

    subjects: tuple[Subject, ...]
    recall_class: RecallClass
    reason: str
    decided_at: datetime
    issued_at: datetime
    recall_no: str = ""
    contact: str = ""
    demand_zh: str = ""
    demand_en: str = ""
    is_drill: bool = False
    takes_every: bool = False
    narrowings: tuple[Narrowing, ...] = ()
    known_by: datetime | None = None
    since: datetime | None = None
    id_base: str = PLACEHOLDER_BASE
    under: date | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise RequestInvalid("必须写明召回原因 | a recall needs its reason; give --reason")
        for name in ("decided_at", "issued_at", "known_by", "since"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise RequestInvalid(f"{name} 缺少时区 | {name} needs a zone, such as +08:00")
        if not self.id_base.startswith("https://"):
            raise RequestInvalid("--id-base 须为 https 网址 | --id-base must be a web address with https")

    @property
    def number(self) -> str:
        """The case's number; without one of its own the first letters of a digest over what was decided."""
        return self.recall_no or f"R-{decision_digest(self)[:10]}"


def decision_digest(request: RecallRequest) -> str:
    """Return the digest of a decision; who issues its package when is no part of it."""
    parts = (
        sorted((subject.kind, subject.text) for subject in request.subjects),
        request.recall_class,
        request.reason,
        request.decided_at,
        request.is_drill,
        [(narrowing.kind, narrowing.value) for narrowing in request.narrowings],
        request.known_by,
    )
    return hashlib.sha256(canonical_json(parts)).hexdigest()
