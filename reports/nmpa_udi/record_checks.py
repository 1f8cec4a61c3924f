"""Checks of a record in itself: what its fields say about one another, its packaging, storage and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from master_data import uscc
from master_data.device import nmpa_number
from master_data.device.packaging import DiLevel, Edge, Level, packaging_issues
from reports.findings import Finding
from reports.nmpa_udi.finding import found, found_at
from reports.nmpa_udi.record import UdiRecord

PI_COLUMNS = ("is_batch_managed", "is_serial_managed", "has_manufacturing_date", "has_expiry_date")
# Consumables of the national health insurance: C and 19 digits, with the model 26; seen, not read in a rule.
NHSA_CODE = re.compile(r"C[0-9]{19}(?:[0-9]{7})?", re.ASCII)
PACKAGE_RULES = {
    "PACK_QUANTITY": ("NMPA-UDI-070", "BZNHXYJCPBSSL"),
    "PACK_UNKNOWN_CHILD": ("NMPA-UDI-071", "BZNHXYJBZCPBS"),
    "PACK_CYCLE": ("NMPA-UDI-072", "BZNHXYJBZCPBS"),
    "PACK_TWICE": ("NMPA-UDI-075", "BZCPBS"),
    "PACK_LEVELS_COLLAPSED": ("NMPA-UDI-014", "BZCPBS"),
    "PACK_LEVEL": ("NMPA-UDI-014", "BZCPBS"),
    "PACK_EMPTY": ("NMPA-UDI-071", "BZNHXYJBZCPBS"),
}


def record_findings(record: UdiRecord) -> Iterator[Finding]:
    """All contradictions within one record."""
    for check in (_unit_of_use, _direct_mark, _dossier, _production, _reuse, _sterility, _dates):
        yield from check(record)
    yield from _certificates(record)
    yield from _classification(record)
    yield from _registrant(record)
    yield from _packaging(record)
    yield from _storage(record)
    yield from _sizes(record)


def _unit_of_use(record: UdiRecord) -> Iterator[Finding]:
    count, unit_di = record.values["unit_of_use_qty"], record.text("unit_of_use_di")
    if isinstance(count, int) and count < 1:
        yield found(record, "NMPA-UDI-020", "unit_of_use_qty")
    if isinstance(count, int) and count > 1 and not unit_di:
        yield found(record, "NMPA-UDI-021", "unit_of_use_di", f"{count}")
    if unit_di and unit_di == record.primary_di:
        yield found(record, "NMPA-UDI-022", "unit_of_use_di")


def _direct_mark(record: UdiRecord) -> Iterator[Finding]:
    equals, mark = record.values["is_direct_mark_di_primary"], record.text("direct_mark_di")
    if not record.is_true("has_direct_mark"):
        if mark:
            yield found(record, "NMPA-UDI-025", "direct_mark_di")
        if equals is not None:
            yield found(record, "NMPA-UDI-025", "is_direct_mark_di_primary")
    elif equals is None:
        yield found(record, "NMPA-UDI-023", "is_direct_mark_di_primary")
    elif equals is False and not mark:
        yield found(record, "NMPA-UDI-024", "direct_mark_di")
    elif mark and equals is not (mark == record.primary_di):
        yield found(record, "NMPA-UDI-026", "direct_mark_di", record.primary_di)


def _dossier(record: UdiRecord) -> Iterator[Finding]:
    if record.values["is_di_as_registered"] is False and not record.text("registered_di"):
        yield found(record, "NMPA-UDI-027", "registered_di")


def _production(record: UdiRecord) -> Iterator[Finding]:
    said = [record.values[column] for column in PI_COLUMNS]
    if None not in said and not any(said):
        yield found(record, "NMPA-UDI-030", PI_COLUMNS[0])


def _reuse(record: UdiRecord) -> Iterator[Finding]:
    times, single = record.values["reuse_max_qty"], record.values["is_single_use"]
    if single is True and times not in (None, 0):
        yield found(record, "NMPA-UDI-040", "reuse_max_qty")
    if single is False and times is None:
        yield found(record, "NMPA-UDI-041", "reuse_max_qty")


def _sterility(record: UdiRecord) -> Iterator[Finding]:
    if record.is_true("is_sterilised_before_use"):
        if not record.text("sterilisation_method_name"):
            yield found(record, "NMPA-UDI-042", "sterilisation_method_name")
        if record.is_true("is_sterile"):
            yield found(record, "NMPA-UDI-043", "is_sterilised_before_use")


def _dates(record: UdiRecord) -> Iterator[Finding]:
    published, ended = record.values["published_date"], record.values["withdrawn_date"]
    if isinstance(published, date) and isinstance(ended, date) and ended < published:
        yield found(record, "NMPA-UDI-061", "withdrawn_date", f"{published}")


def _certificates(record: UdiRecord) -> Iterator[Finding]:
    for number in nmpa_number.parse_all(record.text("registration_no")):
        for issue in number.issues:
            if issue.code == "NMPA_GRAMMAR":
                yield found(record, "NMPA-UDI-050", "registration_no", number.raw)
            elif issue.severity == "error":
                yield found(record, "NMPA-UDI-051", "registration_no", issue.message)
        if number.origin == "进" and not record.text("registrant_name_en"):
            yield found(record, "NMPA-UDI-056", "registrant_name_en", number.number or "")


def _classification(record: UdiRecord) -> Iterator[Finding]:
    code = record.text("classification_code")
    if not code:
        return
    numbers = nmpa_number.parse_all(record.text("registration_no"))
    rules = {"error": "NMPA-UDI-053", "warn": "NMPA-UDI-054"}
    for issue in nmpa_number.classification_issues(code, numbers[0] if numbers else None):
        yield found(record, rules[issue.severity], "classification_code", issue.message)


def _registrant(record: UdiRecord) -> Iterator[Finding]:
    for issue in uscc.parse(record.text("uscc")).issues if record.text("uscc") else ():
        if issue.severity == "error":
            yield found(record, "NMPA-UDI-055", "uscc", issue.message)
    codes = re.split(r"[,，;；\s]+", record.text("nhsa_code").strip())
    for code in filter(None, codes):
        if not NHSA_CODE.fullmatch(code):
            yield found(record, "NMPA-UDI-057", "nhsa_code", code)


def _packaging(record: UdiRecord) -> Iterator[Finding]:
    numbers = {package.package_di: n for n, package in reversed(list(enumerate(record.packages)))}
    edges = [Edge(p.package_di, p.contains_di or "", p.contains_qty) for p in record.packages]
    issues = packaging_issues(_levels(record), edges)
    for said in issues:
        if said.issue.code in PACKAGE_RULES:
            rule, key = PACKAGE_RULES[said.issue.code]
            yield _at_package(record, rule, numbers.get(said.di, 0), key, said.di, said.issue.message)
    for number, package in enumerate(record.packages):
        if not (package.level_name or "").strip():
            yield _at_package(record, "NMPA-UDI-074", number, "CPBZJB", "", package.package_di)
    if not issues:
        yield from _open_ends(record)


def _open_ends(record: UdiRecord) -> Iterator[Finding]:
    """Packages from which no way leads down to the primary identifier; the graph has no circle here."""
    inside = {package.package_di: package.contains_di or "" for package in record.packages}
    for number, package in enumerate(record.packages):
        di = package.package_di
        while di in inside:
            di = inside[di]
        if di != record.primary_di:
            yield _at_package(record, "NMPA-UDI-073", number, "BZNHXYJBZCPBS", di, record.primary_di)


def _levels(record: UdiRecord) -> list[DiLevel]:
    named: list[tuple[str, Level]] = [(record.primary_di, "primary")]
    named += [(record.text("unit_of_use_di"), "unit_of_use")]
    named += [(package.package_di, "package") for package in record.packages]
    return [DiLevel(di, level) for di, level in named if di]


def _at_package(record: UdiRecord, rule: str, number: int, key: str, value: str, detail: str) -> Finding:
    return found_at(record, rule, f"devicePackage[{number}].{key}", value, detail)


def _storage(record: UdiRecord) -> Iterator[Finding]:
    for number, storage in enumerate(record.storages):
        low, high = storage.range_min, storage.range_max
        if low is not None and high is not None and low > high:
            yield found_at(record, "NMPA-UDI-080", f"deviceStorage[{number}].ZDZ", f"{low}", f"> {high}")
        if (low is not None or high is not None) and not (storage.range_unit_name or "").strip():
            yield found_at(record, "NMPA-UDI-081", f"deviceStorage[{number}].JLDW", "")


def _sizes(record: UdiRecord) -> Iterator[Finding]:
    for number, size in enumerate(record.sizes):
        parts = {"LCSYCCLX": size.size_type_name, "CCZ": size.size_value, "CCDW": size.size_unit_name}
        for key, value in parts.items():
            if not (value or "").strip():
                yield found_at(record, "NMPA-UDI-082", f"deviceClinical[{number}].{key}", "")
