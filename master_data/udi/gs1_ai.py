"""GS1 application identifiers as data: gs1_ai.csv → rules.

The table holds the identifiers of devices, their parts and their logistics, as the GS1 Syntax Dictionary
(release ff2eb4b, Apache-2.0) has them. Left out: prices, coupons, food, rolls, payments, patients, DIGSIG.
``format`` lists parts ``<class><min>[-<max>][?][:<check>+<check>]`` with the classes N (digits), X (character
set 82), Y (character set 39); ``?`` is whole or absent; the checks stand in gs1_lint. ``requires`` reads
``a+b|c`` as "(a and b) or c"; in ``excludes`` 310n is every other one of 3100 to 3109. ``link_key`` says that
a Digital Link may begin with it, and which qualifiers may follow in which order.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from master_data.udi.issue import Severity

GS = "\x1d"
CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET_39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
CHARACTERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"N": frozenset(DIGITS), "X": frozenset(CSET_82), "Y": frozenset(CSET_39)}
)

_PART = re.compile(r"([NXY])([0-9]+)(?:-([0-9]+))?(\??)(?::([a-z0-9+]+))?")


@dataclass(frozen=True)
class Part:
    """One component of an element's value."""

    kind: str
    shortest: int
    longest: int
    is_optional: bool
    checks: tuple[str, ...]


@dataclass(frozen=True)
class AiRule:
    """What the table says about one application identifier; lengths are those of the whole value."""

    ai: str
    parts: tuple[Part, ...]
    shortest: int
    longest: int
    is_predefined: bool
    requires: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]
    excludes_text: str
    pair_severity: Severity
    link_qualifiers: tuple[tuple[str, ...], ...] | None
    is_link_attribute: bool
    title_en: str
    title_zh: str


@cache
def ai_table() -> Mapping[str, AiRule]:
    """Return the rules by application identifier, ranges expanded."""
    text = files("master_data.udi").joinpath("gs1_ai.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    by_ai = {ai: row for row in rows for ai in _expand(row["ai"])}
    return MappingProxyType({ai: _rule(ai, row, by_ai.keys()) for ai, row in by_ai.items()})


def ai_at(text: str, position: int) -> AiRule | None:
    """Return the rule whose identifier starts at a position; no identifier is a prefix of another."""
    table = ai_table()
    hits = (table.get(text[position : position + width]) for width in (2, 3, 4))
    return next((rule for rule in hits if rule is not None), None)


def _expand(ai: str) -> Iterator[str]:
    first, _, last = ai.partition("-")
    yield from (str(n) for n in range(int(first), int(last) + 1)) if last else (ai,)


def _rule(ai: str, row: dict[str, str], known: Iterable[str]) -> AiRule:
    severity: Severity = "warn" if row["pair_severity"] == "warn" else "error"
    groups = tuple(tuple(group.split("+")) for group in row["requires"].split("|") if group)
    parts = tuple(_part(text) for text in row["format"].split())
    return AiRule(
        ai=ai,
        parts=parts,
        shortest=sum(0 if part.is_optional else part.shortest for part in parts),
        longest=sum(part.longest for part in parts),
        is_predefined=row["predefined"] == "yes",
        requires=groups,
        excludes=tuple(_excluded(ai, row["excludes"], known)),
        excludes_text=row["excludes"],
        pair_severity=severity,
        link_qualifiers=_link_qualifiers(row["link_key"]),
        is_link_attribute=row["link_attribute"] == "yes",
        title_en=row["title_en"],
        title_zh=row["title_zh"],
    )


def _excluded(ai: str, text: str, known: Iterable[str]) -> Iterator[str]:
    for pattern in text.split():
        fits = re.compile(pattern.replace("n", "[0-9]")).fullmatch
        yield from (other for other in known if fits(other) and other != ai)


def _link_qualifiers(text: str) -> tuple[tuple[str, ...], ...] | None:
    if not text:
        return None
    return () if text == "key" else tuple(tuple(order.split()) for order in text.split("|"))


def _part(text: str) -> Part:
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"gs1_ai.csv: cannot read the format part {text!r}")
    kind, shortest, longest, optional, checks = match.groups()
    return Part(
        kind,
        int(shortest),
        int(longest or shortest),
        bool(optional),
        tuple((checks or "").split("+")) if checks else (),
    )
