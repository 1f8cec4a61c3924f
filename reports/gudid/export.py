"""What a person takes to FDA: the declared records as JSON, CSV and XML, with what is wrong with them.

release → records → findings → files by name. Records with an error stay out of the documents; a person or a
converter to HL7 SPL submits, the platform does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from lakehouse.releases import Release
from reports.findings import Finding, findings_workbook
from reports.frame import canonical_json, manifest_of
from reports.gudid.checks import judge
from reports.gudid.document import to_json, to_xml
from reports.gudid.record import GudidRecord, read_gudid
from reports.gudid.tables import to_csv

REPORT_CODE, REPORT_VERSION = "gudid", "1"


@dataclass(frozen=True)
class Checked:
    """The declared records: those that may be submitted, those that may not, and why."""

    ready: tuple[GudidRecord, ...]
    blocked: tuple[GudidRecord, ...]
    findings: tuple[Finding, ...]


def check(con: duckdb.DuckDBPyConnection) -> Checked:
    """Check the declared records of an open release."""
    records = read_gudid(con, "declared")
    findings = judge(records)
    bad = {(one.primary_di, one.address) for one in findings if one.severity == "error"}
    keys = [(record.primary_di, record.address) for record in records]
    ready = tuple(record for record, key in zip(records, keys, strict=True) if key not in bad)
    blocked = tuple(record for record, key in zip(records, keys, strict=True) if key in bad)
    return Checked(ready, blocked, findings)


def export_files(release: Release, checked: Checked) -> dict[str, bytes]:
    """Return the files by name."""
    manifest = manifest_of(release, report_code=REPORT_CODE, report_version=REPORT_VERSION)
    return {
        "manifest.json": canonical_json(manifest),
        "findings.json": canonical_json(checked.findings),
        "findings.xlsx": findings_workbook(checked.findings, manifest.released_at),
        **documents(checked.ready),
    }


def documents(records: Sequence[GudidRecord]) -> dict[str, bytes]:
    """Return records in every form: openFDA JSON, CSV tables, XML of the release files."""
    contents = [record.content for record in records]
    tables = {f"csv/{name}": content for name, content in to_csv(contents).items()}
    return {"gudid.json": to_json(contents), "gudid.xml": to_xml(contents), **tables}
