"""The life of a lot as a picture: one row per kind of event, one mark per day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from reports.language import Language

# In the order of a lot's life.
KINDS = (
    "received", "consumed", "worked", "made", "relabelled", "sterilised", "inspected", "decided", "used",
    "shipped", "returned", "sent_back", "scrapped", "nonconforming", "complained",
)  # fmt: skip
_BAD = frozenset({"returned", "scrapped", "nonconforming", "complained", "sent_back"})
_ROW_HEIGHT = 34


@dataclass(frozen=True)
class Event:
    """What happened to a lot on one day; ``told`` are numbers of records that say so."""

    kind: str
    day: date
    qty: Decimal | None
    event_count: int
    told: list[str]


def draw(events: Sequence[Event], uom_code: str | None, say: Language, words: Language) -> None:
    """Draw the events, and name the kinds of which nothing is on record."""
    if not events:
        st.caption(say("trace.no_events"))
        return
    seen = [kind for kind in KINDS if any(event.kind == kind for event in events)]
    figure = _figure(events, seen, uom_code, say, words)
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="timeline", alt=say("trace.timeline")
    )
    missing = [say(f"trace.event.{kind}") for kind in ("made", "inspected", "decided") if kind not in seen]
    if missing and not any(event.kind == "received" for event in events):
        st.caption(say("trace.events_missing", kinds=", ".join(missing)))


def _figure(
    events: Sequence[Event], seen: Sequence[str], uom_code: str | None, say: Language, words: Language
) -> dict[str, Any]:
    unit = words.code("uom", uom_code) if uom_code else ""
    labels = [say(f"trace.event.{kind}") for kind in seen]
    decided = [event.day.isoformat() for event in events if event.kind == "decided"]
    return {
        "data": [_row(kind, [e for e in events if e.kind == kind], unit, say) for kind in seen],
        "layout": {
            "height": 70 + _ROW_HEIGHT * len(seen),
            "margin": {"l": 120, "r": 12, "t": 8, "b": 30},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "Noto Sans SC, Noto Sans CJK SC, sans-serif", "color": "#17262B", "size": 13},
            "showlegend": False,
            "hoverlabel": {"bgcolor": "#FFFFFF"},
            "xaxis": {"type": "date", "tickformat": "%Y-%m-%d", "gridcolor": "#E7ECEE", "nticks": 9},
            "yaxis": {
                "type": "category", "categoryorder": "array", "categoryarray": labels[::-1],
                "gridcolor": "#E7ECEE", "fixedrange": True,
            },
            "shapes": [
                {"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1,
                 "line": {"color": "#1E7F5C", "width": 1.4, "dash": "dot"}}
                for day in decided
            ],
        },
    }  # fmt: skip


def _row(kind: str, events: Sequence[Event], unit: str, say: Language) -> dict[str, Any]:
    label = say(f"trace.event.{kind}")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [event.day.isoformat() for event in events],
        "y": [label] * len(events),
        "marker": {"size": 13, "color": "#B3261E" if kind in _BAD else "#1B6B76", "symbol": "diamond"},
        "hovertext": [_told(event, label, unit, say) for event in events],
        "hoverinfo": "text",
    }


def _told(event: Event, label: str, unit: str, say: Language) -> str:
    amount = f"{say.number(event.qty)} {unit}" if event.qty is not None else ""
    more = "…" if event.event_count > len(event.told) else ""
    # Plotly reads a little HTML; what comes from the data must not become marks.
    numbers = ", ".join(event.told).replace("<", "‹").replace(">", "›")
    return " · ".join(filter(None, (say.day(event.day), label, amount, f"{numbers}{more}")))
