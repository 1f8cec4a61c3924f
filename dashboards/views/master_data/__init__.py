"""Master data: who is who and why, what waits for a steward, products, equipment, lots, agreement.

load (release, decisions made since) → the section chosen → draw. Acts are those of `medlake identity`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.sections import choose_section
from dashboards.views.master_data import consistency, decisions, equipment, lots, parties, products, review
from reports.language import Language

STYLE = Path(__file__).parents[2] / "css" / "master_data.css"
SECTIONS: Mapping[str, Callable[[OpenRelease, Language], None]] = {
    "parties": parties.draw,
    "review": review.draw,
    "decisions": decisions.draw,
    "products": products.draw,
    "equipment": equipment.draw,
    "lots": lots.draw,
    "consistency": consistency.draw,
}


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.header(say("page.master_data"), say("master.subtitle"), opened, say)
    st.html(STYLE)
    SECTIONS[choose_section(list(SECTIONS), page="master", say=say)](opened, say)
