"""GS1 application identifiers as data: gs1_ai.csv → rules.

The table holds the identifiers that occur on medical devices and their logistics (GS1 General
Specifications, section 3). ``format`` is a list of parts ``<class><min>[-<max>][:<check>]`` with the classes
N (digits), X (character set 82), Y (character set 39) and the checks mod10, date (YYMMDD), date0 (DD may be
00) and gmn. ``requires`` reads ``a+b|c`` as "(a and b) or c"; ``excludes`` lists forbidden neighbours.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from master_data.issue import Severity

GS = "\x1d"
CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET_39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
CHARACTERS: Mapping[str, str] = MappingProxyType({"N": DIGITS, "X": CSET_82, "Y": CSET_39})

_PART = re.compile(r"([NXY])([0-9]+)(?:-([0-9]+))?(?::([a-z0-9]+))?")


@dataclass(frozen=True)
class Part:
    """One component of an element's value."""

    kind: str
    shortest: int
    longest: int
    check: str


@dataclass(frozen=True)
class AiRule:
    """What the table says about one application identifier."""

    ai: str
    parts: tuple[Part, ...]
    is_predefined: bool
    requires: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    pair_severity: Severity
    title_en: str
    title_zh: str

    @property
    def shortest(self) -> int:
        """Smallest permitted length of the value."""
        return sum(part.shortest for part in self.parts)

    @property
    def longest(self) -> int:
        """Largest permitted length of the value."""
        return sum(part.longest for part in self.parts)


@cache
def ai_table() -> Mapping[str, AiRule]:
    """Return the rules by application identifier, ranges expanded."""
    text = files("master_data").joinpath("gs1_ai.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({ai: _rule(ai, row) for row in rows for ai in _expand(row["ai"])})


def ai_at(text: str, position: int) -> AiRule | None:
    """Return the rule whose identifier starts at a position; no identifier is a prefix of another."""
    table = ai_table()
    hits = (table.get(text[position : position + width]) for width in (2, 3, 4))
    return next((rule for rule in hits if rule is not None), None)


def _expand(ai: str) -> Iterator[str]:
    first, _, last = ai.partition("-")
    yield from (str(n) for n in range(int(first), int(last) + 1)) if last else (ai,)


def _rule(ai: str, row: dict[str, str]) -> AiRule:
    severity: Severity = "warn" if row["pair_severity"] == "warn" else "error"
    groups = tuple(tuple(group.split("+")) for group in row["requires"].split("|") if group)
    parts = tuple(_part(text) for text in row["format"].split())
    excludes = tuple(row["excludes"].split())
    titles = row["title_en"], row["title_zh"]
    return AiRule(ai, parts, row["predefined"] == "yes", groups, excludes, severity, *titles)


def _part(text: str) -> Part:
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"gs1_ai.csv: cannot read the format part {text!r}")
    kind, shortest, longest, check = match.groups()
    return Part(kind, int(shortest), int(longest or shortest), check or "")
