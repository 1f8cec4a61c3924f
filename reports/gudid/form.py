"""What a person takes to FDA: US device records as JSON, CSV and XML, with what is wrong with them.

release → records → findings → files by name. Declared records with an error stay out of the documents; a
person or a converter to HL7 SPL submits, the platform does not. Published records come out as they came in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from reports.findings import Finding, findings_workbook
from reports.form import Asked, Form, Selected, release_time
from reports.frame import ReportInvalid, canonical_json
from reports.gudid.checks import judge
from reports.gudid.difference import Difference, differences
from reports.gudid.document import from_json, from_xml, to_json, to_xml
from reports.gudid.record import GudidRecord, Register, read_gudid
from reports.gudid.tables import from_csv, to_csv
from reports.language import HOME_ZONE
from reports.refusals import DataMissing, UnknownSubject
from reports.values import Parameter


@dataclass(frozen=True)
class Checked:
    """The records of a register: those that go out, those that do not, why, and what differs from GUDID."""

    ready: tuple[GudidRecord, ...]
    blocked: tuple[GudidRecord, ...]
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]


def check(declared: Sequence[GudidRecord], published: Sequence[GudidRecord]) -> Checked:
    """Check what the company declares; a record with an error is blocked."""
    findings = judge(declared)
    bad = {(one.primary_di, one.address) for one in findings if one.severity == "error"}
    ready = [one for one in declared if (one.primary_di, one.address) not in bad]
    blocked = [one for one in declared if (one.primary_di, one.address) in bad]
    return Checked(tuple(ready), tuple(blocked), findings, differences(declared, published))


def documents(records: Sequence[GudidRecord]) -> dict[str, bytes]:
    """Return records in every form: openFDA JSON, CSV tables, XML of the release files."""
    contents = [record.content for record in records]
    tables = {f"csv/{name}": content for name, content in to_csv(contents).items()}
    return {"gudid.json": to_json(contents), "gudid.xml": to_xml(contents), **tables}


def validate(checked: Checked) -> None:
    """Check that every form of the records reads back as the records.

    Raises:
        ReportInvalid: one does not.
    """
    contents = [record.content for record in checked.ready]
    files = documents(checked.ready)
    tables = {name.removeprefix("csv/"): data for name, data in files.items() if name.startswith("csv/")}
    read = {
        "JSON": from_json(files["gudid.json"]),
        "XML": list(from_xml(files["gudid.xml"])),
        "CSV": from_csv(tables),
    }
    for form, found in read.items():
        if found != contents:
            raise ReportInvalid(f"{form} 读回后与记录不同 | the {form} does not read back as the records")


def _select(asked: Asked) -> Selected[Checked]:
    register = cast(Register, asked.values.text("register"))
    wanted = asked.values.texts("di")
    records = _chosen(read_gudid(asked.con, register), wanted)
    published = read_gudid(asked.con, "published") if register == "declared" else ()
    checked = check(records, published) if register == "declared" else Checked(records, (), (), ())
    subject = f"{register} {' '.join(wanted)}".strip()
    return Selected(subject, HOME_ZONE, asked.day, checked)


def _chosen(records: tuple[GudidRecord, ...], wanted: Collection[str]) -> tuple[GudidRecord, ...]:
    if not records:
        raise DataMissing(
            "该发布没有美国器械记录 | the release holds no US device records: the sheets of "
            "udi/foreign_listing, or a release file of GUDID, bring them"
        )
    if unknown := sorted(set(wanted) - {record.primary_di for record in records}):
        raise UnknownSubject(f"没有标识为 {unknown[0]} 的记录 | no record has the identifier {unknown[0]}")
    return tuple(record for record in records if not wanted or record.primary_di in wanted)


def _render(asked: Asked, checked: Checked) -> dict[str, bytes]:
    return {
        "findings.json": canonical_json(checked.findings),
        "findings.xlsx": findings_workbook(checked.findings, release_time(asked.release)),
        "differences.json": canonical_json(checked.differences),
        **documents(checked.ready),
    }


FORM = Form(
    "gudid",
    "1.0.0",
    (
        Parameter("register", "choice", default="declared", choices=("declared", "published")),
        Parameter("di", "texts", is_required=False),
    ),
    _select,
    validate,
    _render,
)
