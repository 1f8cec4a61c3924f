"""Whether a lot's record holds what it must: a judge per requirement, over the lot's facts.

requirements of a day + LotCard + traces → one Need per requirement that is asked of the lot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from reports.lot_dossier.requirements import Requirement, in_force
from traceability.trace import Edge, LotCard, Trace

State = Literal["present", "missing", "attention", "not_applicable", "unknown"]
STERILISATION = "STERILISATION"
# Gaps after which nobody knows where the lot began.
_UNKNOWN_ORIGIN = frozenset({"TRACE-NO-RECEIPT", "TRACE-DEPTH"})


@dataclass(frozen=True)
class Need:
    """One requirement and what was found.

    Attributes:
        state: present; missing; attention: there, with remarks; not_applicable: not asked of this product;
            unknown: nobody declared whether it is.
        count: How many records speak for it, of an attention against it.
        basis: The clause that asks for it, and how sure we are of the clause.
    """

    code: str
    state: State
    count: int
    basis: str
    confidence: str


@dataclass(frozen=True)
class Facts:
    """What the requirements are judged on."""

    card: LotCard
    backward: Trace
    forward: Trace

    @property
    def inputs(self) -> tuple[Edge, ...]:
        """The lots that went into this one directly."""
        lot_id = self.card.lot.lot_id
        return tuple(edge for edge in self.backward.edges if edge.to_lot_id == lot_id)


Judge = Callable[[Facts], tuple[State, int]]


def judge(facts: Facts, on: date) -> tuple[Need, ...]:
    """Return every requirement of a day that is asked of the lot, with its state, in their order."""
    lot = facts.card.lot
    asked = [one for one in in_force(on) if one.asks(lot.lot_kind_code, lot.product_type_code)]
    return tuple(Need(one.code, *_judged(one, facts), one.basis, one.confidence) for one in asked)


def _judged(requirement: Requirement, facts: Facts) -> tuple[State, int]:
    """The state; of a requirement that only some products have, first whether this one does."""
    if requirement.trait is not None:
        declared: bool | None = getattr(facts.card.header, requirement.trait)
        if declared is None:
            found = JUDGES[requirement.code](facts)
            return found if found[0] == "present" else ("unknown", 0)
        if not declared:
            return "not_applicable", 0
    return JUDGES[requirement.code](facts)


def _records(count: int) -> tuple[State, int]:
    return ("present" if count else "missing"), count


def _remarks(count: int) -> tuple[State, int]:
    return ("attention" if count else "present"), count


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


def _serials(facts: Facts) -> tuple[State, int]:
    known, balance = len(facts.card.serials), facts.card.balance
    if not known or balance is None:
        return _records(known)
    return ("present" if Decimal(known) == balance.produced_qty else "attention"), known


def _sterilisation(facts: Facts) -> tuple[State, int]:
    return _records(sum(one.operation_code == STERILISATION for one in facts.card.operations))


def _operators(facts: Facts) -> tuple[State, int]:
    worked = [one for one in facts.card.operations if one.operation_code != STERILISATION]
    return _remarks(sum(one.operator_id is None for one in worked)) if worked else ("missing", 0)


def _consignees(facts: Facts) -> tuple[State, int]:
    sent = facts.card.shipments
    return _remarks(sum(one.customer_name is None for one in sent)) if sent else ("not_applicable", 0)


def _known(value: object) -> tuple[State, int]:
    return _records(int(value is not None))


# A judge per requirement; no source delivers records of the environment, so that they are always missing.
JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "master_record": lambda facts: _records(int(facts.card.header.is_in_master)),
        "udi": lambda facts: _known(facts.card.header.primary_di),
        "registration": lambda facts: _known(facts.card.header.registration_no),
        "manufactured_date": lambda facts: _known(facts.card.header.manufactured_date),
        "expiry_date": lambda facts: _known(facts.card.header.expiry_date),
        "production_order": lambda facts: _records(len(facts.card.orders)),
        "materials": lambda facts: _records(len(facts.inputs)),
        "operations": lambda facts: _records(len(facts.card.operations)),
        "operators": _operators,
        "calibration": _calibration,
        "sterilisation": _sterilisation,
        "environment": lambda facts: _records(0),
        "serials": _serials,
        "final_inspection": _decided("final"),
        "inspection_results": lambda facts: _records(len(facts.card.results)),
        "release_decision": _accepted,
        "released_before_shipped": _released_before_shipped,
        "origin": _origin,
        "balance": _balance,
        "consignees": _consignees,
        "supplier": lambda facts: _known(facts.card.header.supplier_code),
        "supplier_lot": lambda facts: _known(facts.card.header.supplier_lot_no),
        "receipt": lambda facts: _records(len(facts.card.receipts)),
        "incoming_inspection": _decided("incoming"),
        "posting_findings": _posting_findings,
        "open_quality_events": _open_events,
    }
)
