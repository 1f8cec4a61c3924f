"""KPI arithmetic for the page: sums of numerators and denominators, never averages of ratios.

kpi_monthly cells + choice of plants and months → one value, series per plant, change to the month before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.language import NOTHING, Language

PER_MILLION = "59"  # UN/ECE Rec 20: parts per million
SCALE = Decimal("1e-9")
# Where a smaller number is the better one.
LOWER_IS_BETTER = frozenset({"supplier_ppm", "supplier_return_rate", "complaint_cpm"})
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
    grain: str
    mart_name: str
    owner_name: str
    version: str

    def text(self, part: str, say: Language) -> str:
        """Return name, formula, numerator or denominator in the reader's language."""
        return str(getattr(self, f"{part}_{say.locale}"))


@dataclass(frozen=True)
class Cell:
    """A KPI of one plant and month; the numerator is None where values do not add up."""

    site_code: str
    kpi_code: str
    month: date
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None


@dataclass(frozen=True)
class Choice:
    """Plants and months that are looked at."""

    sites: tuple[str, ...]
    first: date
    last: date

    def holds(self, cell: Cell) -> bool:
        """Tell whether a cell is chosen."""
        return cell.site_code in self.sites and self.first <= cell.month <= self.last


def combined(cells: Sequence[Cell], unit_code: str) -> Decimal | None:
    """Return one value for several cells; None when they do not add up or nothing is counted."""
    if not cells:
        return None
    if len(cells) == 1:
        return cells[0].value
    if any(cell.numerator is None or cell.denominator is None for cell in cells):
        return None
    top = sum((cell.numerator or Decimal(0) for cell in cells), Decimal(0))
    base = sum((cell.denominator or Decimal(0) for cell in cells), Decimal(0))
    factor = 10**6 if unit_code == PER_MILLION else 1
    return (top * factor / base).quantize(SCALE) if base > 0 else None


def by_month(cells: Iterable[Cell], unit_code: str) -> dict[date, Decimal | None]:
    """Return the plants' combined value of each month."""
    months: dict[date, list[Cell]] = {}
    for cell in cells:
        months.setdefault(cell.month, []).append(cell)
    return {month: combined(months[month], unit_code) for month in sorted(months)}


def change(series: dict[date, Decimal | None]) -> Decimal | None:
    """Return the last known month's value less the one before."""
    known = [value for value in series.values() if value is not None]
    return known[-1] - known[-2] if len(known) > 1 else None


def show(value: Decimal | None, unit_code: str, say: Language) -> str:
    """Return a KPI's value as text with its unit."""
    if value is None:
        return NOTHING
    if unit_code == "C62":
        return say.percent(value)
    return say(f"unit.{unit_code}", value=say.tenths(value))


def show_change(delta: Decimal | None, unit_code: str, say: Language) -> str | None:
    """Return a change with its sign: percentage points for ratios; None when there is none to show."""
    if delta is None:
        return None
    points = (delta * 100 if unit_code == "C62" else delta).quantize(Decimal("0.1"))
    sign = "-" if points < 0 else "+"
    unit = say("unit.points") if unit_code == "C62" else ""
    return f"{sign}{say.tenths(abs(points))}{unit}"
