"""Control charts and histograms as Plotly figures: centre, limits, signals; and what they mean in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np

from dashboards.figure_frame import ALARM, INK, LIMIT, LINE, SOFT, SPEC, axis, frame
from dashboards.spc_streams import Charted, Point, Stream
from reports.language import NOTHING, Language
from reports.spc import Panel, Signal

MOST_BINS = 40


def control_chart(charted: Charted, say: Language) -> dict[str, Any]:
    """The chart: location above, spread below where there is one; broken rules are marked and named."""
    chart = charted.chart
    words = [_about(group, say) for group in charted.points]
    data = _panel(chart.location, words, say(f"quality.panel_{chart.kind}"), "", say)
    layout = frame(440 if chart.spread else 320)
    layout["yaxis"] = axis(say(f"quality.panel_{chart.kind}"), (0.42, 1.0) if chart.spread else (0.0, 1.0))
    layout["xaxis"] |= {"title": {"text": say("quality.point_no")}}
    if chart.spread:
        data += _panel(chart.spread, words, say(f"quality.spread_{chart.kind}"), "2", say)
        layout["yaxis2"] = axis(say(f"quality.spread_{chart.kind}"), (0.0, 0.32))
        layout["xaxis"] |= {"anchor": "y2"}
    return {"data": data, "layout": layout}


def histogram(charted: Charted, stream: Stream, say: Language) -> dict[str, Any]:
    """How the single values lie between their specification limits."""
    values = [float(point.value) for group in charted.groups for point in group if point.value is not None]
    edges = np.histogram_bin_edges(values, bins=min(MOST_BINS, max(8, round(len(values) ** 0.5))))
    counts, _ = np.histogram(values, edges)
    layout = frame(440)
    layout["yaxis"] = axis(say("quality.values"))
    layout["xaxis"] |= {"title": {"text": stream.unit_code or ""}}
    named = {"LSL": stream.lower_limit, "USL": stream.upper_limit}
    limits = {name: float(limit) for name, limit in named.items() if limit is not None}
    place = {"xref": "x", "yref": "paper"}
    line = {"type": "line", "y0": 0, "y1": 1, "line": {"color": SPEC, "width": 2, "dash": "dash"}}
    note = {"y": 1.0, "showarrow": False, "yanchor": "bottom", "font": {"color": SPEC}}
    layout["shapes"] = [place | line | {"x0": at, "x1": at} for at in limits.values()]
    layout["annotations"] = [place | note | {"x": at, "text": name} for name, at in limits.items()]
    bar = {
        "type": "bar",
        "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
        "y": counts.tolist(),
        "width": np.diff(edges).tolist(),
        "marker": {"color": SOFT, "line": {"color": "#FFFFFF", "width": 1}},
        "hovertemplate": "%{x:.4~g}: <b>%{y}</b><extra></extra>",
    }
    return {"data": [bar], "layout": layout}


def _panel(panel: Panel, words: Sequence[str], name: str, axis: str, say: Language) -> list[dict[str, Any]]:
    numbers = list(range(1, len(panel.values) + 1))
    values = [None if isnan(value) else value for value in panel.values]
    place = {"xaxis": "x", "yaxis": f"y{axis}"}
    lines = [
        _level(numbers, panel.centre, say("quality.centre"), LINE, "solid"),
        _level(numbers, panel.upper, say("quality.upper"), LIMIT, "dash"),
        _level(numbers, panel.lower, say("quality.lower"), LIMIT, "dash"),
    ]
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": numbers,
        "y": values,
        "text": list(words),
        "line": {"color": INK, "width": 1.2},
        "marker": {"size": 5, "color": INK},
        "hovertemplate": "<b>%{y:.5~g}</b><br>%{text}<extra></extra>",
        "connectgaps": False,
    }
    return [trace | place for trace in (*lines, points, *_alarms(panel, words, say))]


def _alarms(panel: Panel, words: Sequence[str], say: Language) -> list[dict[str, Any]]:
    by_point: dict[int, list[Signal]] = {}
    for signal in panel.signals:
        by_point.setdefault(signal.at, []).append(signal)
    if not by_point:
        return []
    names = [
        "<br>".join(say(f"quality.rule_{signal.rule}") for signal in found) for found in by_point.values()
    ]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": say("quality.signal"),
            "x": [at + 1 for at in by_point],
            "y": [panel.values[at] for at in by_point],
            "text": [f"{words[at]}<br>{name}" for at, name in zip(by_point, names, strict=True)],
            "marker": {"size": 11, "color": ALARM, "symbol": "diamond"},
            "hovertemplate": "<b>%{y:.5~g}</b><br>%{text}<extra></extra>",
        }
    ]


def _level(
    numbers: Sequence[int], values: Sequence[float], name: str, colour: str, dash: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(numbers),
        "y": list(values),
        "line": {"color": colour, "width": 1.4, "dash": dash, "shape": "hvh"},
        "hoverinfo": "skip",
    }


def _about(group: Sequence[Point], say: Language) -> str:
    first = group[0]
    if first.sample_qty is not None:
        return first.subgroup_id
    told = [say.time(first.measured_at), first.lot_id or NOTHING, first.equipment_id or ""]
    return " · ".join(part for part in told if part)
