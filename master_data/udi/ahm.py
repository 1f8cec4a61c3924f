"""AHM codes (阿里健康): kept as they came, split as well as public descriptions allow, never refused.

The coding manual is not public; every reading carries a warning that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from master_data.udi import short_date
from master_data.udi.issue import Issue, warn
from master_data.udi.parsed import ParsedUdi, date_doubts
from master_data.udi.short_date import ShortDate

_HEAD = re.compile(r"MF([0-9]{1,13})(.*)", re.ASCII | re.DOTALL)
_PART = re.compile(r"(BA|BN|SN|MD|BD|ED|PL)(.*)", re.DOTALL)


def parse(text: str, *, current_year: int) -> ParsedUdi:
    """Read what can be read of an AHM code; all findings are warnings."""
    opaque = warn("AHM_OPAQUE", None, "the fields are a best effort, the code is kept as it came")
    head = _HEAD.fullmatch(text)
    if head is None:
        unread = warn("UNKNOWN_FIELD", 0, "no product identifier MF and digits")
        return ParsedUdi(text, "AHM", "text", canonical=text, issues=(opaque, unread))
    fields, issues = _fields(head[2], head.start(2))
    elements = (("MF", head[1]), *fields)
    values = dict(reversed(elements))
    days = {key: _day(values[key], current_year) for key in ("MD", "ED") if key in values}
    made, expires = days.get("MD"), days.get("ED")
    return ParsedUdi(
        raw=text,
        agency="AHM",
        form="text",
        di=head[1],
        lot=values.get("BA", values.get("BN")),
        serial=values.get("SN"),
        manufactured_date=made.value if made else None,
        manufactured_precision=made.precision if made else None,
        expiry_date=expires.value if expires else None,
        expiry_precision=expires.precision if expires else None,
        elements=elements,
        canonical=text,
        issues=(opaque, *issues, *date_doubts(made, expires, current_year)),
    )


def write(values: Mapping[str, str]) -> str:
    """Write a code from its fields, as `parse` lists them.

    Raises:
        KeyError: there is no MF.
    """
    return "MF" + values["MF"] + "*".join(key + value for key, value in values.items() if key != "MF")


def _fields(rest: str, position: int) -> tuple[list[tuple[str, str]], tuple[Issue, ...]]:
    found, issues = [], []
    for part, place in _parts(rest, position):
        match = _PART.fullmatch(part)
        if match is None:
            issues.append(warn("UNKNOWN_FIELD", place, f"part {part[:20]!r} begins with no known letters"))
        else:
            found.append((match[1], match[2]))
    return found, tuple(issues)


def _parts(rest: str, position: int) -> Iterator[tuple[str, int]]:
    for part in rest.split("*") if rest else ():
        yield part, position
        position += len(part) + 1


def _day(text: str, current_year: int) -> ShortDate | None:
    if not re.fullmatch(r"[0-9]{6}", text):
        return None
    day = short_date.resolve(text, 0, current_year=current_year, allow_day_zero=True)
    return day if isinstance(day, ShortDate) else None
