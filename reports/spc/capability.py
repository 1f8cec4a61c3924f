"""Process capability: Cp, Cpk of a process in control, Pp, Ppk of one observed; or why there is none.

chart + values + specification limits → capability(…) → indices, each a number or the reasons it is refused
Cp = (USL - LSL)/6σ, Cpk = min(USL - x̄, x̄ - LSL)/3σ; σ within subgroups for Cp, Cpk, of all values for Pp, Ppk
(NIST/SEMATECH e-Handbook 6.1.6, ISO 22514-2). Normality: Anderson-Darling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from reports.spc.chart import Chart

# Standard normal quantile of the one-sided 95 % bound.
_Z95 = 1.6448536269514722


@dataclass(frozen=True)
class Demands:
    """What must hold before an index is said.

    Attributes:
        points: Fewest points of the chart: 25 subgroups are the field's habit (AIAG SPC, 2nd edition).
        alpha: A normality test below this level refuses.
    """

    points: int = 25
    alpha: float = 0.05


@dataclass(frozen=True)
class Index:
    """One index: its value, or what forbids it: few, unstable, not_normal, no_limits, one_sided."""

    name: str
    value: float | None
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Capability:
    """Every index with what it rests on.

    Attributes:
        indices: Cp, Cpk, Pp, Ppk in this order.
        cpk_low: Lower 95 % confidence bound of Cpk (Bissell 1990); None when Cpk is refused.
        mean, sigma_within, sigma_overall: Estimates.
        normality_p: p value of Anderson-Darling, read between 0.01 and 0.15; None below 8 values.
        value_count, outside_count: Values, and how many of them lie outside the specification.
    """

    indices: tuple[Index, ...]
    cpk_low: float | None
    mean: float
    sigma_within: float
    sigma_overall: float
    normality_p: float | None
    value_count: int
    outside_count: int


def capability(
    chart: Chart, values: Sequence[float], lower: float | None, upper: float | None, demands: Demands
) -> Capability:
    """The indices of a variable chart.

    Args:
        chart: The chart of these values; its signals decide on stability.
        values: Every value behind the chart.
        lower: Lower specification limit, None when there is none.
        upper: Upper specification limit, None when there is none.
        demands: What must hold.
    """
    x = np.asarray(values, dtype=np.float64)
    mean, overall = float(x.mean()), float(x.std(ddof=1))
    p = normality(x.tolist())
    reasons = _reasons(chart, p, lower, upper, demands)
    # A process out of control has had a performance; what it is capable of nobody knows.
    past = tuple(reason for reason in reasons if reason != "unstable")
    indices = (
        _index("Cp", _spread(lower, upper, chart.sigma), reasons, lower, upper),
        _index("Cpk", _nearest(mean, lower, upper, chart.sigma), reasons),
        _index("Pp", _spread(lower, upper, overall), past, lower, upper),
        _index("Ppk", _nearest(mean, lower, upper, overall), past),
    )
    outside = int(
        np.sum((x < (-np.inf if lower is None else lower)) | (x > (np.inf if upper is None else upper)))
    )
    low = None if indices[1].value is None else _lower_bound(indices[1].value, x.size)
    return Capability(indices, low, mean, chart.sigma, overall, p, int(x.size), outside)


def normality(values: Sequence[float]) -> float | None:
    """The p value of the Anderson-Darling test with estimated mean and deviation, between 0.01 and 0.15."""
    x = np.asarray(values, dtype=np.float64)
    if x.size < 8 or np.ptp(x) == 0:
        return None
    # Takes half a second to import; pages without SPC do not need it.
    from scipy.stats import anderson

    return float(anderson(x, dist="norm", method="interpolate").pvalue)


def _reasons(
    chart: Chart, p: float | None, lower: float | None, upper: float | None, demands: Demands
) -> tuple[str, ...]:
    found = {
        "few": len(chart.location.values) < demands.points,
        "unstable": not chart.is_stable,
        "not_normal": p is not None and p < demands.alpha,
        "no_limits": lower is None and upper is None,
    }
    return tuple(code for code, holds in found.items() if holds)


def _index(name: str, value: float | None, reasons: tuple[str, ...], *limits: float | None) -> Index:
    if not reasons and None in limits:
        reasons = ("one_sided",)
    return Index(name, None if reasons else value, reasons)


def _spread(lower: float | None, upper: float | None, sigma: float) -> float | None:
    return None if lower is None or upper is None else (upper - lower) / (6 * sigma)


def _nearest(mean: float, lower: float | None, upper: float | None, sigma: float) -> float | None:
    sides = [
        *(() if lower is None else ((mean - lower) / (3 * sigma),)),
        *(() if upper is None else ((upper - mean) / (3 * sigma),)),
    ]
    return min(sides, default=None)


def _lower_bound(cpk: float, n: int) -> float:
    return cpk - _Z95 * sqrt(1 / (9 * n) + cpk**2 / (2 * (n - 1)))
