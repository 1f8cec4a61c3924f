"""Checks of single fields: present, of the code list, of a length; identifiers by their agency's rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from master_data.udi import Agency, check_di, parse
from reports.findings import Finding
from reports.nmpa_udi.codes import unknown_codes
from reports.nmpa_udi.fields import by_column, udi_fields
from reports.nmpa_udi.finding import found, found_at
from reports.nmpa_udi.record import UdiRecord

DI_COLUMNS = ("primary_di", "unit_of_use_di", "direct_mark_di", "registered_di")


def field_findings(record: UdiRecord, on: date) -> Iterator[Finding]:
    """Missing, unknown and overlong values by the fields of a day."""
    for field in udi_fields(on):
        text = record.text(field.column).strip()
        if field.needed == "always" and not text:
            yield found(record, "NMPA-UDI-001", field.column)
        if text and field.codes and (unknown := unknown_codes(field, text)):
            allowed = " / ".join(field.codes)
            yield found(record, "NMPA-UDI-002", field.column, f"{', '.join(unknown)}; {allowed}")
        if field.longest is not None and len(text) > field.longest:
            yield found(record, "NMPA-UDI-003", field.column, f"{len(text)} > {field.longest}")


def identifier_findings(record: UdiRecord, current_year: int) -> Iterator[Finding]:
    """Each identifier of a record by the rules of the agency that the record names."""
    for column in DI_COLUMNS:
        if text := record.text(column):
            yield from _judge(record, by_column()[column].key, text, current_year)
    for number, package in enumerate(record.packages):
        for key, di in (("BZCPBS", package.package_di), ("BZNHXYJBZCPBS", package.contains_di)):
            if di:
                yield from _judge(record, f"devicePackage[{number}].{key}", di, current_year)


def _judge(record: UdiRecord, field: str, di: str, current_year: int) -> Iterator[Finding]:
    stated = record.text("issuing_agency_code")
    if stated not in ("GS1", "MA", "AHM"):
        return  # the code list has said so; without an agency there is no rule to hold it against
    read = parse(di, current_year=current_year).agency
    if read in ("GS1", "MA", "AHM", "HIBCC", "ICCBBA") and read != stated:
        yield found_at(record, "NMPA-UDI-011", field, di, f"{stated} ≠ {read}")
        return
    for issue in check_di(di, cast(Agency, stated)).issues:
        place = "" if issue.position is None else f" @ {issue.position + 1}"
        rule = "NMPA-UDI-010" if issue.severity == "error" else "NMPA-UDI-012"
        yield found_at(record, rule, field, di, f"{issue.code}{place}: {issue.message}")
