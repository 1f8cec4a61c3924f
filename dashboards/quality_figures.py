"""Figures of the quality pages as Plotly data: Pareto, flow of records, ages, rates by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.figure_frame import GREY, INK, LINE, OCHRE, SOFT, axis, frame

# Beyond so many bars a Pareto is read in its table.
MOST_BARS = 25
LONGEST_NAME = 18
FEW = 8
# From nothing due to missing, as dashboards.views.data_quality.arrivals orders them.
STATE_COLOURS = ("#E9EDEF", "#8FC1BC", "#EFE3C8", "#F0B85A", "#B3261E")


def pareto(
    names: Sequence[str], counts: Sequence[int], cumulative: Sequence[Decimal], counted: str, together: str
) -> dict[str, Any]:
    """Bars from the most frequent on, and the share they make together."""
    shown = [_short(name) for name in names[:MOST_BARS]]
    place = list(range(len(shown)))
    bars = {
        "type": "bar",
        "name": counted,
        "x": place,
        "y": list(counts[:MOST_BARS]),
        "text": list(names[:MOST_BARS]),
        "textposition": "none",
        "marker": {"color": LINE},
        "hovertemplate": "%{text}: <b>%{y}</b><extra></extra>",
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": together,
        "yaxis": "y2",
        "x": place,
        "y": [float(share) for share in cumulative[:MOST_BARS]],
        "line": {"color": OCHRE, "width": 2},
        "hovertemplate": "<b>%{y:.1%}</b><extra></extra>",
    }
    layout = frame(360, legend=True)
    layout["xaxis"] |= {"tickvals": place, "ticktext": shown, "tickangle": -30 if len(shown) > 6 else 0}
    layout["yaxis"] = _whole(counted, counts)
    layout["yaxis2"] = {
        "overlaying": "y",
        "side": "right",
        "range": [0, 1.02],
        "tickformat": ".0%",
        "dtick": 0.2,
        "showgrid": False,
    }
    layout["margin"] |= {"b": 110 if len(shown) > 6 else 44, "r": 56}
    return {"data": [bars, line], "layout": layout}


def flow(
    months: Sequence[date], counts: Mapping[str, Sequence[int]], still_open: Sequence[int], open_name: str
) -> dict[str, Any]:
    """Bars of what was opened and closed, and a line of what was open at each month's end."""
    x = [month.isoformat() for month in months]
    bars = [
        {"type": "bar", "name": name, "x": x, "y": list(values), "marker": {"color": colour},
         "hovertemplate": f"{name}: <b>%{{y}}</b><extra></extra>"}
        for (name, values), colour in zip(counts.items(), (OCHRE, SOFT), strict=True)
    ]  # fmt: skip
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": open_name,
        "x": x,
        "y": list(still_open),
        "line": {"color": INK, "width": 2},
        "hovertemplate": f"{open_name}: <b>%{{y}}</b><extra></extra>",
    }
    layout = frame(320, legend=True)
    layout["xaxis"] |= {"type": "date", "tickformat": "%Y-%m"}
    layout["yaxis"] = _whole("", [*still_open, *(n for values in counts.values() for n in values)])
    return {"data": [*bars, line], "layout": layout}


def bars(names: Sequence[str], counts: Sequence[int], title: str) -> dict[str, Any]:
    """Plain bars with their numbers."""
    bar = {
        "type": "bar",
        "x": list(names),
        "y": list(counts),
        "text": [str(count) for count in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": SOFT},
        "hovertemplate": "%{x}: <b>%{y}</b><extra></extra>",
    }
    layout = frame(320)
    layout["xaxis"] |= {"title": {"text": title}, "type": "category"}
    layout["yaxis"] = _whole("", counts)
    return {"data": [bar], "layout": layout}


def rates(series: Mapping[str, Mapping[date, Decimal | None]]) -> dict[str, Any]:
    """Rates by month, a line each; a month without evidence leaves a gap."""
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": [month.isoformat() for month in points],
            "y": [None if value is None else float(value) for value in points.values()],
            "line": {"color": colour, "width": 2},
            "hovertemplate": f"{name}: <b>%{{y:.1%}}</b><extra></extra>",
        }
        for (name, points), colour in zip(series.items(), (LINE, OCHRE, GREY), strict=False)
    ]
    layout = frame(300, legend=True)
    layout["xaxis"] |= {"type": "date", "tickformat": "%Y-%m"}
    layout["yaxis"] = axis("") | {"tickformat": ".0%", "rangemode": "tozero"}
    return {"data": data, "layout": layout}


