"""The fields of an NMPA UDI record: key of the interface, column of core.udi_record, kind, code list.

fields.csv is their one home: a row for as long as a field, its need and its code list stay the same, with the
days of that. Keys, names and lists follow the enterprise interface V2.1 and the public release files (YY/T
1752-2020). The lengths are limits of our own, which only warn: the standard's were not to be had.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from reports.dated import Dated, day_of
from reports.form import DatedTable

Kind = Literal["di", "string", "integer", "date", "boolean", "code", "codes"]
Needed = Literal["always", "conditional", "optional"]


@dataclass(frozen=True)
class UdiField(Dated):
    """One field.

    Attributes:
        key: Key in the save request, such as `ZXXSDYCPBS`.
        column: Column of core.udi_record.
        sheet: Sheet of the import template.
        codes: Our value → the interface's code; empty when the field has no code list.
        longest: Characters that we take as the limit, None when there is none.
        valid_from, valid_to: First and last day of this row; None leaves that end open.
    """

    key: str
    column: str
    kind: Kind
    needed: Needed
    sheet: str
    name_zh: str
    name_en: str
    codes: Mapping[str, str]
    longest: int | None
    valid_from: date | None
    valid_to: date | None


def udi_fields(day: date) -> tuple[UdiField, ...]:
    """Return the fields of a day in the order of the interface."""
    return tuple(field for field in every_field() if field.holds_on(day))


@cache
def every_field() -> tuple[UdiField, ...]:
    """Return the fields of all times, in the order of the file."""
    text = files("reports.nmpa_udi").joinpath("fields.csv").read_text(encoding="utf-8")
    return tuple(_field(row) for row in csv.DictReader(text.splitlines()))


@cache
def by_column() -> Mapping[str, UdiField]:
    """Return the fields by their column, each as it was last."""
    return MappingProxyType({field.column: field for field in every_field()})


def _field(row: dict[str, str]) -> UdiField:
    codes = dict(pair.split("=", 1) for pair in row["codes"].split(";") if pair)
    longest = int(row["longest"]) if row["longest"] else None
    days = {end: day_of(row[end]) for end in ("valid_from", "valid_to")}
    return UdiField(**{**row, "codes": MappingProxyType(codes), "longest": longest, **days})  # type: ignore[arg-type]


TABLE = DatedTable("nmpa_udi_fields", udi_fields)
