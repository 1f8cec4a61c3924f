"""KPI arithmetic for the page: sums of numerators and denominators, never averages of ratios.

cells + choice of plants and period → one value, the value before, series per plant, against the target.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from lineage.kpi_records import Better
from reports.language import NOTHING, Language

PER_MILLION = "59"  # UN/ECE Rec 20: parts per million
SCALE = Decimal("1e-9")
Sums = tuple[Decimal | None, Decimal | None]
HEADLINES = (
    "batch_pass_rate",
    "first_pass_yield",
    "oee",
    "supplier_otd_rate",
    "supplier_acceptance_rate",
    "capa_on_time_rate",
    "complaint_cpm",
    "genealogy_coverage",
)


@dataclass(frozen=True)
class Definition:
    """What a KPI means, in both languages."""

    kpi_code: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    numerator_zh: str
    numerator_en: str
    denominator_zh: str
    denominator_en: str
    unit_code: str
    better_code: Better
    grain: str
    mart_name: str
    owner_name: str
    version: str

    def text(self, part: str, say: Language) -> str:
        """Return name, formula, numerator or denominator in the reader's language."""
        return str(getattr(self, f"{part}_{say.locale}"))


class Part(Protocol):
    """What a KPI is summed from; the numerator is None where values do not add up."""

    @property
    def site_code(self) -> str:
        """Plant."""

    @property
    def month(self) -> date:
        """First day of the month."""

    @property
    def numerator(self) -> Decimal | None:
        """What is counted."""

    @property
    def denominator(self) -> Decimal | None:
        """What it is counted among."""

    @property
    def value(self) -> Decimal | None:
        """The part's own value."""


@dataclass(frozen=True)
class Cell:
    """A KPI of one plant and month."""

    site_code: str
    kpi_code: str
    month: date
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None


@dataclass(frozen=True)
class Target:
    """What a KPI of a plant is to reach from a month on, until a later target."""

    kpi_code: str
    site_code: str
    effective_date: date
    target_value: Decimal
    owner_name: str
    decided_in: str


@dataclass(frozen=True)
class Choice:
    """Plants, and the months up to one."""

    sites: tuple[str, ...]
    last: date
    months: int

    @property
    def first(self) -> date:
        """First month of the period."""
        return months_before(self.last, self.months - 1)

    @property
    def before(self) -> Choice:
        """The period of the same length that ends where this one begins."""
        return Choice(self.sites, months_before(self.last, self.months), self.months)

    def holds(self, part: Part) -> bool:
        """Tell whether a part is chosen."""
        return part.site_code in self.sites and self.first <= part.month <= self.last


def months_before(month: date, count: int) -> date:
    """Return the first day of the month so many months earlier."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def combined(parts: Sequence[Part], unit_code: str) -> Decimal | None:
    """Return one value for several parts; None when they do not add up or nothing is counted."""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0].value
    top, base = sums(parts)
    if top is None or base is None:
        return None
    factor = 10**6 if unit_code == PER_MILLION else 1
    return (top * factor / base).quantize(SCALE) if base > 0 else None


def sums(parts: Sequence[Part]) -> Sums:
    """Return summed numerator and denominator; the numerator is None where values do not add up."""
    tops = [part.numerator for part in parts if part.numerator is not None]
    base = sum((part.denominator or Decimal(0) for part in parts), Decimal(0))
    return (sum(tops, Decimal(0)) if len(tops) == len(parts) else None), base


def over(parts: Iterable[Part], choice: Choice, unit_code: str) -> Decimal | None:
    """Return the value of the chosen plants and period."""
    return combined([part for part in parts if choice.holds(part)], unit_code)


def by_month(parts: Iterable[Part], unit_code: str) -> dict[date, Decimal | None]:
    """Return the combined value of each month."""
    months: dict[date, list[Part]] = {}
    for part in parts:
        months.setdefault(part.month, []).append(part)
    return {month: combined(months[month], unit_code) for month in sorted(months)}


def targets_of(targets: Iterable[Target], kpi_code: str, month: date) -> dict[str, Target]:
    """Return the target of each plant that is in force in a month."""
    return {
        target.site_code: target
        for target in sorted(targets, key=lambda target: target.effective_date)
        if target.kpi_code == kpi_code and target.effective_date <= month
    }


def shared(targets: Sequence[Target | None]) -> Target | None:
    """Return the target that all have; None when one has none or another value."""
    values = {target.target_value if target else None for target in targets}
    return targets[0] if len(values) == 1 else None


def meets(value: Decimal, target: Decimal, better: Better) -> bool:
    """Tell whether a value reaches its target."""
    return value >= target if better == "higher" else value <= target


def show(value: Decimal | None, unit_code: str, say: Language) -> str:
    """Return a KPI's value as text with its unit."""
    if value is None:
        return NOTHING
    if unit_code == "C62":
        return _percent(value, say)
    return say(f"unit.{unit_code}", value=say.tenths(value))


def _percent(value: Decimal, say: Language) -> str:
    """A ratio that is not quite whole is not shown as whole: 99.97 % misses a target of 100 %."""
    if value < 1 and value.quantize(Decimal("0.001")) == 1:
        return f"> {say.percent(Decimal('0.999'))}"
    return say.percent(value)


def show_change(delta: Decimal, unit_code: str, say: Language) -> str:
    """Return a change with its sign: percentage points for ratios."""
    points = (delta * 100 if unit_code == "C62" else delta).quantize(Decimal("0.1"))
    sign = "−" if points < 0 else "+"
    unit = say("unit.points") if unit_code == "C62" else ""
    return f"{sign}{say.tenths(abs(points))}{unit}"
