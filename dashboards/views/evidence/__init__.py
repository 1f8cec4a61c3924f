"""Evidence: the chain behind a lot or a number, releases and who signed them, the ledger, the audit trail.

load (release, record of releases, ledger) → the section chosen → draw. Acts are those of the command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.sections import choose_section
from dashboards.views.evidence import chain, ledger, releases, trail
from reports.language import Language

STYLE = Path(__file__).parents[2] / "css" / "evidence.css"
SECTIONS: Mapping[str, Callable[[OpenRelease, Language], None]] = {
    "chain": chain.draw,
    "releases": releases.draw,
    "ledger": ledger.draw,
    "trail": trail.draw,
}


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.header(say("page.evidence"), say("evidence.subtitle"), opened, say)
    st.html(STYLE)
    SECTIONS[choose_section(list(SECTIONS), page="evidence", say=say)](opened, say)
