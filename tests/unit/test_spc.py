"""Control charts, run rules and capability against published examples, integrals and brute force."""

from math import erf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.spc import Demands, Kind, NoChart, RuleSet, attribute_chart, capability, variable_chart
from reports.spc.constants import c4, d2, d3
from reports.spc.rules import RULES, signals

WE, NELSON = RuleSet.WESTERN_ELECTRIC, RuleSet.NELSON
# Montgomery, Introduction to Statistical Quality Control, table 6.3: inside diameter of piston rings, mm.
PISTON_RINGS = """
    74.030 74.002 74.019 73.992 74.008  73.995 73.992 74.001 74.011 74.004  73.988 74.024 74.021 74.005 74.002
    74.002 73.996 73.993 74.015 74.009  73.992 74.007 74.015 73.989 74.014  74.009 73.994 73.997 73.985 73.993
    73.995 74.006 73.994 74.000 74.005  73.985 74.003 73.993 74.015 73.988  74.008 73.995 74.009 74.005 74.004
    73.998 74.000 73.990 74.007 73.995  73.994 73.998 73.994 73.995 73.990  74.004 74.000 74.007 74.000 73.996
    73.983 74.002 73.998 73.997 74.012  74.006 73.967 73.994 74.000 73.984  74.012 74.014 73.998 73.999 74.007
    74.000 73.984 74.005 73.998 73.996  73.994 74.012 73.986 74.005 74.007  74.006 74.010 74.018 74.003 74.000
    73.984 74.002 74.003 74.005 73.997  74.000 74.010 74.013 74.020 74.003  73.982 74.001 74.015 74.005 73.996
    74.004 73.999 73.990 74.006 74.009  74.010 73.989 73.990 74.009 74.014  74.015 74.008 73.993 74.000 74.010
    73.982 73.984 73.995 74.017 74.013"""
RINGS = np.array(PISTON_RINGS.split(), dtype=float).reshape(25, 5).tolist()
# NIST/SEMATECH e-Handbook 6.3.2.2: flow rates. 6.3.3.2: defective chips of 50 on each of 30 wafers.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
WAFERS = [
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
]


def line(chart_panel, at: int = 0) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
    return chart_panel.lower[at], chart_panel.centre[at], chart_panel.upper[at]


def test_means_and_ranges_of_piston_rings() -> None:
    """Prevents X̄-R limits that are not the textbook's."""
    chart = variable_chart(RINGS, NELSON)
    assert chart.kind is Kind.XBAR_R
    assert chart.spread is not None
    mean_range = 0.581 / 25  # as printed
    assert line(chart.location) == pytest.approx(
        (74.00118 - 0.577 * mean_range, 74.00118, 74.00118 + 0.577 * mean_range), abs=1e-5
    )
    assert line(chart.spread) == pytest.approx((0, mean_range, 2.115 * mean_range), abs=2e-5)
    assert chart.is_stable


def test_deviations_of_large_subgroups() -> None:
    """Prevents X̄-S limits that are not S̄ ± 3 S̄/c4 √(1 - c4²), where ranges no longer serve."""
    rows = np.random.default_rng(5).normal(10, 2, (30, 12))
    chart = variable_chart(rows.tolist(), WE)
    mean_s = float(rows.std(axis=1, ddof=1).mean())
    assert chart.kind is Kind.XBAR_S
    assert chart.spread is not None
    # A3, B3 and B4 for n = 12 (ASTM E2587).
    assert line(chart.location) == pytest.approx(
        (rows.mean() - 0.886 * mean_s, rows.mean(), rows.mean() + 0.886 * mean_s), rel=2e-4
    )
    assert line(chart.spread) == pytest.approx((0.354 * mean_s, mean_s, 1.646 * mean_s), rel=2e-3)


