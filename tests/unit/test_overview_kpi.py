"""The overview's arithmetic: periods, targets in force, what meets them."""

from datetime import date
from decimal import Decimal

import pytest

from dashboards.kpi import Cell, Choice, Target, meets, months_before, over, shared, show, targets_of
from reports.language import load

JANUARY, JULY = date(2025, 1, 1), date(2025, 7, 1)
TARGETS = [
    Target("oee", "A", JULY, Decimal("0.65"), "production", "later"),
    Target("oee", "A", JANUARY, Decimal("0.6"), "production", "first"),
    Target("oee", "B", JANUARY, Decimal("0.6"), "production", "first"),
]


@pytest.mark.parametrize(
    ("sites", "last", "expected"),
    [
        (("A",), date(2024, 12, 1), None),
        (("A",), date(2025, 6, 1), "0.6"),
        (("A",), JULY, "0.65"),
        (("A", "B"), date(2025, 6, 1), "0.6"),
        (("A", "B"), JULY, None),
        (("A", "C"), date(2025, 6, 1), None),
    ],
)
def test_the_target_in_force_is_the_newest_that_all_plants_share(
    sites: tuple[str, ...], last: date, expected: str | None
) -> None:
    """Prevents a target before its day, a superseded one, and one plant's held against another's numbers."""
    in_force = targets_of(TARGETS, "oee", last)
    found = shared([in_force.get(site) for site in sites])
    assert (str(found.target_value) if found else None) == expected
    assert targets_of(TARGETS, "first_pass_yield", last) == {} and shared([]) is None


def test_periods_of_the_same_length_meet_without_overlap() -> None:
    """Prevents a month counted in both periods of a comparison, and a year's turn that loses one."""
    choice = Choice(("A",), date(2026, 2, 1), 3)
    assert (choice.first, choice.before.last, choice.before.first) == (
        date(2025, 12, 1),
        date(2025, 11, 1),
        date(2025, 9, 1),
    )
    assert months_before(JANUARY, 12) == date(2024, 1, 1) and months_before(JANUARY, 0) == JANUARY
    months = [months_before(date(2026, 2, 1), back) for back in range(6)]
    cells = [Cell("A", "k", month, Decimal(1), Decimal(2), Decimal("0.5")) for month in months]
    counted = [sum(period.holds(cell) for cell in cells) for period in (choice, choice.before)]
    assert counted == [3, 3]
    assert over(cells, choice, "C62") == Decimal("0.5")


def test_what_meets_a_target_depends_on_which_way_is_better() -> None:
    """Prevents praise for complaints above their limit, and a target reached exactly counted as missed."""
    target = Decimal("100")
    assert meets(target, target, "higher") and meets(target, target, "lower")
    assert meets(Decimal(101), target, "higher") and not meets(Decimal(101), target, "lower")


@pytest.mark.parametrize(
    ("value", "shown"), [("1", "100.0%"), ("0.99997", "> 99.9%"), ("0.9994", "99.9%"), ("1.2", "120.0%")]
)
def test_what_is_not_whole_is_not_shown_as_whole(value: str, shown: str) -> None:
    """Prevents a 100 % that misses its target of 100 %."""
    assert show(Decimal(value), "C62", load("dashboards", "en")) == shown
