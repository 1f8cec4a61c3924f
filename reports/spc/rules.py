"""Run rules: which points of a control chart speak against chance, by Western Electric or by Nelson.

distances from the centre in σ → signals(…) → rule, point that completes it, points it rests on
Western Electric Statistical Quality Control Handbook (1956); L. S. Nelson, JQT 16 (4), 1984, pp. 237-239.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


class RuleSet(StrEnum):
    """Whose rules are asked."""

    WESTERN_ELECTRIC = "western_electric"
    NELSON = "nelson"


@dataclass(frozen=True)
class Signal:
    """A rule that is broken.

    Attributes:
        rule: WE1…WE4 or N1…N8.
        at: Index of the point that completes it.
        points: Indices of the points it rests on, rising; the last one is `at`.
    """

    rule: str
    at: int
    points: tuple[int, ...]


Finder = Callable[[Floats], Iterator[tuple[int, ...]]]


def signals(z: Sequence[float], names: Sequence[str]) -> tuple[Signal, ...]:
    """Every signal of the named rules, by point and rule.

    Args:
        z: Distance of each point from the centre line in its own standard deviations.
        names: Rules to ask, see RULES.
    """
    values = np.asarray(z, dtype=np.float64)
    found = [
        Signal(name, points[-1], points) for name in names if values.size for points in _FINDERS[name](values)
    ]
    return tuple(sorted(found, key=lambda signal: (signal.at, signal.rule)))


def _at_least(needed: int, window: int, marked: Marks) -> Iterator[tuple[int, ...]]:
    """Windows in which enough points are marked, the last one among them."""
    total = np.concatenate([[0], np.cumsum(marked)])
    for at in np.flatnonzero(marked):
        first = max(int(at) - window + 1, 0)
        if total[at + 1] - total[first] >= needed:
            yield tuple(int(i) for i in range(first, at + 1) if marked[i])


def _either_side(needed: int, window: int, beyond: float, z: Floats) -> Iterator[tuple[int, ...]]:
    """The same, above the centre or below it; a point on the centre line belongs to neither side."""
    yield from _at_least(needed, window, z > beyond)
    yield from _at_least(needed, window, z < -beyond)


def _runs(length: int, marked: Marks) -> Iterator[tuple[int, ...]]:
    """So many marked points in a row."""
    yield from _at_least(length, length, marked)


def _hugging(length: int, z: Floats) -> Iterator[tuple[int, ...]]:
    """So many points in a row within one deviation, above or below."""
    yield from _runs(length, np.abs(z) < 1)


def _trend(length: int, z: Floats) -> Iterator[tuple[int, ...]]:
    """So many points in a row, each above the one before, or each below it."""
    steps = np.diff(z)
    for rises in (steps > 0, steps < 0):
        for points in _runs(length - 1, rises):
            yield (points[0], *(i + 1 for i in points))


def _alternating(length: int, z: Floats) -> Iterator[tuple[int, ...]]:
    """So many points in a row going up and down in turn."""
    steps = np.sign(np.diff(z))
    for points in _runs(length - 2, steps[1:] * steps[:-1] < 0):
        yield (points[0], points[0] + 1, *(i + 2 for i in points))


def _both_sides(length: int, z: Floats) -> Iterator[tuple[int, ...]]:
    """So many points in a row beyond one deviation, some above and some below (Nelson's test 8)."""
    for points in _runs(length, np.abs(z) > 1):
        sides = {bool(z[i] > 0) for i in points}
        if len(sides) == 2:
            yield points


_FINDERS: dict[str, Finder] = {
    "WE1": partial(_either_side, 1, 1, 3.0),
    "WE2": partial(_either_side, 2, 3, 2.0),
    "WE3": partial(_either_side, 4, 5, 1.0),
    "WE4": partial(_either_side, 8, 8, 0.0),
    "N1": partial(_either_side, 1, 1, 3.0),
    "N2": partial(_either_side, 9, 9, 0.0),
    "N3": partial(_trend, 6),
    "N4": partial(_alternating, 14),
    "N5": partial(_either_side, 2, 3, 2.0),
    "N6": partial(_either_side, 4, 5, 1.0),
    "N7": partial(_hugging, 15),
    "N8": partial(_both_sides, 8),
}
RULES = {
    RuleSet.WESTERN_ELECTRIC: ("WE1", "WE2", "WE3", "WE4"),
    RuleSet.NELSON: ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"),
}
# Zones have no meaning for counts that are far from normal: Nelson gives tests 1 to 4 for p charts.
ATTRIBUTE_RULES = {RuleSet.WESTERN_ELECTRIC: ("WE1", "WE4"), RuleSet.NELSON: ("N1", "N2", "N3", "N4")}
# Ranges and deviations are skewed, moving ranges overlap: only points beyond the limits count.
SPREAD_RULES = {RuleSet.WESTERN_ELECTRIC: ("WE1",), RuleSet.NELSON: ("N1",)}