def _whole(title: str, counts: Sequence[int]) -> dict[str, Any]:
    """An axis of counts: nobody opens half a record."""
    step = {"dtick": 1} if max(counts, default=0) <= FEW else {}
    return axis(title) | {"rangemode": "tozero"} | step


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def index_trend(releases: Sequence[str], series: Mapping[str, Sequence[Decimal | None]]) -> dict[str, Any]:
    """The index by release, a thick line, and its dimensions; what was not measured leaves a gap."""
    colours = (INK, LINE, OCHRE, "#7A5BA6", SOFT, GREY, "#B3261E")
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": list(releases),
            "y": [None if value is None else float(value) for value in values],
            "line": {"color": colour, "width": 3.2 if at == 0 else 1.2},
            "hovertemplate": f"{name}: <b>%{{y:.2f}}</b><extra></extra>",
        }
        for at, ((name, values), colour) in enumerate(zip(series.items(), colours, strict=True))
    ]
    layout = frame(280, legend=True)
    layout["xaxis"] |= {"type": "category"}
    layout["yaxis"] = axis("")
    return {"data": data, "layout": layout}


def sankey(names: Sequence[str], links: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """Rows on their way: nodes by name, links as (from, to, rows)."""
    colours = [LINE, LINE, LINE, GREY, OCHRE, "#B3261E"]
    node = {
        "label": list(names),
        "color": colours[: len(names)],
        "pad": 26,
        "thickness": 16,
        "line": {"width": 0},
    }
    link = {
        "source": [link[0] for link in links],
        "target": [link[1] for link in links],
        "value": [link[2] for link in links],
        "color": "rgba(27,107,118,.22)",
        "hovertemplate": "%{source.label} → %{target.label}: <b>%{value:,d}</b><extra></extra>",
    }
    layout = frame(300)
    layout["margin"] = {"l": 8, "r": 8, "t": 16, "b": 16}
    return {"data": [{"type": "sankey", "arrangement": "snap", "node": node, "link": link}], "layout": layout}


def calendar(
    rows: Sequence[str],
    months: Sequence[date],
    states: Sequence[str],
    cells: Sequence[Sequence[int | None]],
    words: Sequence[Sequence[str]],
) -> dict[str, Any]:
    """A grid of tables and months, each cell the colour of its worst state."""
    step = 1 / len(states)
    scale = [
        edge
        for at, _ in enumerate(states)
        for edge in ([at * step, STATE_COLOURS[at]], [(at + 1) * step, STATE_COLOURS[at]])
    ]
    grid = {
        "type": "heatmap",
        "x": [month.isoformat()[:7] for month in months],
        "y": list(rows),
        "z": [list(line) for line in cells],
        "text": [list(line) for line in words],
        "zmin": -0.5,
        "zmax": len(states) - 0.5,
        "colorscale": scale,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {
            "tickvals": list(range(len(states))),
            "ticktext": list(states),
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hovertemplate": "%{y} %{x}<br>%{text}<extra></extra>",
    }
    layout = frame(120 + 20 * len(rows))
    layout["margin"] |= {"l": 210}
    layout["xaxis"] |= {"type": "category", "side": "top"}
    layout["yaxis"] = {"autorange": "reversed", "tickfont": {"size": 11}}
    return {"data": [grid], "layout": layout}
