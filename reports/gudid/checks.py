"""Checks of a declared US record before a person submits it: what FDA would refuse, in its field.

record → findings with severity. Mandatory fields and code lists follow the GUDID data elements as openFDA's
schema names them; what needs a class of the device, which GUDID does not hold, only warns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from master_data.udi import Agency, check_di
from reports.findings import Finding, finding, rulebook
from reports.gudid.record import GudidRecord

ALWAYS = (
    "labeler_duns_number",
    "record_status",
    "publish_date",
    "brand_name",
    "version_or_model_number",
    "company_name",
    "device_count_in_base_package",
    "is_direct_marking_exempt",
    "is_pm_exempt",
    "is_hct_p",
    "is_kit",
    "is_combination_product",
    "is_single_use",
    "has_lot_or_batch_number",
    "has_serial_number",
    "has_manufacturing_date",
    "has_expiration_date",
    "has_donation_id_number",
    "mri_safety",
    "gmdn_terms",
    "product_codes",
)
MRI = (
    "MR Safe",
    "MR Unsafe",
    "MR Conditional",
    "Labeling does not contain MRI Safety Information",
)
AGENCIES = ("GS1", "HIBCC", "ICCBBA", "NDC/NHRIC")
ENGLISH = ("brand_name", "version_or_model_number", "company_name", "device_description")
PRODUCTION = (
    "has_lot_or_batch_number",
    "has_serial_number",
    "has_manufacturing_date",
    "has_expiration_date",
    "has_donation_id_number",
)
SUBMISSION = re.compile(r"(?:K|DEN|P|H|N|BK|BP|BN)\d{5,7}")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def judge(records: Sequence[GudidRecord]) -> tuple[Finding, ...]:
    """Return every finding about the records, by identifier, rule and field."""
    counts = Counter(record.primary_di for record in records)
    found = [
        *(_found(one, "GUDID-012", "identifiers") for one in records if counts[one.primary_di] > 1),
        *(finding for record in records for finding in _of_record(record)),
    ]
    return tuple(sorted(found, key=lambda one: (one.primary_di, one.rule_id, one.field)))


def _of_record(record: GudidRecord) -> Iterator[Finding]:
    yield from _fields(record)
    yield from _identifiers(record)
    yield from _codes(record)
    yield from _contradictions(record)
    yield from _sizes(record)


def _fields(record: GudidRecord) -> Iterator[Finding]:
    content = record.content
    for name in ALWAYS:
        if content.get(name) in (None, "", []):
            yield _found(record, "GUDID-001", name)
    for name in ("is_sterile", "is_sterilization_prior_use"):
        if name not in content.get("sterilization", {}):
            yield _found(record, "GUDID-001", f"sterilization.{name}")
    if (mri := content.get("mri_safety")) and mri not in MRI:
        yield _found(record, "GUDID-002", "mri_safety", mri, " / ".join(MRI))
    for name in ENGLISH:
        if CHINESE.search(text := str(content.get(name, ""))):
            yield _found(record, "GUDID-003", name, text)


def _identifiers(record: GudidRecord) -> Iterator[Finding]:
    identifiers = record.content.get("identifiers", ())
    known = {one.get("id") for one in identifiers}
    if not record.primary_di:
        yield _found(record, "GUDID-001", "identifiers[Primary].id")
    for number, one in enumerate(identifiers):
        place = f"identifiers[{number}]"
        yield from _identifier(record, place, one)
        if one.get("type") == "Package":
            holds, quantity = one.get("unit_of_use_id"), one.get("quantity_per_package")
            if not holds or not quantity or quantity < 1:
                yield _found(record, "GUDID-020", f"{place}.quantity_per_package", str(quantity or ""))
            if holds and holds not in known:
                yield _found(record, "GUDID-021", f"{place}.unit_of_use_id", holds)
    several = record.content.get("device_count_in_base_package", 1) > 1
    if several and "Unit of Use" not in {one.get("type") for one in identifiers}:
        yield _found(record, "GUDID-022", "identifiers[Unit of Use].id")


def _identifier(record: GudidRecord, place: str, one: Mapping[str, Any]) -> Iterator[Finding]:
    agency, di = one.get("issuing_agency", ""), one.get("id", "")
    if agency not in AGENCIES:
        yield _found(record, "GUDID-011", f"{place}.issuing_agency", agency, ", ".join(AGENCIES))
    elif agency != "NDC/NHRIC":
        for issue in check_di(di, cast(Agency, agency)).issues:
            rule = "GUDID-010" if issue.severity == "error" else "GUDID-013"
            yield _found(record, rule, f"{place}.id", di, f"{issue.code}: {issue.message}")


def _codes(record: GudidRecord) -> Iterator[Finding]:
    content = record.content
    if (duns := content.get("labeler_duns_number")) and not re.fullmatch(r"\d{9}", duns):
        yield _found(record, "GUDID-030", "labeler_duns_number", duns)
    for number, one in enumerate(content.get("product_codes", ())):
        if not re.fullmatch(r"[A-Z]{3}", one.get("code", "")):
            yield _found(record, "GUDID-031", f"product_codes[{number}].code", one.get("code", ""))
    submissions = content.get("premarket_submissions", ())
    if content.get("is_pm_exempt") is False and not submissions:
        yield _found(record, "GUDID-032", "premarket_submissions")
    for number, one in enumerate(submissions):
        if not SUBMISSION.fullmatch(text := one.get("submission_number", "")):
            yield _found(record, "GUDID-033", f"premarket_submissions[{number}].submission_number", text)


def _contradictions(record: GudidRecord) -> Iterator[Finding]:
    content = record.content
    if not content.get("is_rx") and not content.get("is_otc"):
        yield _found(record, "GUDID-034", "is_rx")
    if content.get("is_labeled_as_nrl") and content.get("is_labeled_as_no_nrl"):
        yield _found(record, "GUDID-035", "is_labeled_as_no_nrl", "true")
    if not any(content.get(name) for name in PRODUCTION):
        yield _found(record, "GUDID-036", PRODUCTION[0], "false")
    published, ended = content.get("publish_date"), content.get("commercial_distribution_end_date")
    if published and ended and ended < published:
        yield _found(record, "GUDID-037", "commercial_distribution_end_date", ended, f"< {published}")


def _sizes(record: GudidRecord) -> Iterator[Finding]:
    for number, one in enumerate(record.content.get("device_sizes", ())):
        words = " ".join(str(one.get(name, "")) for name in ("type", "unit"))
        if CHINESE.search(words):
            yield _found(record, "GUDID-040", f"device_sizes[{number}].type", words)


def _found(record: GudidRecord, rule_id: str, field: str, value: str = "", detail: str = "") -> Finding:
    return finding(rulebook("reports.gudid")[rule_id], record.subject, field, value, detail)
