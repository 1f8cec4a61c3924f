"""What the overview reads of a release: cells, definitions and targets of all KPIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards import kpi
from dashboards.kpi import Cell, Choice, Definition, Target
from dashboards.release import OpenRelease, ask


@dataclass(frozen=True)
class Standing:
    """Where a KPI stands: its value, the one before, and the target, each None when there is none.

    Attributes:
        by_site: The plants' own values, where values of plants do not add up.
        series: Values of the twelve months up to the last.
    """

    value: Decimal | None
    before: Decimal | None
    target: Target | None
    by_site: Mapping[str, Decimal]
    series: Mapping[date, Decimal | None]


@dataclass(frozen=True)
class Facts:
    """All KPIs of a release."""

    cells: Mapping[str, tuple[Cell, ...]]
    definitions: Mapping[str, Definition]
    targets: tuple[Target, ...]

    def standing(self, definition: Definition, choice: Choice) -> Standing:
        """Return where a KPI stands for the chosen plants and period."""
        code, unit = definition.kpi_code, definition.unit_code
        cells = self.cells.get(code, ())
        year = Choice(choice.sites, choice.last, 12)
        chosen = [cell for cell in cells if choice.holds(cell)] if choice.months == 1 else []
        return Standing(
            kpi.over(cells, choice, unit),
            kpi.over(cells, choice.before, unit),
            kpi.target_of(self.targets, code, choice),
            {c.site_code: c.value for c in chosen if c.numerator is None and c.value is not None},
            kpi.by_month((cell for cell in cells if year.holds(cell)), unit),
        )


def load(opened: OpenRelease) -> Facts:
    """Return all KPIs of the release that is read."""
    by_code: dict[str, list[Cell]] = {}
    for cell in ask(opened, "kpi_cells", Cell, {}):
        by_code.setdefault(cell.kpi_code, []).append(cell)
    return Facts(
        {code: tuple(cells) for code, cells in by_code.items()},
        {d.kpi_code: d for d in ask(opened, "kpi_definitions", Definition, {})},
        ask(opened, "kpi_targets", Target, {}),
    )
