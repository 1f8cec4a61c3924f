"""What EUDAMED would refuse, in the field of its schema: our checks (EUD-…), its business rules (BR-UDID-…).

devices, EMDN of a day → findings. A device without an error is valid against the XSD; tests hold that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import cast

from master_data.udi import Agency, check_di
from master_data.udi.gtin import has_valid_gmn_check
from reports.eudamed.business_rules import business_findings
from reports.eudamed.codes import (
    CERTIFICATES,
    ISSUING,
    LONGEST_DI,
    LONGEST_NAME,
    LONGEST_TEXT,
    MARKETS,
    RISK_CLASSES,
    STATUS,
)
from reports.eudamed.emdn import Nomenclature, nomenclature_findings
from reports.eudamed.found import found
from reports.eudamed.record import EuDevice
from reports.findings import Finding

SRN = re.compile(r"[A-Z]{2}-(AR|MF)-[0-9]{9}")
EMDN = re.compile(r"[A-Z][0-9]{2,15}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
TEXTS: tuple[str, ...] = ("model_name", "device_name", "website_url")
# What both regulations, and each alone, cannot do without.
ALWAYS: tuple[str, ...] = (
    "basic_udi_di",
    "basic_udi_agency_code",
    "regulation_code",
    "manufacturer_srn",
    "risk_class_code",
    "has_animal_tissue",
    "has_human_tissue",
    "emdn_codes",
    "status_code",
)
BY_REGULATION: dict[str, tuple[str, ...]] = {
    "MDR": (
        "is_active",
        "is_administering_medicine",
        "is_implantable",
        "is_measuring",
        "is_reusable_instrument",
        "has_human_product",
        "has_medicinal_product",
        "has_latex",
        "is_reprocessed",
    ),
    "IVDR": (
        "is_companion_diagnostic",
        "is_instrument",
        "is_ivd_kit",
        "has_microbial_substance",
        "is_near_patient_test",
        "is_professional_test",
        "is_reagent",
        "is_self_test",
        "is_new_ivd",
    ),
}
HOME: tuple[str, ...] = ("catalogue_no", "is_sterile", "is_sterilised_before_use", "issuing_agency_code")


def judge(devices: Sequence[EuDevice], nomenclature: Nomenclature) -> tuple[Finding, ...]:
    """Return every finding about the devices, by identifier, rule and field."""
    rows = [
        *_repeated(devices),
        *_contradictory(devices),
        *(one for device in devices for one in _of_device(device, nomenclature)),
    ]
    return tuple(sorted(rows, key=lambda one: (one.primary_di, one.rule_id, one.field)))


def _of_device(device: EuDevice, nomenclature: Nomenclature) -> Iterator[Finding]:
    yield from _missing(device)
    yield from _lists(device)
    yield from _forms(device)
    codes = [code for code in device.words("emdn_codes") if EMDN.fullmatch(code)]
    yield from nomenclature_findings(device, codes, nomenclature)
    yield from _identifiers(device)
    yield from business_findings(device)


def _missing(device: EuDevice) -> Iterator[Finding]:
    for column in (*ALWAYS, *BY_REGULATION.get(device.regulation, ())):
        if device.values.get(column) in (None, ""):
            yield found(device, "EUD-001", column)
    if device.home is None:
        yield found(device, "EUD-014", "primary_di", device.primary_di)
        return
    for column in HOME:
        if device.home.values[column] in (None, ""):
            yield found(device, "EUD-001", column)


def _lists(device: EuDevice) -> Iterator[Finding]:
    regulation = device.regulation
    listed: tuple[tuple[str, Sequence[str]], ...] = (
        ("regulation_code", tuple(RISK_CLASSES)),
        ("status_code", STATUS),
        ("certificate_type_code", CERTIFICATES.get(regulation, ())),
    )
    for column, allowed in listed:
        if (text := device.text(column)) and allowed and text not in allowed:
            yield found(device, "EUD-002", column, text, " / ".join(allowed))
    for country in (*device.words("market_codes"), *device.words("first_market_code")):
        if country not in MARKETS:
            yield found(device, "EUD-002", "market_codes", country, " ".join(sorted(MARKETS)))
    if (risk := device.text("risk_class_code")) and risk not in RISK_CLASSES.get(regulation, (risk,)):
        yield found(device, "EUD-010", "risk_class_code", risk, regulation)


def _forms(device: EuDevice) -> Iterator[Finding]:
    roles: tuple[tuple[str, str], ...] = (("manufacturer_srn", "MF"), ("representative_srn", "AR"))
    for column, role in roles:
        text = device.text(column)
        if text and ((match := SRN.fullmatch(text)) is None or match[1] != role):
            yield found(device, "EUD-003", column, text)
    for column in TEXTS:
        if len(text := device.text(column)) > LONGEST_NAME:
            yield found(device, "EUD-004", column, text[:40], f"{len(text)} > {LONGEST_NAME}")
    if len(text := device.text("trade_name")) > LONGEST_TEXT:
        yield found(device, "EUD-004", "trade_name", text[:40], f"{len(text)} > {LONGEST_TEXT}")
    yield from _texts(device)


def _texts(device: EuDevice) -> Iterator[Finding]:
    for column in ("trade_name", "device_name"):
        if CHINESE.search(text := device.text(column)):
            yield found(device, "EUD-008", column, text)
    for code in device.words("emdn_codes"):
        if not EMDN.fullmatch(code):
            yield found(device, "EUD-009", "emdn_codes", code)
    if (body := device.text("notified_body_code")) and not re.fullmatch(r"[0-9]{4}", body):
        yield found(device, "EUD-002", "notified_body_code", body, "0000–9999")


def _identifiers(device: EuDevice) -> Iterator[Finding]:
    basic, agency = device.text("basic_udi_di"), device.text("basic_udi_agency_code")
    if agency and agency not in ISSUING:
        yield found(device, "EUD-006", "basic_udi_agency_code", agency, ", ".join(ISSUING))
    if basic and agency == "GS1" and not has_valid_gmn_check(basic):
        yield found(device, "EUD-007", "basic_udi_di", basic)
    if device.home is None:
        return
    yield from _issued(device, device.home.text("issuing_agency_code"))
    known = {device.primary_di, *(package.package_di for package in device.home.packages)}
    for package in device.home.packages:
        if package.contains_di not in known or not package.contains_qty:
            yield found(device, "EUD-011", "contains_di", f"{package.package_di} → {package.contains_di}")


def _issued(device: EuDevice, agency: str) -> Iterator[Finding]:
    if agency and agency not in ISSUING:
        yield found(device, "EUD-006", "issuing_agency_code", agency, ", ".join(ISSUING))
        return
    for di in identifiers(device):
        if len(di) > LONGEST_DI:
            yield found(device, "EUD-004", "primary_di", di[:40], f"{len(di)} > {LONGEST_DI}")
        for issue in (
            check_di(di, cast(Agency, agency)).issues if agency in ("GS1", "HIBCC", "ICCBBA") else ()
        ):
            rule = "EUD-005" if issue.severity == "error" else "EUD-012"
            yield found(device, rule, "primary_di", di, f"{issue.code}: {issue.message}")


def identifiers(device: EuDevice) -> tuple[str, ...]:
    """Return the identifiers of a device that must be its own: primary, packages, unit of use."""
    home = device.home
    if home is None:
        return (device.primary_di,)
    packages = (package.package_di for package in home.packages)
    return tuple(filter(None, (device.primary_di, *packages, home.text("unit_of_use_di"))))


def _repeated(devices: Sequence[EuDevice]) -> Iterator[Finding]:
    counts = Counter(di for device in devices for di in identifiers(device))
    for device in devices:
        for di in sorted({di for di in identifiers(device) if counts[di] > 1}):
            yield found(device, "BR-UDID-003", "primary_di", di, f"{counts[di]}")


def _contradictory(devices: Sequence[EuDevice]) -> Iterator[Finding]:
    """Devices of one Basic UDI-DI whose listings of the model differ."""
    models: defaultdict[str, list[EuDevice]] = defaultdict(list)
    for device in devices:
        models[device.text("basic_udi_di")].append(device)
    columns = ("risk_class_code", "model_name", "device_name", "manufacturer_srn", "is_implantable")
    for basic, members in models.items():
        for column in columns if basic else ():
            if len(said := {member.text(column) for member in members} - {""}) > 1:
                for member in members:
                    detail = " / ".join(sorted(said))
                    yield found(member, "BR-UDID-069", column, member.text(column), detail)
