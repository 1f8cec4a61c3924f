"""Why the engine refuses a question, and where in it: DuckDB's JSON -> its words, and the place pointed at.

`Binder Error: {"exception_message": …, "position": 17}` + question -> Refusal
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from unicodedata import east_asian_width

# Characters of a long line that are shown before and after the place.
AROUND = 60


@dataclass(frozen=True)
class Place:
    """Where in a question; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Refusal:
    """What the engine says, with the line under its words, and the place when it names one."""

    text: str
    place: Place | None


def refusal_of(said: str, query: str) -> Refusal:
    """What stands in a message of the engine; one that is not JSON, or was cut, stays as it is."""
    kind, brace, rest = said.partition("{")
    try:
        found = json.loads(brace + rest)
        text = kind + found["exception_message"]
        position = int(found["position"]) if "position" in found else None
    except (ValueError, TypeError, LookupError):
        return Refusal(said, None)
    if position is None or not 0 <= position <= len(query.encode()):
        return Refusal(text, None)
    place = _place(query, position)
    return Refusal(f"{text}\n\n{_pointed(query, place)}", place)


def _place(query: str, position: int) -> Place:
    """The engine counts bytes of UTF-8 from 0."""
    before = query.encode()[:position].decode(errors="ignore")
    return Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _pointed(query: str, place: Place) -> str:
    """The line, cut around the place if it is long, and a mark under it."""
    line = query.split("\n")[place.line - 1].replace("\t", " ")
    start = max(0, place.column - 1 - AROUND)
    head = f"{place.line}:{place.column}: " + ("… " if start else "")
    shown, before = line[start : place.column - 1 + AROUND], line[start : place.column - 1]
    return f"{head}{shown}\n{' ' * _width(head + before)}^"


def _width(text: str) -> int:
    """Places of a text in letters of one width; Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
