"""Decisions on quarantined records: events that are added and never changed.

a person's fix, accept, reject or revoke -> Decision -> Delta table medlake__decision -> read_decisions()
What the events come to together is quality_rules.quarantine.standing's business.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, NamedTuple, get_args

import pyarrow as pa

from lakehouse.raw_zone import RawZone

DECISION = "medlake__decision"
DECISION_SCHEMA = pa.schema(
    [
        ("decision_id", pa.string()),
        ("decided_at", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in ("person", "reason", "action", "source_table", "file_sha256")),
        ("row_no", pa.int64()),
        *((name, pa.string()) for name in ("rule_id", "before", "after", "correction_sha256")),
        ("correction_row_no", pa.int64()),
        ("revokes", pa.string()),
    ]
)
# A file that was refused as a whole is addressed by this record number.
WHOLE_FILE = 0

Action = Literal["fix", "accept", "reject", "revoke"]


class DecisionRefused(ValueError):
    """A decision that may not be made; the message says why and what to do, Chinese | English."""


class Address(NamedTuple):
    """Where a record stands: contract, original file, record number in it (1-based; 0 the whole file)."""

    source_table: str
    file_sha256: str
    row_no: int


@dataclass(frozen=True)
class Decision:
    """One decision of one person about one record.

    Attributes:
        rule_id: The rule an accept waives; '' for the others, which judge the record as a whole.
        before: The record as it came: raw text, or its fields as JSON by physical name.
        after: Corrected fields of a fix as JSON by physical name, else ''.
        correction_sha256: The file that holds the corrected record of a fix, else ''.
        correction_row_no: Its record number there, else None.
        revokes: The decision that a revoke undoes, else ''.
    """

    decision_id: str
    decided_at: datetime
    person: str
    reason: str
    action: Action
    source_table: str
    file_sha256: str
    row_no: int
    rule_id: str = ""
    before: str = ""
    after: str = ""
    correction_sha256: str = ""
    correction_row_no: int | None = None
    revokes: str = ""

    def __post_init__(self) -> None:
        for what, zh in (("person", "决定人"), ("reason", "理由")):
            if not getattr(self, what).strip():
                raise DecisionRefused(f"必须写明{zh} | A decision needs its {what}; name it")
        if self.action not in get_args(Action) or self.decided_at.tzinfo is None:
            raise ValueError(f"not a decision: {self}")
        shape = (bool(self.rule_id), bool(self.correction_sha256), bool(self.revokes))
        if shape != (self.action == "accept", self.action == "fix", self.action == "revoke"):
            raise ValueError(f"a decision to {self.action} with the words of another: {self}")

    @property
    def address(self) -> Address:
        """The record it is about."""
        return Address(self.source_table, self.file_sha256, self.row_no)

    @property
    def correction(self) -> Address:
        """Where the corrected record of a fix stands."""
        return Address(self.source_table, self.correction_sha256, self.correction_row_no or 0)


def record_decisions(zone: RawZone, decisions: Sequence[Decision]) -> None:
    """Adds decisions durably, all or none; the same ones again change nothing."""
    zone.ensure(DECISION, DECISION_SCHEMA)
    rows = pa.Table.from_pylist([asdict(decision) for decision in decisions], DECISION_SCHEMA)
    ids = "".join(sorted(decision.decision_id for decision in decisions))
    zone.append(DECISION, rows, [hashlib.sha256(ids.encode()).hexdigest()])


def read_decisions(zone: RawZone) -> tuple[Decision, ...]:
    """Every decision ever made, oldest first."""
    return decisions_of(zone.read(DECISION)) if zone.exists(DECISION) else ()


def decisions_of(rows: pa.Table) -> tuple[Decision, ...]:
    """Rows of the table as decisions, oldest first."""
    columns = DECISION_SCHEMA.names
    found = (Decision(**row) for row in rows.select(columns).to_pylist())
    return tuple(sorted(found, key=lambda decision: (decision.decided_at, decision.decision_id)))
