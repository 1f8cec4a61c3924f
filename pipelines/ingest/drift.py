"""Columns that are not the contract's: what differs between two lists of names, and what is decided of it.

names found, names expected, policy -> drifts() -> Drift, ...; readers act on them, Accounts keeps them.
Nothing here is a guess that is acted upon: a likely new name is reported with both names, never applied.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from quality_rules.contract_drift import Decision, DriftPolicy

Kind = Literal["new", "missing", "renamed", "case", "duplicate", "reordered", "retyped"]
# `accept` is what needs no decision: another order of columns, an element the contract does not take.
Verdict = Decision | Literal["accept"]

WORDS: dict[Kind, str] = {
    "new": "多出 | unknown",
    "missing": "缺少 | missing",
    "renamed": "疑似改名 | renamed?",
    "case": "大小写不同 | other case",
    "duplicate": "重复 | given twice",
    "reordered": "列序不同 | other order",
    "retyped": "类型改变 | other type",
}
SIMILAR = 0.75
# A header of thousands of names is no renamed column; looking for pairs in it would cost minutes.
LOOKED_AT = 200


@dataclass(frozen=True)
class Drift:
    """One column that is not as the contract says.

    Attributes:
        column: Physical name in the contract, "" when it has none.
        found: Name in the file, "" when it has none; of a retyped column its type there.
    """

    kind: Kind
    column: str
    found: str
    verdict: Verdict


@dataclass
class DriftLog:
    """Drifts of one file with the number of records that show each, complete when all records are read."""

    counts: dict[Drift, int] = field(default_factory=dict)

    def add(self, drift: Drift, records: int = 1) -> None:
        """Counts records that show a drift; 0 stands for the whole file."""
        self.counts[drift] = self.counts.get(drift, 0) + records


def drifts(found: Sequence[str], expected: Sequence[str], policy: DriftPolicy) -> tuple[Drift, ...]:
    """What differs between the names found and those expected, each with what the policy decides."""
    there, ours = set(found), set(expected)
    missing = [name for name in expected if name not in there]
    unknown = list(dict.fromkeys(name for name in found if name not in ours))
    pairs = list(_pairs(missing, unknown, expected, found))
    paired = {name for _, column, name in pairs for name in (column, name)}
    return (
        *(Drift("new", "", name, policy.new) for name in unknown if name not in paired),
        *(Drift("missing", name, "", policy.missing) for name in missing if name not in paired),
        *(Drift(kind, column, name, policy.renamed) for kind, column, name in pairs),
        *(Drift("duplicate", name, name, "refuse") for name in _twice(found)),
        *_reordered(found, expected),
    )


def strictest(found: Iterable[Drift]) -> Verdict:
    """What becomes of the file: the strictest of its decisions."""
    order: tuple[Verdict, ...] = ("refuse", "quarantine", "accept-new-column", "accept")
    return min((drift.verdict for drift in found), key=order.index, default="accept")


def in_words(found: Iterable[Drift]) -> str:
    """Drifts as "中文 | English"."""
    lines: tuple[list[str], list[str]] = ([], [])
    listed = list(found)
    for kind, words in WORDS.items():
        of_kind = [_shown(drift) for drift in listed if drift.kind == kind]
        names = ", ".join(of_kind[:5]) + (" …" if len(of_kind) > 5 else "")
        for line, word in zip(lines, words.split(" | "), strict=True):
            line.extend([f"{word} {names}"] if of_kind else [])
    return f"{'；'.join(lines[0])} | {'; '.join(lines[1])}"


def _shown(drift: Drift) -> str:
    names = [repr(name[:60]) for name in dict.fromkeys((drift.column, drift.found)) if name]
    return " → ".join(names) or "''"


def _twice(found: Sequence[str]) -> list[str]:
    """Delta and DuckDB tell no case apart, so two names in two cases are one name twice."""
    times = Counter(name.casefold() for name in found)
    return sorted({name for name in found if times[name.casefold()] > 1})


def _reordered(found: Sequence[str], expected: Sequence[str]) -> Iterator[Drift]:
    """The columns both sides know stand in another order; reported once, by the first that moved."""
    there, named = set(found), set(expected)
    ours = [name for name in expected if name in there]
    theirs = list(dict.fromkeys(name for name in found if name in named))
    moved = [(mine, other) for mine, other in zip(ours, theirs, strict=True) if mine != other]
    if moved:
        yield Drift("reordered", moved[0][0], moved[0][1], "accept")


def _pairs(
    missing: Sequence[str], unknown: Sequence[str], expected: Sequence[str], found: Sequence[str]
) -> Iterator[tuple[Kind, str, str]]:
    """Missing and unknown names that look like one column, the nearest first, each used once."""
    near = [
        (score, expected.index(column), found.index(name), column, name)
        for column in missing[:LOOKED_AT]
        for name in unknown[:LOOKED_AT]
        if (score := _nearness(column, name, expected, found))
    ]
    used: set[str] = set()
    for _, _, _, column, name in sorted(near, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if column not in used and name not in used:
            used |= {column, name}
            yield ("case" if column.casefold() == name.casefold() else "renamed"), column, name


def _nearness(column: str, name: str, expected: Sequence[str], found: Sequence[str]) -> float:
    """3: other case; 2: other width, blanks, signs; up to 1: spelling; 0.5: same neighbours; 0: not near."""
    if column.casefold() == name.casefold():
        return 3
    ours, theirs = _bare(column), _bare(name)
    if ours and ours == theirs:
        return 2
    alike = SequenceMatcher(None, ours, theirs).ratio()
    if alike >= SIMILAR:
        return alike
    return 0.5 if _neighbours(column, expected) == _neighbours(name, found) else 0


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def _neighbours(name: str, names: Sequence[str]) -> tuple[str, str]:
    at = names.index(name)
    return names[at - 1] if at else "", names[at + 1] if at + 1 < len(names) else ""
