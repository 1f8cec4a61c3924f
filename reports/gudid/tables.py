"""GUDID records as CSV: one table of devices, one for each of their lists, joined by the primary identifier.

records ↔ {"device.csv", "identifiers.csv", …}. A text that a spreadsheet could run carries an apostrophe in
front, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.ledger.trail import safe_text
from reports.gudid.document import Record, primary_di
from reports.gudid.layout import LAYOUT, Group, Joined, Leaf, Many, Part

KEY = "primary_di"
DEVICES = "device"


def to_csv(records: Sequence[Record]) -> dict[str, bytes]:
    """Return a CSV file (UTF-8 with byte order mark) for devices and for each list."""
    tables = {DEVICES: _table(LAYOUT, [(primary_di(record), record) for record in records])}
    for part in _lists():
        rows = [(primary_di(record), item) for record in records for item in record.get(part.name, ())]
        tables[part.name] = _table(part.parts, rows)
    return {f"{name}.csv": _bytes(*table) for name, table in tables.items()}


def from_csv(files: Mapping[str, bytes]) -> list[Record]:
    """Return the records that `to_csv` wrote, in its order.

    Raises:
        KeyError: a file or a column is missing.
    """
    lists: dict[str, defaultdict[str, list[dict[str, Any]]]] = {}
    for part in _lists():
        lists[part.name] = defaultdict(list)
        for key, values in _rows(files[f"{part.name}.csv"], part.parts):
            lists[part.name][key].append(values)
    return [
        values | {name: found[key] for name, found in lists.items() if key in found}
        for key, values in _rows(files[f"{DEVICES}.csv"], LAYOUT)
    ]


def _lists() -> list[Many]:
    return [part for part in LAYOUT if isinstance(part, Many)]


def _columns(parts: Sequence[Part], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Path of each value in the record, and its kind; lists are tables of their own."""
    for part in parts:
        match part:
            case Leaf():
                yield (*path, part.name), part.kind
            case Joined():
                yield (*path, part.name), "text"
            case Group():
                yield from _columns(part.parts, (*path, part.name) if part.name else path)


def _table(parts: Sequence[Part], rows: Sequence[tuple[str, Record]]) -> tuple[list[str], list[list[str]]]:
    columns = [path for path, _ in _columns(parts)]
    header = [KEY, *(".".join(path) for path in columns)]
    return header, [[key, *(_cell(record, path) for path in columns)] for key, record in rows]


def _cell(record: Record, path: tuple[str, ...]) -> str:
    value: Any = record
    for name in path:
        value = value.get(name) if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _bytes(header: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_text(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(content: bytes, parts: Sequence[Part]) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = list(_columns(parts))
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        values: dict[str, Any] = {}
        for path, kind in columns:
            text = row[".".join(path)].removeprefix("'")
            if text:
                _put(values, path, _parsed(text, kind))
        yield row[KEY].removeprefix("'"), values


def _put(values: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value


def _parsed(text: str, kind: str) -> object:
    if kind == "boolean":
        return text == "true"
    return int(text) if kind == "integer" else text
