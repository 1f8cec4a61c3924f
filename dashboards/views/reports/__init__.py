"""Reports: every registered form, its parameters, a look before it leaves, the bundle, and who took what.

registry → form chosen and filled in → built (on record) → preview → bundle issued and taken (on record).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.sections import choose_section
from dashboards.views.reports import build, history
from reports.language import Language

SECTIONS: Mapping[str, Callable[[OpenRelease, Language], None]] = {
    "build": build.draw,
    "history": history.draw,
}


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.header(say("page.reports"), say("reports.subtitle"), opened, say)
    SECTIONS[choose_section(list(SECTIONS), page="reports", say=say)](opened, say)
