"""Data quality: index, rules, books, what came, what drifted, and the bench for what was kept out.

choose a section → load (kept per release) → shape → draw; only the chosen section is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.sections import choose_section
from dashboards.views.data_quality import arrivals, bench, books, drift, index, rules
from reports.language import Language

Section = Callable[[OpenRelease, Language], None]
SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        "index": index.draw,
        "rules": rules.draw,
        "books": books.draw,
        "arrivals": arrivals.draw,
        "drift": drift.draw,
        "bench": bench.draw,
    }
)


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.header(say("page.data_quality"), say("dq.subtitle"), opened, say)
    SECTIONS[choose_section(list(SECTIONS), page="dq", say=say)](opened, say)
