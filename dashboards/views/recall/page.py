"""The recall desk: the scope of what is suspected, or the recalls that run.

question → scope (kept per release and question) → draw; acts are those of `medlake recall`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboards import chrome
from dashboards.release import OpenRelease
from dashboards.sections import choose_section
from dashboards.views.recall import running, scope
from reports.language import Language

SECTIONS: Mapping[str, Callable[[OpenRelease, Language], None]] = {
    "scope": scope.draw,
    "running": running.draw,
}


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.page_style("trace")
    chrome.page_style("recall")
    chrome.header(say("page.recall"), say("recall.subtitle"), opened, say)
    SECTIONS[choose_section(list(SECTIONS), page="recall", say=say)](opened, say)
