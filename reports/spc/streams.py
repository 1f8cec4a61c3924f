"""Every stream of measurements of a release judged at once, and kept beside it for whoever looks.

mart.spc_value, core.inspection → judge → Verdict by stream;  attach_verdicts → spc_verdicts.parquet
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import pairwise
from math import isnan
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reports.spc.capability import Capability, Demands, capability
from reports.spc.chart import Chart, NoChart, attribute_chart, variable_chart
from reports.spc.rules import RuleSet

ATTACHMENT = "spc_verdicts.parquet"
DEMANDS = Demands()
RECENT_POINTS = 10
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("rule_set", "stream_id", "kind", "refusal")),
        *((name, pa.int64()) for name in ("point_count", "signal_count", "recent_count")),
        ("cpk", pa.float64()),
        ("reasons", pa.list_(pa.string())),
        ("outside_count", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Verdict:
    """What the chart of a stream says.

    Attributes:
        kind: Kind of chart, '' when there is none.
        refusal: Why there is no chart: few, constant, rare; else ''.
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
class _Rows:
    """Columns of one stream, in the order of its chart."""

    subgroup: NDArray[np.object_]
    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    sample: NDArray[np.int64]
    defect: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each subgroup begins."""
        return np.flatnonzero(np.concatenate([[True], self.subgroup[1:] != self.subgroup[:-1]]))

    def groups(self) -> list[list[float]]:
        """Values by subgroup."""
        values, bounds = self.value.tolist(), [*self.starts.tolist(), self.value.size]
        return [values[first:last] for first, last in pairwise(bounds)]

    def samples(self) -> tuple[list[int], list[int]]:
        """Defects and sizes by subgroup."""
        defects, sizes = (np.add.reduceat(column, self.starts) for column in (self.defect, self.sample))
        return defects.tolist(), sizes.tolist()

    def limits(self) -> tuple[float | None, float | None]:
        """The specification, which a stream has only one of."""
        lower, upper = float(self.lower[0]), float(self.upper[0])
        return None if isnan(lower) else lower, None if isnan(upper) else upper


def judge(con: duckdb.DuckDBPyConnection, rule_set: RuleSet) -> dict[str, Verdict]:
    """The verdict on every stream of a release, by its id."""
    return {stream_id: _judge(rows, rule_set) for stream_id, rows in _all(con)}


def attach_verdicts(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Judges every stream by every rule set; an attachment of `lakehouse.releases`."""
    rows = [
        {"rule_set": str(rule_set), "stream_id": stream_id, **asdict(verdict)}
        for rule_set in RuleSet
        for stream_id, verdict in judge(con, rule_set).items()
    ]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), target)


def read_verdicts(file: Path, rule_set: RuleSet) -> Mapping[str, Verdict]:
    """What attach_verdicts wrote, of one rule set."""
    rows = (
        pq.read_table(file, filters=pc.field("rule_set") == str(rule_set))
        .drop_columns("rule_set")
        .to_pylist()
    )
    return {row.pop("stream_id"): Verdict(**row | {"reasons": tuple(row["reasons"])}) for row in rows}


def _all(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, _Rows]]:
    sql = files("reports").joinpath("queries", "spc_all_values.sql").read_text(encoding="utf-8")
    columns = con.cursor().execute(sql).fetchnumpy()
    number = columns["stream_no"]
    bounds = [*np.flatnonzero(np.diff(number, prepend=0)).tolist(), number.size]
    names = ("value", "lower_limit", "upper_limit", "sample_qty", "defect_qty")
    numbers = [
        np.ma.filled(columns[name], np.nan) if name.endswith("limit") else columns[name] for name in names
    ]
    for first, last in pairwise(bounds):
        subgroups = np.asarray(columns["subgroup_id"])[first:last]
        yield (
            columns["stream_id"][first],
            _Rows(subgroups, *(np.asarray(each)[first:last] for each in numbers)),
        )


def _judge(rows: _Rows, rule_set: RuleSet) -> Verdict:
    try:
        if rows.sample[0] > 0:
            return _verdict(attribute_chart(*rows.samples(), rule_set), None, int(rows.defect.sum()))
        chart = variable_chart(rows.groups(), rule_set)
    except NoChart as refusal:
        defects = int(rows.defect.sum())
        return Verdict("", refusal.code, rows.starts.size, 0, 0, None, (refusal.code,), defects)
    found = capability(chart, rows.value.tolist(), *rows.limits(), DEMANDS)
    return _verdict(chart, found, found.outside_count)


def _verdict(chart: Chart, found: Capability | None, outside: int) -> Verdict:
    count = len(chart.location.values)
    cpk = found.indices[1] if found else None
    return Verdict(
        kind=str(chart.kind),
        refusal="",
        point_count=count,
        signal_count=len(chart.signals),
        recent_count=sum(signal.at >= count - RECENT_POINTS for signal in chart.signals),
        cpk=cpk.value if cpk else None,
        reasons=cpk.refused if cpk else (),
        outside_count=outside,
    )
