"""Labels of the forms, read from fields.csv: they are data with effective dates, for a form is revised.

The official labels are to be confirmed (confidence M): a house that has them changes the file only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from reports.dated import Dated, day_of
from reports.form import DatedTable

FormCode = Literal["recall_event_report", "recall_plan", "recall_progress"]


@dataclass(frozen=True)
class Label(Dated):
    """One field of a form."""

    form: str
    key: str
    zh: str
    en: str
    confidence: str
    valid_from: date | None
    valid_to: date | None


@cache
def load_labels() -> tuple[Label, ...]:
    """Return every field of every form, in the order of the file."""
    text = files("reports.recall_forms").joinpath("fields.csv").read_text(encoding="utf-8")
    return tuple(_label(row) for row in csv.DictReader(text.splitlines()))


def table_of(form: FormCode) -> DatedTable:
    """Return the labels of a form as a table with effective dates."""
    return DatedTable(
        f"{form}_labels",
        lambda day: [one for one in load_labels() if one.form == form and one.holds_on(day)],
    )


def labels_of(form: FormCode, day: date) -> tuple[Label, ...]:
    """Return the fields that a form has on a day."""
    return tuple(one for one in load_labels() if one.form == form and one.holds_on(day))


def _label(row: dict[str, str]) -> Label:
    days = {end: day_of(row[end]) for end in ("valid_from", "valid_to")}
    return Label(**{**row, **days})  # type: ignore[arg-type]
