"""Checks of a record against product register, material master, first production and publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from master_data.device import nmpa_number
from reports.findings import Finding
from reports.nmpa_udi.codes import coded
from reports.nmpa_udi.fields import udi_fields
from reports.nmpa_udi.finding import found
from reports.nmpa_udi.record import UdiRecord

GRADES = {"I": 1, "II": 2, "III": 3}
# Changes of these make another device for whoever reads the label (rules of the UDI system, our reading: M).
IDENTIFYING = (
    "issuing_agency_code",
    "unit_of_use_qty",
    "product_name",
    "spec_name",
    "is_kit",
    "is_single_use",
    "is_sterile",
)
REGISTER_SQL = """
SELECT di.di, di.product_name, di.registration_no, di.risk_class_code, product.is_batch_managed,
    product.is_serial_managed, min(lot.manufactured_date)
FROM core.udi_di AS di
LEFT JOIN core.product AS product ON product.product_id = di.product_id
LEFT JOIN core.lot AS lot ON lot.product_id = di.product_id AND lot.lot_kind_code = 'produced'
WHERE di.source_system = 'udi' AND di.level_code = 'primary'
GROUP BY ALL
"""


@dataclass(frozen=True)
class Registered:
    """What the product register, the material master and the lots say about a primary identifier."""

    product_name: str | None
    registration_no: str | None
    risk_class_code: str | None
    is_batch_managed: bool | None
    is_serial_managed: bool | None
    first_made_date: date | None


def read_registered(con: duckdb.DuckDBPyConnection) -> Mapping[str, Registered]:
    """Return what the release knows, by primary identifier."""
    return {row[0]: Registered(*row[1:]) for row in con.execute(REGISTER_SQL).fetchall()}


def repeated(records: Sequence[UdiRecord]) -> Iterator[Finding]:
    """Identifiers that more than one record declares."""
    counts = Counter(record.primary_di for record in records if record.primary_di)
    for record in records:
        if counts[record.primary_di] > 1:
            yield found(record, "NMPA-UDI-013", "primary_di", f"{counts[record.primary_di]}")


def against_register(record: UdiRecord, known: Registered) -> Iterator[Finding]:
    """Contradictions to the product register, the material master and the first production."""
    for rule, column, theirs in (
        ("NMPA-UDI-058", "product_name", known.product_name),
        ("NMPA-UDI-059", "registration_no", known.registration_no),
        ("NMPA-UDI-031", "is_batch_managed", known.is_batch_managed),
        ("NMPA-UDI-031", "is_serial_managed", known.is_serial_managed),
    ):
        if theirs is not None and record.values[column] not in (None, theirs):
            yield found(record, rule, column, f"{theirs}")
    yield from _grade(record, known)
    published = record.values["published_date"]
    if known.first_made_date and isinstance(published, date) and published > known.first_made_date:
        yield found(record, "NMPA-UDI-060", "published_date", f"{known.first_made_date}")


def against_published(record: UdiRecord, before: UdiRecord, change_note: str, on: date) -> Iterator[Finding]:
    """What a change of a published record must satisfy."""
    changed = changed_columns(record, before, on)
    if changed and not change_note.strip():
        yield found(record, "NMPA-UDI-091", "primary_di", ", ".join(changed))
    for column in IDENTIFYING:
        if column in changed:
            yield found(record, "NMPA-UDI-090", column, before.text(column))


def changed_columns(record: UdiRecord, before: UdiRecord, on: date) -> tuple[str, ...]:
    """Return the fields and lists whose content is another than before, in whatever words it is written."""
    columns = [field.column for field in udi_fields(on) if coded(field, record) != coded(field, before)]
    for name in ("packages", "storages", "sizes"):
        if set(getattr(record, name)) != set(getattr(before, name)):
            columns.append(name)
    return tuple(columns)


def _grade(record: UdiRecord, known: Registered) -> Iterator[Finding]:
    wanted = GRADES.get(known.risk_class_code or "")
    for number in nmpa_number.parse_all(record.text("registration_no")):
        if wanted and number.grade and number.grade != wanted:
            detail = f"{known.risk_class_code} ≠ {number.grade}"
            yield found(record, "NMPA-UDI-052", "registration_no", detail)
