"""What every report does: say what it was made from, render the same bytes each time, write them safely.

release manifest → ReportManifest; dataclasses → canonical JSON; bytes → file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lakehouse.durable import write_atomic
from lakehouse.releases import Release
from reports.refusals import ReportRefused


class ReportInvalid(ReportRefused):
    """A report contradicts itself or lacks what makes it checkable; nothing was written."""


@dataclass(frozen=True)
class ReportManifest:
    """What a report was made from, enough to make it again and compare.

    ``inputs_sha256`` is the digest of the release's list of input files and raw table versions.
    """

    report_code: str
    report_version: str
    release: str
    released_at: datetime
    warehouse_file: str
    warehouse_sha256: str
    inputs_sha256: str
    input_file_count: int


def manifest_of(release: Release, *, report_code: str, report_version: str) -> ReportManifest:
    """Return the manifest of a report on a release.

    Raises:
        ReportInvalid: the release's own manifest lacks the hash of its file or its inputs.
    """
    facts = release.manifest
    try:
        inputs = facts["inputs"]
        return ReportManifest(
            report_code=report_code,
            report_version=report_version,
            release=release.name,
            released_at=datetime.fromisoformat(facts["released_at"]),
            warehouse_file=facts["warehouse"]["file"],
            warehouse_sha256=facts["warehouse"]["sha256"],
            inputs_sha256=hashlib.sha256(canonical_json(inputs)).hexdigest(),
            input_file_count=len(inputs["files"]),
        )
    except KeyError as missing:
        raise ReportInvalid(f"the manifest of release {release.name} lacks {missing}") from missing


def canonical_json(value: object) -> bytes:
    """Return JSON with sorted keys and one layout: equal content, equal bytes."""
    return (json.dumps(plain(value), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def plain(value: object) -> Any:
    """Return dataclasses, decimals and dates as JSON values; exact numbers stay texts.

    Raises:
        TypeError: a value has no exact JSON form (a float would not be the same on every machine).
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal | date):
        return value.isoformat() if isinstance(value, date) else str(value)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} has no exact form in a report")


def file_stem(report_code: str, subject: str, release: Release | ReportManifest) -> str:
    """Return a file name for a subject; a digest keeps names apart when characters had to go."""
    number = release.name if isinstance(release, Release) else release.release
    safe = re.sub(r"[^A-Za-z0-9.-]+", "_", subject)
    digest = hashlib.sha256(subject.encode()).hexdigest()[:8]
    return f"{report_code}_{safe}_{digest}_release-{number}"


def write(content: bytes, path: Path) -> Path:
    """Write a report durably and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, content)
    return path
