"""The identifiers of a register judged one by one, and the packages they form.

(di, agency, level) rows and package edges → Review: a verdict for every identifier, codes whose check digit
is wrong, and what the packaging graph lacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from master_data.device.packaging import DiIssue, DiLevel, Edge, Level, packaging_issues
from master_data.udi import Agency, check_di

# Words of core.udi_di for the levels of the packaging rules; those not named are called alike.
LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "primary": "primary",
        "unit_of_use": "unit_of_use",
        "package": "package",
        "secondary": "secondary",
        "direct_mark": "direct_marking",
    }
)
WRONG_CHECK = "CHECK_DIGIT"


@dataclass(frozen=True)
class Identifier:
    """A device identifier as a register lists it."""

    di: str
    agency: Agency
    level_code: str


@dataclass(frozen=True)
class Review:
    """What a register holds.

    Attributes:
        verdicts: (agency, ok or the code of the issue, how many identifiers).
        wrong_check: identifiers whose check digit is wrong, sorted.
        package_count: package identifiers.
        edge_count: statements of what a package holds.
        packaging: what is wrong with them; empty when the graph is complete.
    """

    verdicts: tuple[tuple[str, str, int], ...]
    wrong_check: tuple[str, ...]
    package_count: int
    edge_count: int
    packaging: tuple[DiIssue, ...]

    @property
    def identifier_count(self) -> int:
        """Identifiers judged; every one has exactly one verdict."""
        return sum(count for _, _, count in self.verdicts)


def review(identifiers: Iterable[Identifier], edges: Sequence[Edge]) -> Review:
    """Judge every identifier and the packages they form.

    Raises:
        KeyError: a level that the packaging rules do not know.
    """
    verdicts: Counter[tuple[str, str]] = Counter()
    wrong, levels = [], []
    for identifier in identifiers:
        verdict = check_di(identifier.di, identifier.agency).verdict
        verdicts[identifier.agency, verdict.code or verdict.severity] += 1
        levels.append(DiLevel(identifier.di, LEVELS[identifier.level_code]))
        if verdict.code == WRONG_CHECK:
            wrong.append(identifier.di)
    return Review(
        verdicts=tuple((agency, code, count) for (agency, code), count in sorted(verdicts.items())),
        wrong_check=tuple(sorted(wrong)),
        package_count=sum(level.level == "package" for level in levels),
        edge_count=len(edges),
        packaging=packaging_issues(levels, edges),
    )
