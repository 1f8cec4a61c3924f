"""Quality: control charts, Pareto of defects, open and overdue quality records, supplier scorecards.

choose a section → load (kept per release) → shape → draw; only the chosen section is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.views.quality import defects, records, spc, suppliers
from reports.language import Language

Section = Callable[[OpenRelease, Language], None]
SECTIONS: Mapping[str, Section] = MappingProxyType(
    {"spc": spc.draw, "defects": defects.draw, "records": records.draw, "suppliers": suppliers.draw}
)


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.header(say("page.quality"), say("quality.subtitle"), opened, say)
    section = st.segmented_control(
        say("quality.section"),
        list(SECTIONS),
        default="spc",
        required=True,
        format_func=lambda name: say(f"quality.section_{name}"),
        key="quality_section",
        bind="query-params",
        label_visibility="collapsed",
    )
    SECTIONS[section or "spc"](opened, say)
