"""The steward's desk of a page: who is who by the release, under every decision that was made since.

release → Built (kept per release) + decisions in the raw zone → Desk → record(), as the command does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from dashboards.release import OpenRelease, ask, remember
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.writer import silent
from master_data.identity.decision import IdentityDecision, read_decisions
from master_data.stewardship.desk import Desk, Signature, Verdict
from master_data.stewardship.recording import recorded
from master_data.stewardship.scene import Built, read_built

Answer = TypeVar("Answer")
Decided = Callable[[Desk, Signature], list[Verdict]]
# A refresh holds the lake for minutes; a page says so at once instead of waiting for it.
WAIT_SECONDS = 3.0


@dataclass(frozen=True)
class Documents:
    """How many documents name a party record."""

    role_code: str
    record_id: str
    document_count: int


def desk_of(opened: OpenRelease) -> Desk:
    """Return who is who now; a decision made a moment ago counts."""
    decisions = read_decisions(_zone())
    return remember(opened, f"identity desk {_digest(decisions)}", lambda: Desk(_built(opened), decisions))


def kept(opened: OpenRelease, desk: Desk, what: str, load: Callable[[], Answer]) -> Answer:
    """Return what a function gives, kept as long as nobody decides anything on this release."""
    return remember(opened, f"{what} {_digest(desk.decisions)}", load)


def preview(opened: OpenRelease, decided: Decided) -> list[Verdict]:
    """Return what a decision would change; nothing is recorded.

    Raises:
        DecisionRefused: It may not be made.
    """
    return decided(desk_of(opened), Signature(opened.reader.name, "preview", datetime.now(UTC)))


def record(opened: OpenRelease, decided: Decided, reason: str) -> list[Verdict]:
    """Put a decision of the reader on record.

    Raises:
        NotAllowed: The reader may not decide.
        DecisionRefused: It may not be made, or lacks its reason.
        LakeBusy: A refresh is under way.
    """
    opened.reader.require("identity.decide")
    by = Signature(opened.reader.name, reason, datetime.now(UTC))
    return recorded(
        _zone(),
        lambda: _built(opened),
        lambda desk: decided(desk, by),
        say=silent,
        wait_seconds=WAIT_SECONDS,
    )


def document_counts(opened: OpenRelease) -> dict[tuple[str, str], int]:
    """Return (role, record) -> documents that name it."""
    rows = ask(opened, "party_documents", Documents, {})
    return {(row.role_code, row.record_id): row.document_count for row in rows}


def _digest(decisions: Sequence[IdentityDecision]) -> str:
    return hashlib.sha256("".join(one.decision_id for one in decisions).encode()).hexdigest()


def _built(opened: OpenRelease) -> Built:
    return remember(opened, "identity as built", lambda: read_built(opened.con.cursor()))


def _zone() -> RawZone:
    return RawZone(Settings.from_env().raw_dir)