def test_subgroups_of_unequal_size_have_limits_of_their_own() -> None:
    """Prevents a lost value from widening or narrowing the limits of every other subgroup."""
    groups = [row[: 5 - (i % 3)] for i, row in enumerate(RINGS)] + [[74.0]]
    chart = variable_chart(groups, WE)
    assert chart.kind is Kind.XBAR_S
    assert chart.used == tuple(range(25))  # a single value has no spread
    freedom = sum(len(group) - 1 for group in groups)
    pooled = sqrt(sum(float(np.var(g, ddof=1)) * (len(g) - 1) for g in groups[:25]) / freedom) / c4(
        freedom + 1
    )
    for at, size in enumerate(chart.sizes):
        lower, _, upper = line(chart.location, at)
        assert upper - lower == pytest.approx(6 * pooled / sqrt(size), rel=1e-9)


def test_single_values_with_moving_ranges() -> None:
    """Prevents I-MR limits that are not NIST's (6.3.2.2)."""
    chart = variable_chart([[x] for x in FLOW], WE)
    assert chart.kind is Kind.I_MR
    assert chart.spread is not None
    assert line(chart.location) == pytest.approx((45.8159, 50.81, 55.8041), abs=5e-4)
    assert chart.spread.centre[0] == pytest.approx(1.8778, abs=5e-5)
    assert str(chart.spread.values[0]) == str(nan)


def test_shares_of_defective_chips() -> None:
    """Prevents p limits that are not NIST's (6.3.3.2), whose wafers 15 and 23 are out of control."""
    chart = attribute_chart(WAFERS, [50] * 30, NELSON)
    assert line(chart.location) == pytest.approx((0.0524, 0.2313, 0.4102), abs=5e-5)
    assert [signal.at for signal in chart.signals if signal.rule == "N1"] == [14, 22]


def test_few_defects_tell_nothing_of_runs() -> None:
    """Prevents nine months with one defect each from being called a run: only the limits may speak."""
    sparse = attribute_chart([1] * 10 + [9], [60] * 11, NELSON)
    assert {(signal.rule, signal.at) for signal in sparse.signals} == {("N1", 10)}
    plenty = attribute_chart([6] * 10 + [40], [60] * 11, NELSON)
    assert "N2" in {signal.rule for signal in plenty.signals}


def test_limits_of_shares_follow_the_sample_and_never_fall_below_zero() -> None:
    """Prevents one limit for samples of five and of five hundred."""
    chart = attribute_chart([1, 5, 0], [10, 500, 40], WE)
    p = 6 / 550
    assert chart.location.upper[1] == pytest.approx(p + 3 * sqrt(p * (1 - p) / 500))
    assert chart.location.lower == (0, 0, 0)


@pytest.mark.parametrize("n", range(2, 11))
def test_constants_are_those_of_normal_samples(n: int) -> None:
    """Prevents a mistyped constant: d2 by its integral, d3 by drawing samples, c4 by drawing samples."""
    x = np.linspace(-9, 9, 40001)
    phi = np.array([(1 + erf(value / sqrt(2))) / 2 for value in x])
    assert d2(n) == pytest.approx(float(np.trapezoid(1 - (1 - phi) ** n - phi**n, x)), abs=6e-4)
    samples = np.random.default_rng(n).normal(size=(200_000, n))
    assert d3(n) == pytest.approx(float(np.ptp(samples, axis=1).std()), abs=6e-3)
    assert c4(n) == pytest.approx(float(samples.std(axis=1, ddof=1).mean()), abs=4e-3)


