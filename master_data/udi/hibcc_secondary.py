"""The secondary data of a HIBCC code: lot or serial, expiry date, quantity, supplements behind slashes.

text behind the primary code → fields and findings; `written` goes the other way (ANSI/HIBC 2.6, chapter 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from master_data.udi import hibcc_date
from master_data.udi.issue import Issue, error, warn
from master_data.udi.parsed import Field

JULIAN = re.compile(r"[0-9]{2}(?:00[1-9]|0[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])")
_SUPPLEMENT = re.compile(r"(14D|16D|S|Q)(.*)")
_DATED = ("$$+", "$$")
_LONGEST_NUMBER = 18


def secondary(data: str, position: int) -> tuple[list[Field], tuple[Issue, ...]]:
    """Cut secondary data that begin at a position of the whole text."""
    fields: list[Field] = []
    issues: list[Issue] = []
    for number, part in enumerate(data.split("/")):
        leads = number == 0 and (part.startswith("$") or JULIAN.match(part))
        for found in _leading(part, position) if leads else _supplement(part, position):
            (issues if isinstance(found, Issue) else fields).append(found)  # type: ignore[arg-type]
        position += len(part) + 1
    return fields, (*issues, *_twice(fields))


def written(values: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts between the slashes that say what the fields say."""
    number = values.get("SERIAL", values.get("LOT", ""))
    plus = "+" if "SERIAL" in values else ""
    if "JULIAN" in values:
        yield values["JULIAN"] + number
    elif "EXP" in values or "QTY" in values:
        quantity = values.get("QTY", "")
        flag = {0: "", 2: "8", 5: "9"}[len(quantity)]
        yield f"$${plus}{flag}{quantity}{values.get('EXP', '')}{number}"
    elif number:
        yield f"${plus}{number}"
    yield from (key + values[key] for key in ("14D", "16D", "S", "Q") if key in values)


def _leading(part: str, position: int) -> Iterator[Field | Issue]:
    if not part.startswith("$"):
        yield Field("JULIAN", part[:5], position)
        yield from _number("LOT", part[5:], position + 5, may_be_empty=True)
        return
    mark = next(mark for mark in ("$$+", "$$", "$+", "$") if part.startswith(mark))
    key = "SERIAL" if mark.endswith("+") else "LOT"
    rest, place = part[len(mark) :], position + len(mark)
    dated = mark in _DATED
    if dated:
        rest, place, found = _quantity(rest, place)
        yield from found
        if rest or not found:
            rest, place, dates = _expiry(rest, place)
            yield from dates
    yield from _number(key, rest, place, may_be_empty=dated)


def _quantity(rest: str, place: int) -> tuple[str, int, list[Field]]:
    width = {"8": 2, "9": 5}.get(rest[:1], 0)
    digits = rest[1 : 1 + width]
    if not width or len(digits) != width or not digits.isdigit():
        return rest, place, []
    return rest[1 + width :], place + 1 + width, [Field("QTY", digits, place + 1)]


def _expiry(rest: str, place: int) -> tuple[str, int, list[Field | Issue]]:
    width = hibcc_date.length_of(rest)
    if width is None:
        return "", place, [error("DATE_FLAG", place, f"{rest[:1]!r} announces no form of date")]
    return rest[width:], place + width, [Field("EXP", rest[:width], place)]


def _number(key: str, value: str, place: int, *, may_be_empty: bool) -> Iterator[Field | Issue]:
    if len(value) > _LONGEST_NUMBER or not (value or may_be_empty):
        name = "serial" if key == "SERIAL" or key == "S" else "lot"
        yield error("LENGTH", place, f"{name} of {len(value)} characters, not 1 to {_LONGEST_NUMBER}")
    if value:
        yield Field(key, value, place)


def _supplement(part: str, position: int) -> Iterator[Field | Issue]:
    match = _SUPPLEMENT.fullmatch(part)
    if match is None:
        yield warn("UNKNOWN_FIELD", position, f"supplement {part!r} is not known")
        return
    key, value, place = match[1], match[2], position + match.start(2)
    if key == "S":
        yield from _number(key, value, place, may_be_empty=False)
    elif key == "Q" and not (value.isdigit() and len(value) <= 5):
        yield error("QUANTITY", place, f"quantity {value!r} is not 1 to 5 digits")
    else:
        yield Field(key, value, place)


def _twice(fields: list[Field]) -> Iterator[Issue]:
    seen: set[str] = set()
    for field in fields:
        if field.key in seen:
            yield error("DUPLICATE_FIELD", field.position, f"{field.key} occurs twice")
        seen.add(field.key)
