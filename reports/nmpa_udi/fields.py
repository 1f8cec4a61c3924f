"""The fields of an NMPA UDI record: key of the interface, column of core.udi_record, kind, code list.

fields.csv is their one home. Keys, names and code lists follow the enterprise interface V2.1 and the public
release files (YY/T 1752-2020). The lengths are limits of our own, which only warn: the standard's were not to
be had.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Kind = Literal["di", "string", "integer", "date", "boolean", "code", "codes"]
Needed = Literal["always", "conditional", "optional"]


@dataclass(frozen=True)
class UdiField:
    """One field.

    Attributes:
        key: Key in the save request, such as `ZXXSDYCPBS`.
        column: Column of core.udi_record.
        sheet: Sheet of the import template.
        codes: Our value → the interface's code; empty when the field has no code list.
        longest: Characters that we take as the limit, None when there is none.
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


@cache
def udi_fields() -> tuple[UdiField, ...]:
    """Return all fields in the order of the interface."""
    text = files("reports.nmpa_udi").joinpath("fields.csv").read_text(encoding="utf-8")
    return tuple(_field(row) for row in csv.DictReader(text.splitlines()))


@cache
def by_column() -> Mapping[str, UdiField]:
    """Return the fields by their column."""
    return MappingProxyType({field.column: field for field in udi_fields()})


def _field(row: dict[str, str]) -> UdiField:
    codes = dict(pair.split("=", 1) for pair in row["codes"].split(";") if pair)
    longest = int(row["longest"]) if row["longest"] else None
    return UdiField(**{**row, "codes": MappingProxyType(codes), "longest": longest})  # type: ignore[arg-type]
