"""What a person takes to the authority: requests, template and pre-check of one release, in one folder.

Precheck → save request per upload type, template workbook, findings (JSON and XLSX), manifest. A person
submits: the platform holds neither the secret of the interface nor the right to speak for the company.
"""

from __future__ import annotations

from pathlib import Path

from lakehouse.releases import Release
from reports.findings import findings_workbook
from reports.frame import canonical_json, manifest_of, write
from reports.nmpa_udi.precheck import Precheck
from reports.nmpa_udi.save_request import save_request, submit_request
from reports.nmpa_udi.template import template_workbook

REPORT_CODE, REPORT_VERSION = "nmpa-udi", "1"


def export_files(
    release: Release, checked: Precheck, *, upload_types: tuple[str, str], change_note: str
) -> dict[str, bytes]:
    """Return the files by name; blocked records are in none of the requests.

    Args:
        upload_types: Values of `uploadType` for new and for changed records, from the authority's document.
    """
    manifest = manifest_of(release, report_code=REPORT_CODE, report_version=REPORT_VERSION)
    to_send = (*checked.new, *checked.changed)
    known = [record for record in to_send if record.record_key]
    return {
        "manifest.json": canonical_json(manifest),
        "save_new.json": canonical_json(
            save_request(checked.new, on=checked.on, upload_type=upload_types[0])
        ),
        "save_changed.json": canonical_json(
            save_request(checked.changed, on=checked.on, upload_type=upload_types[1], change_note=change_note)
        ),
        "submit.json": canonical_json(submit_request(known)),
        "template.xlsx": template_workbook(to_send, checked.on),
        "precheck.json": canonical_json(checked.findings),
        "precheck.xlsx": findings_workbook(checked.findings, manifest.released_at),
    }


def write_export(files: dict[str, bytes], folder: Path) -> list[Path]:
    """Write the files durably and return their paths."""
    return [write(content, folder / name) for name, content in sorted(files.items())]
