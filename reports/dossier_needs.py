"""What a lot's dossier needs, and whether it is there: a declarative table over the lot's facts.

LotCard + traces → one Need per requirement (present | missing | attention | not_applicable).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from traceability.trace import LotCard, Trace

State = Literal["present", "missing", "attention", "not_applicable"]
# Gaps after which nobody knows where the lot began.
_UNKNOWN_ORIGIN = frozenset({"TRACE-NO-RECEIPT", "TRACE-DEPTH"})


@dataclass(frozen=True)
class Need:
    """One requirement: its code, its state and how many records speak for (or against) it."""

    code: str
    state: State
    count: int


@dataclass(frozen=True)
class Facts:
    """What the requirements are judged on."""

    card: LotCard
    backward: Trace
    forward: Trace


Judge = Callable[[Facts], tuple[State, int]]


def judge(facts: Facts) -> tuple[Need, ...]:
    """Return every requirement of the lot's kind with its state, in the order of a batch record."""
    needs = _PURCHASED if facts.card.lot.lot_kind_code == "purchased" else _PRODUCED
    return tuple(Need(code, *test(facts)) for code, test in needs)


def _records(count: int) -> tuple[State, int]:
    return ("present" if count else "missing"), count


def _remarks(count: int) -> tuple[State, int]:
    return ("attention" if count else "present"), count


def _for_finished(test: Judge) -> Judge:
    def judged(facts: Facts) -> tuple[State, int]:
        return test(facts) if facts.card.lot.product_type_code == "finished" else ("not_applicable", 0)

    return judged


def _calibration(facts: Facts) -> tuple[State, int]:
    used = [operation for operation in facts.card.operations if operation.equipment_id]
    doubtful = sum(operation.calibration_code != "valid" for operation in used)
    return _remarks(doubtful) if used else ("missing", 0)


def _decided(kind: str) -> Judge:
    def judged(facts: Facts) -> tuple[State, int]:
        same = [i for i in facts.card.inspections if i.inspection_kind_code == kind]
        return _records(sum(inspection.decision_code is not None for inspection in same))

    return judged


def _accepted(facts: Facts) -> tuple[State, int]:
    release = facts.card.release
    if release is None:
        return "missing", 0
    return ("present" if release.decision_code == "accepted" else "attention"), release.decision_count


def _released_before_shipped(facts: Facts) -> tuple[State, int]:
    days = [shipment.shipped_date for shipment in facts.card.shipments if shipment.shipped_date]
    if not days:
        return "not_applicable", 0
    release = facts.card.release
    if release is None or release.decided_at is None:
        return "missing", len(days)
    decided = release.decided_at.astimezone(ZoneInfo(facts.card.header.zone_name or "UTC")).date()
    return _remarks(sum(day < decided for day in days))


def _origin(facts: Facts) -> tuple[State, int]:
    unknown = sum(gap.rule_id in _UNKNOWN_ORIGIN for gap in facts.backward.gaps)
    return _remarks(unknown) if facts.backward.receipts else ("missing", unknown)


def _posting_findings(facts: Facts) -> tuple[State, int]:
    return _remarks(sum(gap.count for gap in facts.backward.gaps if gap.rule_id.startswith("DQ-")))


def _balance(facts: Facts) -> tuple[State, int]:
    balance = facts.card.balance
    if balance is None or balance.completeness is None:
        return "missing", 0
    return ("present" if balance.completeness == Decimal(1) else "attention"), 1


def _open_events(facts: Facts) -> tuple[State, int]:
    return _remarks(sum(event.closed_date is None for event in facts.card.quality_events))


_MASTER: tuple[tuple[str, Judge], ...] = (
    ("master_record", lambda facts: _records(int(facts.card.header.is_in_master))),
)
_SHARED: tuple[tuple[str, Judge], ...] = (
    ("posting_findings", _posting_findings),
    ("open_quality_events", _open_events),
)
_PRODUCED: tuple[tuple[str, Judge], ...] = (
    *_MASTER,
    ("udi", _for_finished(lambda facts: _records(int(facts.card.header.primary_di is not None)))),
    ("manufactured_date", lambda facts: _records(int(facts.card.header.manufactured_date is not None))),
    ("expiry_date", _for_finished(lambda facts: _records(int(facts.card.header.expiry_date is not None)))),
    ("production_order", lambda facts: _records(len(facts.card.orders))),
    ("operations", lambda facts: _records(len(facts.card.operations))),
    ("calibration", _calibration),
    ("final_inspection", _decided("final")),
    ("inspection_results", lambda facts: _records(len(facts.card.results))),
    ("release_decision", _accepted),
    ("released_before_shipped", _released_before_shipped),
    ("origin", _origin),
    ("balance", _balance),
    *_SHARED,
)
_PURCHASED: tuple[tuple[str, Judge], ...] = (
    *_MASTER,
    ("supplier", lambda facts: _records(int(facts.card.header.supplier_code is not None))),
    ("supplier_lot", lambda facts: _records(int(facts.card.header.supplier_lot_no is not None))),
    ("receipt", lambda facts: _records(len(facts.card.receipts))),
    ("incoming_inspection", _decided("incoming")),
    *_SHARED,
)
