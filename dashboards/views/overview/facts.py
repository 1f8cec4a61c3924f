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
class PlantStanding:
    """Where a KPI stands in one plant that has data in the period."""

    site_code: str
    value: Decimal | None
    target: Target | None


@dataclass(frozen=True)
class Standing:
    """Where a KPI stands.

    Attributes:
        value: Of all chosen plants together; None when there is none, or values of plants do not add up.
        before: The same of the period before.
        target: What all plants with data are to reach; None when none is set, or plants differ.
        plants: The plants with data, each by itself.
        series: Values of the twelve months up to the last.
    """

    value: Decimal | None
    before: Decimal | None
    target: Target | None
    plants: tuple[PlantStanding, ...]
    series: Mapping[date, Decimal | None]


@dataclass(frozen=True)
class Facts:
    """All KPIs of a release."""

    cells: Mapping[str, tuple[Cell, ...]]
    definitions: Mapping[str, Definition]
    targets: tuple[Target, ...]

    def standing(self, definition: Definition, choice: Choice) -> Standing:
        """Return where a KPI stands for the chosen plants and period."""
        unit, cells = definition.unit_code, self.cells.get(definition.kpi_code, ())
        plants = tuple(self._plant(definition, site, choice) for site in choice.sites)
        known = tuple(plant for plant in plants if plant.value is not None)
        year = Choice(choice.sites, choice.last, 12)
        return Standing(
            kpi.over(cells, choice, unit),
            kpi.over(cells, choice.before, unit),
            kpi.shared([plant.target for plant in known]),
            known,
            kpi.by_month((cell for cell in cells if year.holds(cell)), unit),
        )

    def _plant(self, definition: Definition, site: str, choice: Choice) -> PlantStanding:
        alone = Choice((site,), choice.last, choice.months)
        value = kpi.over(self.cells.get(definition.kpi_code, ()), alone, definition.unit_code)
        targets = kpi.targets_of(self.targets, definition.kpi_code, choice.last)
        return PlantStanding(site, value, targets.get(site))


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
