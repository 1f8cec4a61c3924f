"""Charts in the house's look, as Plotly figures in plain data. Only here values become floats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reports.language import Language

Points = Mapping[date, Decimal | None]
SITE_COLOURS = {"A": "#1B6B76", "B": "#D08A2E", "C": "#7A5BA6"}
_OTHER_COLOUR = "#5A6872"
_GRID = "#E7ECEE"
_FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"


def lines(
    series: Mapping[str, Points], unit_code: str, say: Language, *, height: int, target: Points | None = None
) -> dict[str, Any]:
    """Return a chart with one line per plant and the target's steps; months without a value leave a gap."""
    drawn = [_line(site, points, say) for site, points in series.items()]
    return {
        "data": [*drawn, _target(target, say)] if target else drawn,
        "layout": _layout(unit_code, height),
    }


def _line(site: str, points: Points, say: Language) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": say("site", site=site),
        "x": [month.isoformat() for month in points],
        "y": [None if value is None else float(value) for value in points.values()],
        "line": {"width": 2.4, "color": SITE_COLOURS.get(site, _OTHER_COLOUR)},
        "marker": {"size": 6},
        "hovertemplate": "<b>%{y}</b>",
    }


def _target(steps: Points, say: Language) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": say("chart.target"),
        "x": [month.isoformat() for month in steps],
        "y": [None if value is None else float(value) for value in steps.values()],
        "line": {"width": 1.6, "color": "#5A6872", "dash": "dash", "shape": "hv"},
        "hovertemplate": "<b>%{y}</b>",
    }


def _layout(unit_code: str, height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 56, "r": 12, "t": 12, "b": 36},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "color": "#17262B", "size": 13},
        "legend": {"orientation": "h", "y": 1.13, "x": 0},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#FFFFFF"},
        "xaxis": {"type": "date", "tickformat": "%Y-%m", "showgrid": False, "linecolor": "#C3CBD3"},
        "yaxis": {
            "tickformat": ".1%" if unit_code == "C62" else ",.1f",
            "gridcolor": _GRID,
            "zeroline": False,
        },
        "showlegend": True,
    }
