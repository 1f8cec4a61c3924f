"""US device records of a release: what the company declares, and what FDA's database publishes.

core.us_device and its lists → GudidRecord, whose content is a record in openFDA's field names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb

from reports.findings import Subject
from reports.gudid.document import Record, primary_di
from reports.gudid.layout import LAYOUT, SEPARATOR, Group, Joined, Leaf, Many, Part

Register = Literal["declared", "published"]
# List of the record → kind of core.us_device_attribute.
KINDS = {
    "gmdn_terms": "gmdn",
    "product_codes": "product_code",
    "device_sizes": "size",
    "storage": "storage",
    "premarket_submissions": "premarket",
}
JOINED = {"sterilization_methods": ("sterilisation", "name"), "fei_number": ("fei", "code")}
# Rows of a published device lie in one file, in the order it was published in; a declared one's in several.
ORDERS = {
    "declared": ("level_code <> 'primary', level_code, di", "kind_code, name, code, value"),
    "published": ("_file_sha256, _row", "_file_sha256, _row"),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class GudidRecord:
    """One device of one register.

    Attributes:
        content: The record in openFDA's field names; what is not known is left out.
        address: File and row of the device.
    """

    register: Register
    content: Record
    address: str

    @property
    def primary_di(self) -> str:
        """The identifier of the device; empty when it has none."""
        return primary_di(self.content)

    @property
    def subject(self) -> Subject:
        """What findings are about."""
        return Subject(self.primary_di, self.address)


def read_gudid(con: duckdb.DuckDBPyConnection, register: Register) -> tuple[GudidRecord, ...]:
    """Return all records of a register, by primary identifier."""
    orders = ORDERS[register]
    identifiers = _by_record(con, "us_device_identifier", register, orders[0])
    attributes = _by_record(con, "us_device_attribute", register, orders[1])
    return tuple(
        GudidRecord(
            register,
            _content(LAYOUT, row, identifiers[row["record_id"]], attributes[row["record_id"]]),
            f"{row['_source_table']} {row['_file_sha256'][:12]} #{row['_row']}",
        )
        for row in _rows(con, "us_device", register, "primary_di")
    )


def _rows(con: duckdb.DuckDBPyConnection, table: str, register: Register, order: str) -> list[Row]:
    asked = con.execute(f"SELECT * FROM core.{table} WHERE register_code = ? ORDER BY {order}", [register])
    names = [column[0] for column in asked.description or ()]
    return [dict(zip(names, values, strict=True)) for values in asked.fetchall()]


def _by_record(
    con: duckdb.DuckDBPyConnection, table: str, register: Register, order: str
) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _rows(con, table, register, order):
        found[row["record_id"]].append(row)
    return found


def _content(
    parts: Sequence[Part], row: Row, identifiers: Sequence[Row], attributes: Sequence[Row]
) -> dict[str, Any]:
    """The values of a row; its lists come from the rows of the device."""
    found: dict[str, Any] = {}
    for name, value in _values(parts, row, identifiers, attributes):
        if value not in (None, {}, [], ""):
            found[name] = value
    return found


def _values(
    parts: Sequence[Part], row: Row, identifiers: Sequence[Row], attributes: Sequence[Row]
) -> Iterator[tuple[str, Any]]:
    for part in parts:
        match part:
            case Leaf() if part.column:
                yield part.name, _value(row[part.column], part)
            case Group() if part.name:
                yield part.name, _content(part.parts, row, identifiers, attributes)
            case Group():
                yield from _values(part.parts, row, identifiers, attributes)
            case Many() if part.name == "identifiers":
                yield part.name, [_content(part.parts, one, (), ()) for one in identifiers]
            case Many() if part.name in KINDS:
                mine = [one for one in attributes if one["kind_code"] == KINDS[part.name]]
                yield part.name, [_content(part.parts, one, (), ()) for one in mine]
            case Joined():
                kind, column = JOINED[part.name]
                texts = [one[column] for one in attributes if one["kind_code"] == kind]
                yield part.name, SEPARATOR.join(text for text in texts if text)
            case _:
                pass  # contacts, personal data that stay out of the lake, and the repeated primary identifier


def _value(value: Any, leaf: Leaf) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if leaf.kind == "integer":
        return int(value)
    return leaf.words.get(str(value), str(value))
