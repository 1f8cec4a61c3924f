"""Readiness for the roll-out of UDI by class: from which production date a device must be published.

rollout.csv (batches of NMPA), checked declarations, registered devices → a row per class. The first and third
batch name kinds of devices that no master here tells, so the date by which every device of a class is due
counts.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from reports.nmpa_udi.cross_checks import Registered
from reports.nmpa_udi.precheck import Precheck
from reports.nmpa_udi.record import UdiRecord


@dataclass(frozen=True)
class Batch:
    """One step of the roll-out; `confidence` is H where the announcement was read, M where it was told."""

    batch: str
    risk_class: str
    device_type: str
    from_date: date
    basis: str
    confidence: str


@dataclass(frozen=True)
class Readiness:
    """How far the devices of a class are.

    Attributes:
        due_date: From this production date on, every device of the class must be published.
        ready: Published and unchanged.
        open: Declared without error, not yet published so.
        blocked: Declared with errors.
        undeclared: In the product register only.
    """

    risk_class: str
    due_date: date
    confidence: str
    devices: int
    ready: int
    open: int
    blocked: int
    undeclared: int


@cache
def batches() -> tuple[Batch, ...]:
    """Return the steps of the roll-out."""
    text = files("reports.nmpa_udi").joinpath("rollout.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Batch(**{**row, "from_date": date.fromisoformat(row["from_date"])}) for row in rows)  # type: ignore[arg-type]


def readiness(checked: Precheck, registered: Mapping[str, Registered]) -> tuple[Readiness, ...]:
    """Return a row per risk class of the product register, highest class first."""
    classes = sorted({known.risk_class_code or "" for known in registered.values()} - {""}, reverse=True)
    return tuple(_of_class(name, checked, registered) for name in classes)


def _of_class(risk_class: str, checked: Precheck, registered: Mapping[str, Registered]) -> Readiness:
    mine = {di for di, known in registered.items() if known.risk_class_code == risk_class}
    last = max((b for b in batches() if b.risk_class == risk_class), key=lambda batch: batch.from_date)
    ready, blocked = _dis(checked.unchanged) & mine, _dis(checked.blocked) & mine
    to_send = _dis((*checked.new, *checked.changed)) & mine
    return Readiness(
        risk_class=risk_class,
        due_date=last.from_date,
        confidence=last.confidence,
        devices=len(mine),
        ready=len(ready),
        open=len(to_send),
        blocked=len(blocked),
        undeclared=len(mine - ready - blocked - to_send),
    )


def _dis(records: Sequence[UdiRecord]) -> set[str]:
    return {record.primary_di for record in records}
