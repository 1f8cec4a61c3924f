"""The frame of the quality figures: font, margins, axes and colours of the house's look."""

from __future__ import annotations

from typing import Any

INK, LINE, LIMIT, ALARM, SPEC, GRID = "#17262B", "#1B6B76", "#8A5600", "#B3261E", "#7A5BA6", "#E7ECEE"
SOFT, OCHRE, GREY = "#7FB3B9", "#D08A2E", "#5A6872"
FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"


def frame(height: int, *, legend: bool = False) -> dict[str, Any]:
    """The layout of a figure without its y axes."""
    return {
        "height": height,
        "margin": {"l": 64, "r": 16, "t": 28, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": INK, "size": 12},
        "showlegend": legend,
        "legend": {"orientation": "h", "y": 1.12, "x": 0},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#FFFFFF"},
        "xaxis": {"showgrid": False, "linecolor": "#C3CBD3", "zeroline": False},
    }


def axis(title: str, domain: tuple[float, float] = (0.0, 1.0)) -> dict[str, Any]:
    """A y axis that takes a part of the height."""
    return {"title": {"text": title}, "domain": list(domain), "gridcolor": GRID, "zeroline": False}
