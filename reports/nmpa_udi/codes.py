"""Values in the interface's own codes: 1 and 0, code lists, dates; the public files write words instead."""

from __future__ import annotations

from datetime import date

from reports.nmpa_udi.fields import UdiField
from reports.nmpa_udi.record import UdiRecord

SEPARATORS = str.maketrans("，、；", ",,,")


def coded(field: UdiField, record: UdiRecord) -> str:
    """Return a value in the interface's code; what its list does not have is given as it stands."""
    value = record.values[field.column]
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    return ",".join(field.codes.get(part, part) for part in parts_of(field, str(value)))


def unknown_codes(field: UdiField, text: str) -> list[str]:
    """Return the parts of a text that are neither a word nor a code of the field's list."""
    known = {*field.codes, *field.codes.values()}
    return [part for part in parts_of(field, text) if part not in known]


def parts_of(field: UdiField, text: str) -> list[str]:
    """Return the values that a text holds: several where the field takes several, else itself."""
    if field.kind != "codes":
        return [text]
    return [part.strip() for part in text.translate(SEPARATORS).split(",")]