UP, DOWN = [0.1 * i for i in range(6)], [-0.1 * i for i in range(6)]
ZIGZAG = [0.3, -0.3] * 7
SERIES = [
    ("WE1", [0, 3.1], [1]),
    ("WE1", [0, 3.0, -3.0], []),
    ("WE2", [2.1, 0, 2.1], [2]),
    ("WE2", [2.1, 0, -2.1], []),
    ("WE2", [2.1, 2.1, 0], [1]),
    ("WE3", [1.1, 1.1, 0, 1.1, 1.1], [4]),
    ("WE3", [1.1, 1.1, 0, -1.1, 1.1, 1.1], []),
    ("WE4", [0.1] * 8, [7]),
    ("WE4", [0.1] * 7 + [-0.1], []),
    ("WE4", [0.1] * 7 + [0, 0.1], []),
    ("N2", [-0.1] * 9, [8]),
    ("N2", [-0.1] * 8, []),
    ("N3", UP, [5]),
    ("N3", DOWN, [5]),
    ("N3", UP[:5], []),
    ("N3", [0, 0.1, 0.2, 0.2, 0.3, 0.4], []),
    ("N4", ZIGZAG, [13]),
    ("N4", ZIGZAG[:13], []),
    ("N4", ZIGZAG[:7] + ZIGZAG[6:13], []),
    ("N5", [-2.1, -2.1], [1]),
    ("N6", [-1.1] * 4, [3]),
    ("N7", [0.9, -0.9] * 7 + [0.9], [14]),
    ("N7", [0.9, -0.9] * 7, []),
    ("N8", [1.1, -1.1] * 4, [7]),
    ("N8", [1.1] * 8, []),
    ("N8", [1.1, -1.1] * 3 + [1.1, 0.9], []),
]


@pytest.mark.parametrize(("rule", "z", "at"), SERIES)
def test_rules_on_literal_series(rule: str, z: list[float], at: list[int]) -> None:
    """Prevents a rule that fires a point early, a point late, or on points of both sides."""
    assert [signal.at for signal in signals(z, [rule])] == at


def brute(rule: str, z: list[float]) -> list[int]:
    """Nelson's and Western Electric's words, point by point, without arrays."""
    found = []
    for at in range(len(z)):

        def last(n: int, at: int = at) -> list[float]:
            return z[at - n + 1 : at + 1] if at + 1 >= n else []

        def some(n: int, of: int, limit: float, at: int = at) -> bool:
            window = z[max(at - of + 1, 0) : at + 1]
            return any(
                side * z[at] > limit and sum(side * value > limit for value in window) >= n
                for side in (1, -1)
            )

        def trend(n: int) -> bool:
            row = last(n)
            pairs = list(zip(row, row[1:], strict=False))
            return bool(row) and (all(a < b for a, b in pairs) or all(a > b for a, b in pairs))

        def turns(n: int) -> bool:
            row = last(n)
            triples = list(zip(row, row[1:], row[2:], strict=False))
            return bool(row) and all((b - a) * (c - b) < 0 for a, b, c in triples)

        within, beyond = last(15), last(8)
        holds = {
            "1": some(1, 1, 3), "WE2": some(2, 3, 2), "WE3": some(4, 5, 1), "WE4": some(8, 8, 0),
            "N2": some(9, 9, 0), "N3": trend(6), "N4": turns(14), "N5": some(2, 3, 2), "N6": some(4, 5, 1),
            "N7": bool(within) and all(abs(value) < 1 for value in within),
            "N8": bool(beyond) and all(abs(value) > 1 for value in beyond) and min(beyond) < 0 < max(beyond),
        }  # fmt: skip
        if holds["1" if rule in ("WE1", "N1") else rule]:
            found.append(at)
    return found


LEVELS = st.sampled_from([-3.5, -2.5, -1.5, -0.5, -0.25, 0.0, 0.25, 0.5, 1.5, 2.5, 3.5])


@settings(max_examples=200, deadline=None)
@given(st.lists(LEVELS, max_size=40))
def test_rules_equal_brute_force(z: list[float]) -> None:
    """Prevents array arithmetic that differs from the words of the rules on any series."""
    for rule in (*RULES[WE], *RULES[NELSON]):
        assert sorted({signal.at for signal in signals(z, [rule])}) == brute(rule, z), rule


