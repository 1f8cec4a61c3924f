"""ICCBBA codes: ISBT 128 data structures of medical products of human origin and of blood bags.

iccbba.csv holds the structures (ISBT 128 Standard, tables of data identifiers; FDA's UDI formats by agency).
text → structures by their two-character prefix → ParsedUdi; `write` goes the other way. The printed string
has no check character of its own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from master_data.udi.issue import Issue, error, warn
from master_data.udi.parsed import Field, ParsedUdi, date_doubts, has_error
from master_data.udi.short_date import ShortDate, ordinal_day

_NEXT = re.compile(r"[=&]")
_CENTURIES: Mapping[str, int] = MappingProxyType({"0": 2000, "9": 1900})


@dataclass(frozen=True)
class Structure:
    """One ISBT 128 data structure: its prefix, the width of its data and what they may be."""

    prefix: str
    key: str
    width: int
    pattern: str


@cache
def structures() -> tuple[Structure, ...]:
    """Return the structures, longer prefixes first."""
    text = files("master_data.udi").joinpath("iccbba.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = [Structure(row["prefix"], row["key"], int(row["width"]), row["pattern"]) for row in rows]
    return tuple(sorted(found, key=lambda structure: -len(structure.prefix)))


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read one string of ISBT 128 structures; positions in the issues are places in the text given."""
    fields: list[Field] = []
    issues: list[Issue] = []
    for part, position in _parts(text):
        structure = _structure_of(part)
        if structure is None:
            issues.append(_unknown(part, position))
            fields.append(Field(part[:2], part[2:], position + len(part[:2])))
            continue
        field = Field(structure.key, part[len(structure.prefix) :], position + len(structure.prefix))
        issues += _field_issues(structure, field, {known.key for known in fields})
        fields.append(field)
    if not any(field.key in ("DI", "CONTAINER_DI") for field in fields):
        issues.append(error("NO_DI", 0, "no device identifier =/ or =)"))
    return _assemble(text, fields, issues, current_year)


def write(values: Mapping[str, str]) -> str:
    """Write the structures of the fields, as `parse` lists them, the device identifier first."""
    order = ("DI", "CONTAINER_DI", "SERIAL", "DIN", "EXP", "MFG", "LOT", "CONTAINER_LOT")
    prefixes = {structure.key: structure.prefix for structure in structures()}
    known = (prefixes[key] + values[key] for key in order if key in values)
    return "".join((*known, *(key + values[key] for key in sorted(values.keys() - prefixes.keys()))))


def di_issues(di: str) -> tuple[Issue, ...]:
    """Judge a device identifier as registers list it, without its prefix."""
    key = "CONTAINER_DI" if len(di) == 10 else "DI"
    structure = next(structure for structure in structures() if structure.key == key)
    return tuple(_field_issues(structure, Field(key, di, 0), set()))


def _parts(text: str) -> Iterator[tuple[str, int]]:
    starts = [mark.start() for mark in _NEXT.finditer(text)]
    if not starts or text[: starts[0]].strip():
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        # Between structures people type blanks; inside one they are an error that its pattern finds.
        yield text[start:end].rstrip(" "), start


def _structure_of(part: str) -> Structure | None:
    known = next((structure for structure in structures() if part.startswith(structure.prefix)), None)
    if known is not None and known.key == "DIN" and not re.match(r"=[A-NP-Z1-9]", part):
        return None
    return known


def _unknown(part: str, position: int) -> Issue:
    if part[:1] in ("=", "&"):
        return warn("UNKNOWN_FIELD", position, f"data structure {part[:2]!r} is not known")
    return error("SYNTAX", position, f"{part[:20]!r} begins with no data identifier")


def _field_issues(structure: Structure, field: Field, seen: set[str]) -> Iterator[Issue]:
    if field.key in seen:
        yield error("DUPLICATE_FIELD", field.position, f"{field.key} occurs twice")
    if field.key == "LOT" and not field.value.startswith("1"):
        yield error("SYNTAX", field.position, "the lot structure &, begins with 1")
    elif len(field.value) != structure.width:
        message = f"{field.key} holds {len(field.value)} characters, not {structure.width}"
        yield error("LENGTH", field.position, message)
    elif not re.fullmatch(structure.pattern, field.value):
        odd = next(i for i in range(structure.width) if not _fits(structure, field.value, i))
        yield error("CHARSET", field.position + odd, f"{field.key} must not hold {field.value[odd]!r} there")


def _fits(structure: Structure, value: str, place: int) -> bool:
    # The value up to this place, filled with digits that every structure allows, tells who is to blame.
    return re.fullmatch(structure.pattern, value[: place + 1].ljust(structure.width, "1")) is not None


def _assemble(text: str, fields: list[Field], issues: list[Issue], current_year: int) -> ParsedUdi:
    values = {field.key: field.value for field in reversed(fields)}
    days = {field.key: _day(field) for field in fields if field.key in ("EXP", "MFG")}
    issues += [day for day in days.values() if isinstance(day, Issue)]
    made, expires = (_resolved(days.get(key)) for key in ("MFG", "EXP"))
    found = (*issues, *date_doubts(made, expires, current_year))
    return ParsedUdi(
        raw=text,
        agency="ICCBBA",
        form="data_structures",
        di=values.get("DI", values.get("CONTAINER_DI")),
        lot=values["LOT"][1:] if "LOT" in values else values.get("CONTAINER_LOT"),
        serial=values.get("SERIAL"),
        manufactured_date=made.value if made else None,
        manufactured_precision=made.precision if made else None,
        expiry_date=expires.value if expires else None,
        expiry_precision=expires.precision if expires else None,
        elements=tuple((field.key, field.value) for field in fields),
        canonical=None if has_error(found) else write(values),
        issues=found,
    )


def _resolved(day: ShortDate | Issue | None) -> ShortDate | None:
    return day if isinstance(day, ShortDate) else None


def _day(field: Field) -> ShortDate | Issue | None:
    if len(field.value) != 6 or not (field.value.isascii() and field.value.isdigit()):
        return None
    century = _CENTURIES.get(field.value[0])
    if century is None:
        return error("DATE_YEAR", field.position, f"century {field.value[0]} is neither 0 nor 9")
    return ordinal_day(century + int(field.value[1:3]), field.value[3:], field.position + 3)
