"""Quality: control charts, Pareto of defects, open and overdue quality records, supplier scorecards.

choose a section → load (kept per release) → shape → draw; only the chosen section is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.sections import choose_section
from dashboards.views.quality import defects, records, spc, suppliers
from reports.language import Language

Section = Callable[[OpenRelease, Language], None]
SECTIONS: Mapping[str, Section] = MappingProxyType(
    {"spc": spc.draw, "defects": defects.draw, "records": records.draw, "suppliers": suppliers.draw}
)


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.header(say("page.quality"), say("quality.subtitle"), opened, say)
    SECTIONS[choose_section(list(SECTIONS), page="quality", say=say)](opened, say)