@given(st.lists(LEVELS, min_size=20, max_size=60))
def test_a_signal_names_the_points_it_rests_on(z: list[float]) -> None:
    """Prevents a chart that circles points which have nothing to do with the rule."""
    for signal in signals(z, RULES[NELSON]):
        assert list(signal.points) == sorted(set(signal.points))
        assert signal.points[-1] == signal.at
        assert brute(signal.rule, [z[i] for i in range(signal.at + 1)])[-1] == signal.at


def in_control(count: int = 40, centre: float = 16, deviation: float = 2) -> list[list[float]]:
    """Normal subgroups of three without a signal."""
    quantiles = np.random.default_rng(4).normal(centre, deviation, (count, 3))
    return quantiles.tolist()


def test_indices_are_nists() -> None:
    """Prevents Cp and Cpk that are not NIST's (6.1.6): limits 4σ below and 2σ above → 1.0 and 0.667."""
    groups = in_control()
    chart = variable_chart(groups, WE)
    assert chart.is_stable
    values = [value for group in groups for value in group]
    mean = float(np.mean(values))
    found = capability(chart, values, mean - 4 * chart.sigma, mean + 2 * chart.sigma, Demands())
    named = {index.name: index.value for index in found.indices}
    assert named["Cp"] == pytest.approx(1)
    assert named["Cpk"] == pytest.approx(2 / 3)
    overall = float(np.std(values, ddof=1))
    assert named["Ppk"] == pytest.approx(2 * chart.sigma / (3 * overall))
    assert found.cpk_low is not None
    assert found.cpk_low < 2 / 3
    assert found.outside_count == sum(
        not mean - 4 * chart.sigma <= v <= mean + 2 * chart.sigma for v in values
    )


def refused(
    groups: list[list[float]], lower: float | None = 8.0, upper: float | None = 24.0
) -> dict[str, set[str]]:
    chart = variable_chart(groups, WE)
    found = capability(chart, [value for group in groups for value in group], lower, upper, Demands())
    assert all((index.value is None) == bool(index.refused) for index in found.indices)
    return {index.name: set(index.refused) for index in found.indices}


def test_an_index_is_refused_with_its_reason() -> None:
    """Prevents a Cpk of ten points, of a drifting process, of skewed values, or of no specification."""
    assert refused(in_control()) == {"Cp": set(), "Cpk": set(), "Pp": set(), "Ppk": set()}
    assert "few" in refused(in_control()[:10])["Ppk"]
    drifting = [[value + i / 4 for value in group] for i, group in enumerate(in_control())]
    assert "unstable" in refused(drifting)["Cpk"]
    assert "unstable" not in refused(drifting)["Ppk"]
    skewed = [[float(np.exp(value - 14)) for value in group] for group in in_control()]
    assert "not_normal" in refused(skewed)["Cp"]
    assert refused(in_control(), lower=None) == {
        "Cp": {"one_sided"},
        "Cpk": set(),
        "Pp": {"one_sided"},
        "Ppk": set(),
    }
    assert "no_limits" in refused(in_control(), None, None)["Cpk"]


@pytest.mark.parametrize(
    ("groups", "code"),
    [([[1.0]], "few"), ([[1.0], [1.0]], "constant"), ([[1, 1], [1, 1]], "constant"), ([], "few")],
)
def test_what_does_not_vary_makes_no_chart(groups: list[list[float]], code: str) -> None:
    """Prevents limits of zero width, and a division by zero instead of a word."""
    with pytest.raises(NoChart) as refusal:
        variable_chart(groups, WE)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("defects", "code"), [([0], "few"), ([0, 0], "constant"), ([5, 5], "constant"), ([1, 0, 0], "rare")]
)
def test_shares_without_defects_make_no_chart(defects: list[int], code: str) -> None:
    """Prevents a p chart of nothing but good parts from being called in control."""
    with pytest.raises(NoChart) as refusal:
        attribute_chart(defects, [5] * len(defects), WE)
    assert refusal.value.code == code
