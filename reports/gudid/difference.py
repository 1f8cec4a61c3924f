"""What the company declares for the US against what GUDID publishes, value by value.

declared and published records → Difference rows. Published devices of other labelers are left alone: only
identifiers that the company declares count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reports.gudid.record import GudidRecord

# What only FDA gives: keys and versions of its own record.
OF_FDA = frozenset(
    {"public_device_record_key", "public_version_status", "public_version_number", "public_version_date"}
)


@dataclass(frozen=True)
class Difference:
    """One value that differs, or a device that is not published."""

    state: Literal["not_published", "differs"]
    primary_di: str
    field: str
    declared: str
    published: str
    address: str


def differences(declared: Sequence[GudidRecord], published: Sequence[GudidRecord]) -> tuple[Difference, ...]:
    """Return all differences, by identifier and field."""
    theirs = {record.primary_di: record for record in published}
    rows = [row for record in declared for row in _of(record, theirs.get(record.primary_di))]
    return tuple(sorted(rows, key=lambda row: (row.primary_di, row.field)))


def _of(ours: GudidRecord, theirs: GudidRecord | None) -> Iterator[Difference]:
    if theirs is None:
        name = str(ours.content.get("brand_name", ""))
        yield Difference("not_published", ours.primary_di, "identifiers", name, "", ours.address)
        return
    mine, other = dict(_flat(ours.content)), dict(_flat(theirs.content))
    for field in mine.keys() | other.keys():
        if mine.get(field) != other.get(field):
            values = mine.get(field, ""), other.get(field, "")
            yield Difference("differs", ours.primary_di, field, *values, ours.address)


def _flat(content: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Values by path; a list is a set, for its order says nothing."""
    for name, value in content.items():
        if name in OF_FDA:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        elif isinstance(value, list):
            yield f"{path}{name}", "; ".join(sorted(_words(item) for item in value))
        else:
            yield f"{path}{name}", str(value)


def _words(item: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(_flat(item)))
