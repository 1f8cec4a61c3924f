"""What is declared against what is published: field by field, with both values.

declared and published records → Difference rows and counts per state. The published set may hold records of
other firms, which are left alone: only identifiers of the declaring registrants count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports.nmpa_udi.cross_checks import changed_columns
from reports.nmpa_udi.fields import by_column
from reports.nmpa_udi.record import UdiRecord, by_primary_di

State = Literal["not_published", "not_declared", "differs"]
LISTS = {"packages": "devicePackage", "storages": "deviceStorage", "sizes": "deviceClinical"}


@dataclass(frozen=True)
class Difference:
    """One field that differs, or one record that one side lacks."""

    state: State
    primary_di: str
    field: str
    declared: str
    published: str
    address: str


def differences(
    declared: Sequence[UdiRecord], published: Sequence[UdiRecord], on: date
) -> tuple[Difference, ...]:
    """Return all differences in the fields of a day, by identifier and field."""
    ours, theirs = by_primary_di(declared), by_primary_di(published)
    mine = {record.text("uscc") for record in declared}
    rows = [
        *(_alone("not_published", record) for di, record in ours.items() if di not in theirs),
        *(
            _alone("not_declared", record)
            for di, record in theirs.items()
            if di not in ours and record.text("uscc") in mine
        ),
        *(row for di, record in ours.items() if di in theirs for row in _fields(record, theirs[di], on)),
    ]
    return tuple(sorted(rows, key=lambda row: (row.primary_di, row.field)))


def counts(rows: Sequence[Difference]) -> Mapping[State, int]:
    """Return how many identifiers are in each state."""
    states: tuple[State, ...] = ("not_published", "not_declared", "differs")
    return {state: len({row.primary_di for row in rows if row.state == state}) for state in states}


def _alone(state: State, record: UdiRecord) -> Difference:
    name = record.text("product_name")
    ours, theirs = (name, "") if state == "not_published" else ("", name)
    return Difference(state, record.primary_di, "ZXXSDYCPBS", ours, theirs, str(record.address))


def _fields(ours: UdiRecord, theirs: UdiRecord, on: date) -> Iterator[Difference]:
    for name in changed_columns(ours, theirs, on):
        key, values = _values(name, ours, theirs)
        yield Difference("differs", ours.primary_di, key, *values, str(ours.address))


def _values(name: str, ours: UdiRecord, theirs: UdiRecord) -> tuple[str, tuple[str, str]]:
    if name in LISTS:
        return LISTS[name], (_listed(getattr(ours, name)), _listed(getattr(theirs, name)))
    return by_column()[name].key, (ours.text(name), theirs.text(name))


def _listed(items: Sequence[object]) -> str:
    return "; ".join(sorted(str(item) for item in items))
