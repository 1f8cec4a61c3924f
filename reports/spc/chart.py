"""Control charts: centre line, limits and signals, estimated from the subgroups themselves.

values by subgroup → variable_chart: X̄-R, X̄-S or I-MR;  defects and sample sizes → attribute_chart: p
Formulas: Montgomery, Introduction to Statistical Quality Control; NIST/SEMATECH e-Handbook 6.3.
Nothing is drawn from a process that does not vary; limits of three standard deviations throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from reports.spc.constants import LARGEST_RANGE, c4, d2, d3
from reports.spc.rules import ATTRIBUTE_RULES, RULES, SPREAD_RULES, Floats, RuleSet, Signal, signals

# Defects expected in a sample: fewer make no p chart, and fewer than the second none that tells of runs.
LEAST_DEFECTS, DEFECTS_FOR_RUNS = 1, 5


class Kind(StrEnum):
    """Which chart fits the data."""

    XBAR_R = "xbar_r"
    XBAR_S = "xbar_s"
    I_MR = "i_mr"
    P = "p"


class NoChart(ValueError):
    """These data make no chart; `code` says why: few, constant, rare."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Panel:
    """One line of points with centre, limits and signals; the first moving range is no number (NaN)."""

    values: tuple[float, ...]
    centre: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class Chart:
    """A control chart.

    Attributes:
        kind: Which one.
        location: Means, single values or shares.
        spread: Ranges, deviations or moving ranges; None for shares.
        sizes: Size of the subgroup behind each point.
        sigma: Standard deviation within subgroups; of a p chart the one of a single item.
        used: Index of the subgroup behind each point; subgroups of one value say nothing of spread and are
            left out of X̄ charts.
    """

    kind: Kind
    location: Panel
    spread: Panel | None
    sizes: tuple[int, ...]
    sigma: float
    used: tuple[int, ...]

    @property
    def is_stable(self) -> bool:
        """Whether no rule that was asked is broken."""
        return not self.signals

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Signals of both panels."""
        return (*self.location.signals, *(self.spread.signals if self.spread else ()))


def variable_chart(groups: Sequence[Sequence[float]], rule_set: RuleSet) -> Chart:
    """The chart of measured values.

    Args:
        groups: Values by subgroup, in the order of time.
        rule_set: Whose run rules are asked.

    Raises:
        NoChart: Fewer than two points, or values that never differ.
    """
    if all(len(group) == 1 for group in groups):
        return _individuals([group[0] for group in groups], rule_set)
    used = tuple(i for i, group in enumerate(groups) if len(group) > 1)
    chosen = [np.asarray(groups[i], dtype=np.float64) for i in used]
    _demand(len(chosen) > 1, "few")
    sizes = tuple(len(group) for group in chosen)
    if max(sizes) == min(sizes) <= LARGEST_RANGE:
        return _xbar_r(chosen, sizes, used, rule_set)
    return _xbar_s(chosen, sizes, used, rule_set)


def attribute_chart(defects: Sequence[int], sizes: Sequence[int], rule_set: RuleSet) -> Chart:
    """The p chart of defective shares; limits follow the size of each sample.

    Below five defects expected in a sample the normal curve says nothing of runs: only the limits are asked.
    Below one the limits themselves would accuse good lots (Montgomery 7.2).

    Raises:
        NoChart: Fewer than two samples, all good or all bad, or less than one defect expected in a sample.
    """
    _demand(len(sizes) > 1, "few")
    n = np.asarray(sizes, dtype=np.float64)
    shares = np.asarray(defects, dtype=np.float64) / n
    mean = float(np.sum(defects) / np.sum(n))
    _demand(0 < mean < 1, "constant")
    expected = float(np.sum(defects)) / n.size
    _demand(expected >= LEAST_DEFECTS, "rare")
    rules = ATTRIBUTE_RULES if expected >= DEFECTS_FOR_RUNS else SPREAD_RULES
    sigma = sqrt(mean * (1 - mean))
    panel = _panel(shares, np.full(n.shape, mean), sigma / np.sqrt(n), rules[rule_set], lowest=0.0)
    return Chart(Kind.P, panel, None, tuple(int(i) for i in n), sigma, tuple(range(len(sizes))))


def _individuals(values: Sequence[float], rule_set: RuleSet) -> Chart:
    x = np.asarray(values, dtype=np.float64)
    _demand(x.size > 1, "few")
    moving = np.abs(np.diff(x))
    mean_range = float(moving.mean())
    _demand(mean_range > 0, "constant")
    sigma = mean_range / d2(2)
    ones = np.ones(x.shape)
    location = _panel(x, x.mean() * ones, sigma * ones, RULES[rule_set])
    # The first value has no range of its own; its place keeps the two panels in step.
    spread = _panel(
        np.concatenate([[np.nan], moving]),
        mean_range * ones,
        d3(2) * sigma * ones,
        SPREAD_RULES[rule_set],
        lowest=0.0,
    )
    return Chart(Kind.I_MR, location, spread, (1,) * x.size, sigma, tuple(range(x.size)))


def _xbar_r(
    groups: Sequence[Floats], sizes: tuple[int, ...], used: tuple[int, ...], rule_set: RuleSet
) -> Chart:
    n = sizes[0]
    table = np.stack(groups)
    ranges = np.ptp(table, axis=1)
    mean_range = float(ranges.mean())
    _demand(mean_range > 0, "constant")
    sigma = mean_range / d2(n)
    ones = np.ones(len(groups))
    location = _panel(table.mean(axis=1), table.mean() * ones, sigma / sqrt(n) * ones, RULES[rule_set])
    spread = _panel(ranges, mean_range * ones, d3(n) * sigma * ones, SPREAD_RULES[rule_set], lowest=0.0)
    return Chart(Kind.XBAR_R, location, spread, sizes, sigma, used)


def _xbar_s(
    groups: Sequence[Floats], sizes: tuple[int, ...], used: tuple[int, ...], rule_set: RuleSet
) -> Chart:
    n = np.asarray(sizes, dtype=np.float64)
    means = np.asarray([group.mean() for group in groups])
    deviations = np.asarray([group.std(ddof=1) for group in groups])
    sigma = _pooled(deviations, n)
    _demand(sigma > 0, "constant")
    bias = np.asarray([c4(size) for size in sizes])
    centre = np.full(n.shape, float(np.sum(n * means) / np.sum(n)))
    location = _panel(means, centre, sigma / np.sqrt(n), RULES[rule_set])
    spread = _panel(
        deviations, bias * sigma, sigma * np.sqrt(1 - bias**2), SPREAD_RULES[rule_set], lowest=0.0
    )
    return Chart(Kind.XBAR_S, location, spread, sizes, sigma, used)


def _pooled(deviations: Floats, n: Floats) -> float:
    """Deviation within subgroups: S̄/c4, or pooled without its bias where sizes differ (Montgomery 6.3)."""
    if n.min() == n.max():
        return float(deviations.mean()) / c4(int(n[0]))
    freedom = float(np.sum(n - 1))
    return sqrt(float(np.sum((n - 1) * deviations**2)) / freedom) / c4(int(freedom) + 1)


def _panel(
    values: Floats, centre: Floats, deviation: Floats, rules: Sequence[str], *, lowest: float | None = None
) -> Panel:
    # Equal means of other orders differ in the last bit; a tie must stay one.
    z = np.round(np.nan_to_num((values - centre) / deviation), 9)
    lower = centre - 3 * deviation
    if lowest is not None:
        lower = np.maximum(lower, lowest)
    found = signals(z.tolist(), rules)
    return Panel(
        tuple(values.tolist()), tuple(centre.tolist()), tuple(lower.tolist()),
        tuple((centre + 3 * deviation).tolist()), found,
    )  # fmt: skip


def _demand(holds: bool, code: str) -> None:
    if not holds:
        raise NoChart(code)
