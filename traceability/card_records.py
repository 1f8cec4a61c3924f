"""The rows of a lot card. Times are UTC, quantities Decimal in the product's base unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

CalibrationCode = Literal["valid", "overdue", "failed", "doubtful", "recalibrated", "unknown"]


@dataclass(frozen=True)
class LotHeader:
    """What the masters say about a lot.

    The last four are what is declared of its device, else published; None where nobody says.
    """

    uom_code: str | None
    spec_name: str | None
    primary_di: str | None
    registration_no: str | None
    risk_class_code: str | None
    manufactured_date: date | None
    expiry_date: date | None
    created_date: date | None
    supplier_code: str | None
    supplier_name: str | None
    supplier_lot_no: str | None
    is_in_master: bool
    zone_name: str | None
    is_sterile: bool | None
    is_serial_managed: bool | None
    has_expiry_date: bool | None
    sterilisation_method_name: str | None


@dataclass(frozen=True)
class Balance:
    """Where a produced lot went; completeness is accounted / produced."""

    produced_qty: Decimal
    shipped_qty: Decimal
    consumed_qty: Decimal
    scrapped_qty: Decimal
    sampled_qty: Decimal
    stock_qty: Decimal
    accounted_qty: Decimal
    completeness: Decimal | None


@dataclass(frozen=True)
class Order:
    """A production order that made the lot."""

    order_id: str
    order_no: str
    order_type_code: str | None
    planned_qty: Decimal | None
    uom_code: str | None
    started_date: date | None
    finished_date: date | None
    status_code: str | None


@dataclass(frozen=True)
class Operation:
    """One operation on the lot and the state of its equipment on that day.

    ``calibration_code``: valid, overdue, failed, doubtful (the next calibration found it out of tolerance),
    recalibrated (the register only knows a later calibration, so the state on that day is not proven) or
    unknown (no register entry).
    """

    event_id: str
    order_no: str | None
    operation_code: str
    operation_name: str | None
    equipment_id: str | None
    operator_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    input_qty: Decimal | None
    good_qty: Decimal | None
    scrap_qty: Decimal | None
    rework_qty: Decimal | None
    pass_no: int | None
    equipment_name_zh: str | None
    equipment_name_en: str | None
    calibrated_date: date | None
    calibration_due_date: date | None
    certificate_no: str | None
    calibration_code: CalibrationCode


@dataclass(frozen=True)
class Inspection:
    """One inspection of the lot; decision_code is None while open."""

    inspection_no: str
    inspection_kind_code: str
    lot_qty: Decimal | None
    sample_qty: Decimal | None
    defect_qty: Decimal | None
    accepted_qty: Decimal | None
    rejected_qty: Decimal | None
    decision_code: str | None
    decided_at: datetime | None
    decided_by: str | None
    created_date: date | None


@dataclass(frozen=True)
class InspectionResult:
    """One measured characteristic."""

    inspection_no: str
    characteristic_name: str | None
    value_text: str | None
    value: Decimal | None
    unit_code: str | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    result_code: str | None
    equipment_id: str | None
    measured_at: datetime | None


@dataclass(frozen=True)
class ReleaseDecision:
    """The latest final decision on the lot; decision_count tells of earlier ones."""

    decision_code: str
    decided_at: datetime | None
    decided_by: str | None
    inspection_no: str
    decision_count: int


@dataclass(frozen=True)
class QualityEvent:
    """A nonconformity, complaint or deviation that touches the lot."""

    kind: Literal["ncr", "complaint", "deviation"]
    event_no: str
    opened_date: date | None
    severity_code: str | None
    disposition_code: str | None
    closed_date: date | None


@dataclass(frozen=True)
class Serial:
    """One item of the lot."""

    serial_no: str
    di: str | None
    delivery_no: str | None


@dataclass(frozen=True)
class Spelling:
    """How a system writes the lot: exact, notation, padding, sterilisation, prefix, suffix or plant."""

    source_system: str
    lot_text: str
    match_rule_code: str
    part_no: str | None
    sterilisation_lot_no: str | None
    record_count: int


@dataclass(frozen=True)
class SourceRow:
    """The address of a source record: contract, file, record number."""

    entity: str
    source_table: str | None
    file_name: str | None
    file_sha256: str
    row_no: int


@dataclass(frozen=True)
class Finding:
    """A data quality finding on one of the lot's source rows."""

    rule_id: str
    action: str
    source_table: str
    file_sha256: str
    row_no: int
    column_name: str | None
    before: str | None
    after: str | None
    message: str | None
