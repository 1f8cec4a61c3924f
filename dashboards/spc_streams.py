"""Streams of measurements as control charts: every stream judged at once, one stream drawn.

mart.spc_value, core.inspection → streams → judged(…) per rule set, kept per release;  stream → charted(…)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dashboards.release import OpenRelease, ask, remember
from reports.spc import (
    Capability,
    Chart,
    Demands,
    NoChart,
    RuleSet,
    attribute_chart,
    capability,
    variable_chart,
)

DEMANDS = Demands()


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
class Verdict:
    """What the chart of a stream says.

    Attributes:
        kind: Kind of chart, '' when there is none.
        refusal: Why there is no chart: few, constant; else ''.
        signal_count: Signals of both panels.
        recent_count: Those that rest on the last ten points: what to look at today.
        cpk: None where it is refused, and of shares.
        reasons: What forbids Cpk.
        outside_count: Values outside the specification, or defective items.
    """

    kind: str
    refusal: str
    point_count: int
    signal_count: int
    recent_count: int
    cpk: float | None
    reasons: tuple[str, ...]
    outside_count: int


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


RECENT_POINTS = 10


def streams(opened: OpenRelease) -> tuple[Stream, ...]:
    """Every stream of a release."""
    return ask(opened, "spc_streams", Stream, {})


def judged(opened: OpenRelease, rule_set: RuleSet) -> Mapping[str, Verdict]:
    """The verdict on every stream, by its id; worked out once per release and rule set."""
    limits = {stream.stream_id: stream for stream in streams(opened)}

    def load() -> dict[str, Verdict]:
        return {stream_id: _judge(limits[stream_id], rows, rule_set) for stream_id, rows in _all(opened)}

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


@dataclass(frozen=True)
class _Rows:
    """Columns of one stream, in the order of its chart."""

    subgroup: NDArray[np.object_]
    value: NDArray[np.float64]
    sample: NDArray[np.int64]
    defect: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each subgroup begins."""
        return np.flatnonzero(np.concatenate([[True], self.subgroup[1:] != self.subgroup[:-1]]))

    def groups(self) -> list[list[float]]:
        """Values by subgroup."""
        return [part.tolist() for part in np.split(self.value, self.starts[1:])]

    def samples(self) -> tuple[list[int], list[int]]:
        """Defects and sizes by subgroup."""
        defects, sizes = (np.add.reduceat(column, self.starts) for column in (self.defect, self.sample))
        return defects.tolist(), sizes.tolist()


def _all(opened: OpenRelease) -> Iterator[tuple[str, _Rows]]:
    sql = files("dashboards").joinpath("queries", "spc_all_values.sql").read_text(encoding="utf-8")
    columns = opened.con.cursor().execute(sql).fetchnumpy()
    number = columns["stream_no"]
    bounds = [*np.flatnonzero(np.diff(number, prepend=0)).tolist(), number.size]
    names = ("subgroup_id", "value", "sample_qty", "defect_qty")
    for first, last in pairwise(bounds):
        yield columns["stream_id"][first], _Rows(*(np.asarray(columns[name])[first:last] for name in names))


def _judge(stream: Stream, rows: _Rows, rule_set: RuleSet) -> Verdict:
    try:
        if stream.is_attribute:
            chart = attribute_chart(*rows.samples(), rule_set)
            return _verdict(chart, None, int(rows.defect.sum()))
        chart = variable_chart(rows.groups(), rule_set)
    except NoChart as refusal:
        return Verdict(
            "", refusal.code, rows.starts.size, 0, 0, None, (refusal.code,), int(rows.defect.sum())
        )
    found = capability(chart, rows.value.tolist(), *_limits(stream), DEMANDS)
    return _verdict(chart, found, found.outside_count)


def _verdict(chart: Chart, found: Capability | None, outside: int) -> Verdict:
    count = len(chart.location.values)
    recent = sum(signal.at >= count - RECENT_POINTS for signal in chart.signals)
    cpk = found.indices[1] if found else None
    return Verdict(
        chart.kind, "", count, len(chart.signals), recent,
        cpk.value if cpk else None, cpk.refused if cpk else (), outside,
    )  # fmt: skip


def _limits(stream: Stream) -> tuple[float | None, float | None]:
    lower, upper = stream.lower_limit, stream.upper_limit
    return None if lower is None else float(lower), None if upper is None else float(upper)
