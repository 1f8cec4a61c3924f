"""The index of a set of checks: how much of what was checked is as it should be, by dimension and together.

s(dimension) = mean over its checks of (1 - failed/checked); DQI = 100 x sum(w s) / sum(w) of those measured
Checks that looked at nothing are no evidence and count nowhere. A failed blocking rule caps the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from quality_rules.index.checks import Check

STEP = Decimal("0.01")


@dataclass(frozen=True)
class Weights:
    """What each dimension weighs, and the highest index where a blocking rule has failed."""

    of: Mapping[str, int]
    cap: Decimal


@dataclass(frozen=True)
class Score:
    """An index and what it is made of.

    Attributes:
        index: 0 to 100; None when nothing was measured.
        dimensions: Share 0 to 1 of each measured dimension.
        check_count, failed_count: Checks with evidence, and those of them that found something.
        is_capped: A blocking rule has failed.
    """

    index: Decimal | None
    dimensions: Mapping[str, Decimal]
    check_count: int
    failed_count: int
    is_capped: bool


@cache
def load_weights() -> Weights:
    """The house's weights, of weights.yaml."""
    found = yaml.safe_load(files("quality_rules.index").joinpath("weights.yaml").read_text(encoding="utf-8"))
    return Weights(MappingProxyType(found["weights"]), Decimal(found["cap"]))


def score(checks: Iterable[Check], weights: Weights) -> Score:
    """The index of some checks."""
    evident = [check for check in checks if check.checked_rows > 0]
    shares: dict[str, list[Decimal]] = {}
    for check in evident:
        shares.setdefault(check.dimension, []).append(passed_share(check))
    dimensions = {
        name: sum(shares[name], Decimal(0)) / len(shares[name]) for name in weights.of if name in shares
    }
    is_capped = any(check.severity == "block" and not check.is_passed for check in evident)
    return Score(
        _index(dimensions, weights, is_capped=is_capped),
        dimensions,
        len(evident),
        sum(not check.is_passed for check in evident),
        is_capped,
    )


def score_by(checks: Iterable[Check], key: Callable[[Check], str], weights: Weights) -> dict[str, Score]:
    """The index of each group of checks, by name."""
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(key(check), []).append(check)
    return {name: score(groups[name], weights) for name in sorted(groups)}


def passed_share(check: Check) -> Decimal:
    """How much of what a check looked at is as it should be, 0 to 1."""
    return max(1 - Decimal(check.failed_rows) / check.checked_rows, Decimal(0))


def _index(dimensions: Mapping[str, Decimal], weights: Weights, *, is_capped: bool) -> Decimal | None:
    weight = sum(weights.of[name] for name in dimensions)
    if not weight:
        return None
    total = 100 * sum((weights.of[name] * share for name, share in dimensions.items()), Decimal(0)) / weight
    return (min(total, weights.cap) if is_capped else total).quantize(STEP)
