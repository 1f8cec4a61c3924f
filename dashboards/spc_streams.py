"""Streams of measurements as control charts: every stream judged at once, one stream drawn.

mart.spc_value, core.inspection → streams → judged(…) per rule set, kept per release;  stream → charted(…)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dashboards.release import OpenRelease, ask, remember
from reports.spc import Capability, Chart, RuleSet, attribute_chart, capability, variable_chart
from reports.spc.streams import ATTACHMENT, DEMANDS, Verdict, judge, read_verdicts


@dataclass(frozen=True)
class Stream:
    """What one chart is about; a stream of samples has no unit, no limits, and its inspection's name."""

    stream_id: str
    site_code: str
    source_system: str
    product_id: str
    product_name_zh: str | None
    product_name_en: str | None
    characteristic_name: str
    unit_code: str | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    value_count: int
    subgroup_count: int

    @property
    def is_attribute(self) -> bool:
        """Whether shares of defective items are charted, not values."""
        return self.stream_id.count("|") == 3

    def product_name(self, locale: str) -> str:
        """The product in the reader's language, with its code."""
        code = self.product_id.partition(":")[2]
        name = self.product_name_zh if locale == "zh" else self.product_name_en or self.product_name_zh
        return f"{name} {code}" if name else code


@dataclass(frozen=True)
class Point:
    """One value or sample of a stream."""

    subgroup_id: str
    lot_id: str | None
    operation_code: str | None
    equipment_id: str | None
    measured_at: datetime | None
    value: Decimal | None
    sample_qty: int | None
    defect_qty: int | None


@dataclass(frozen=True)
class Charted:
    """A stream's chart with its points; `capability` is None for shares."""

    chart: Chart
    groups: tuple[tuple[Point, ...], ...]
    capability: Capability | None

    @property
    def points(self) -> tuple[tuple[Point, ...], ...]:
        """The subgroup behind each point of the chart."""
        return tuple(self.groups[i] for i in self.chart.used)


def streams(opened: OpenRelease) -> tuple[Stream, ...]:
    """Every stream of a release."""
    return ask(opened, "spc_streams", Stream, {})


def judged(opened: OpenRelease, rule_set: RuleSet) -> Mapping[str, Verdict]:
    """The verdict on every stream, by its id; releases from before they were kept are judged on the spot."""
    kept = opened.release.path / ATTACHMENT

    def load() -> Mapping[str, Verdict]:
        return read_verdicts(kept, rule_set) if kept.is_file() else judge(opened.con, rule_set)

    return remember(opened, f"spc {rule_set}", load)


def charted(opened: OpenRelease, stream: Stream, equipment: str | None, rule_set: RuleSet) -> Charted:
    """The chart of one stream, of one machine when it is named.

    Raises:
        NoChart: There are too few points, or they do not differ.
    """
    points = ask(opened, "spc_points", Point, {"stream_id": stream.stream_id})
    chosen = [point for point in points if equipment in (None, point.equipment_id)]
    groups = tuple(_grouped(chosen))
    if stream.is_attribute:
        defects = [sum(point.defect_qty or 0 for point in group) for group in groups]
        sizes = [sum(point.sample_qty or 0 for point in group) for group in groups]
        return Charted(attribute_chart(defects, sizes, rule_set), groups, None)
    values = [[float(point.value or 0) for point in group] for group in groups]
    chart = variable_chart(values, rule_set)
    flat = [value for group in values for value in group]
    return Charted(chart, groups, capability(chart, flat, *_limits(stream), DEMANDS))


def _grouped(points: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    groups: dict[str, list[Point]] = {}
    for point in points:
        groups.setdefault(point.subgroup_id, []).append(point)
    yield from (tuple(group) for group in groups.values())


def _limits(stream: Stream) -> tuple[float | None, float | None]:
    lower, upper = stream.lower_limit, stream.upper_limit
    return None if lower is None else float(lower), None if upper is None else float(upper)
