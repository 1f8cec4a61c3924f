"""The pre-check: every finding about the declared records before anybody uploads them.

declared and published records, product register → findings → records that may be sent, and the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from reports.findings import Finding
from reports.nmpa_udi.cross_checks import (
    Registered,
    against_published,
    against_register,
    changed_columns,
    read_registered,
    repeated,
)
from reports.nmpa_udi.field_checks import field_findings, identifier_findings
from reports.nmpa_udi.record import UdiRecord, by_primary_di, read_records
from reports.nmpa_udi.record_checks import record_findings


@dataclass(frozen=True)
class Precheck:
    """The result for a set of records.

    Attributes:
        new: To be saved for the first time.
        changed: Published with other content.
        unchanged: Nothing to send.
        blocked: Records with an error; they are in none of the three.
        on: The day as of which they were checked, and whose fields they are sent in.
    """

    on: date
    findings: tuple[Finding, ...]
    new: tuple[UdiRecord, ...]
    changed: tuple[UdiRecord, ...]
    unchanged: tuple[UdiRecord, ...]
    blocked: tuple[UdiRecord, ...]


def precheck(con: duckdb.DuckDBPyConnection, *, on: date, change_note: str = "") -> Precheck:
    """Check all declared records of a release as of a day."""
    published = by_primary_di(read_records(con, "published"))
    return judge(
        read_records(con, "declared"), published, read_registered(con), on=on, change_note=change_note
    )


def judge(
    declared: Sequence[UdiRecord],
    published: Mapping[str, UdiRecord],
    registered: Mapping[str, Registered],
    *,
    on: date,
    change_note: str = "",
) -> Precheck:
    """Check records that are given."""
    findings = [*repeated(declared)]
    sorted_in: dict[str, list[UdiRecord]] = {"new": [], "changed": [], "unchanged": [], "blocked": []}
    twice = {finding.primary_di for finding in findings}
    for record in declared:
        before = published.get(record.primary_di)
        own = list(_of_record(record, before, registered.get(record.primary_di), on, change_note))
        findings += own
        is_blocked = record.primary_di in twice or any(one.severity == "error" for one in own)
        kind = "blocked" if is_blocked else _kind(record, before, on)
        sorted_in[kind].append(record)
    ordered = sorted(findings, key=lambda one: (one.primary_di, one.address, one.rule_id, one.field))
    return Precheck(on, tuple(ordered), **{kind: tuple(records) for kind, records in sorted_in.items()})


def _kind(record: UdiRecord, before: UdiRecord | None, on: date) -> str:
    if before is None:
        return "new"
    return "changed" if changed_columns(record, before, on) else "unchanged"


def _of_record(
    record: UdiRecord, before: UdiRecord | None, known: Registered | None, on: date, change_note: str
) -> Iterator[Finding]:
    yield from field_findings(record, on)
    yield from identifier_findings(record, on.year)
    yield from record_findings(record)
    if known is not None:
        yield from against_register(record, known)
    if before is not None:
        yield from against_published(record, before, change_note, on)
