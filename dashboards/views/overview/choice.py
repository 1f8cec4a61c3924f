"""Which plants and which period the overview looks at; both stay when a KPI is opened."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboards.kpi import Cell, Choice
from reports.language import Language

PERIODS = (1, 3, 12)  # months


def choose(cells: Mapping[str, tuple[Cell, ...]], say: Language) -> Choice:
    """Draw the filters and return what is chosen."""
    everything = [cell for found in cells.values() for cell in found]
    sites = sorted({cell.site_code for cell in everything})
    months = sorted({cell.month for cell in everything})
    left, middle, right = st.columns([2, 3, 3], vertical_alignment="bottom", gap="medium")
    picked = left.pills(
        say("filter.sites"),
        sites,
        selection_mode="multi",
        default=sites,
        format_func=lambda site: say("site", site=site),
        key="sites",
    )
    length = middle.segmented_control(
        say("overview.period"),
        PERIODS,
        default=1,
        required=True,
        format_func=lambda count: say(f"period.{count}"),
        key="period",
    )
    last = right.select_slider(
        say("overview.month"), months, value=months[-1], format_func=say.month, key="month"
    )
    return Choice(tuple(picked or sites), last, length or 1)
