"""The dashboards: language, who reads, the pages their roles open, and the release that every page reads.

reader → current release → page. Alone: streamlit run dashboards/app.py (loopback, see .streamlit/config.toml)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import streamlit as st

from dashboards import chrome, sign_in
from dashboards.reader import Reader
from dashboards.release import OpenRelease, open_current
from dashboards.views import (
    catalogue,
    data_quality,
    evidence,
    master_data,
    overview,
    quality,
    recall,
    reports,
    sql,
    trace,
)
from lakehouse.releases import NoRelease
from lakehouse.settings import Settings
from lineage.role_reading import NoRole
from reports.language import Language

Draw = Callable[[OpenRelease, Language], None]


@dataclass(frozen=True)
class Page:
    """A page: its name in the address and the policy, what draws it, its icon."""

    name: str
    draw: Draw
    icon: str


# The navigation, a line per page. A section of which the reader may open no page is not shown.
SECTIONS: Mapping[str, tuple[Page, ...]] = MappingProxyType(
    {
        "business": (Page("overview", overview.draw, ":material/monitoring:"),),
        "tracing": (
            Page("trace", trace.draw, ":material/account_tree:"),
            Page("recall", recall.draw, ":material/campaign:"),
        ),
        "quality": (Page("quality", quality.draw, ":material/stacked_line_chart:"),),
        "data": (
            Page("data_quality", data_quality.draw, ":material/rule:"),
            Page("master_data", master_data.draw, ":material/hub:"),
            Page("catalogue", catalogue.draw, ":material/menu_book:"),
            Page("sql", sql.draw, ":material/terminal:"),
        ),
        "evidence": (
            Page("evidence", evidence.draw, ":material/verified_user:"),
            Page("reports", reports.draw, ":material/description:"),
        ),
    }
)


def main() -> None:
    """Draw the chosen page."""
    st.set_page_config(page_title="medlake", page_icon=chrome.ICON, layout="wide")
    st.logo(chrome.LOGO, size="large")
    say = chrome.choose_language()
    chrome.style()
    settings = Settings.from_env()
    reader = sign_in.reader_of(settings, say)
    if reader is None:
        return
    try:
        # The first reader of a role waits until what the role may see of a release has been copied.
        with st.spinner(say("sign_in.opening")):
            opened = open_current(settings, reader)
    except (NoRelease, NoRole) as refusal:
        st.error(str(refusal), icon=":material/lock:")
    else:
        _draw_for(reader, opened, say)


def _draw_for(reader: Reader, opened: OpenRelease | None, say: Language) -> None:
    permitted = {
        section: [page for page in pages if reader.may(f"page.{page.name}")]
        for section, pages in SECTIONS.items()
    }
    first = next((page for pages in permitted.values() for page in pages), None)
    if first is None:
        st.error(say("sign_in.no_page", roles=", ".join(reader.roles)), icon=":material/lock:")
        return
    chosen = st.navigation(
        {
            say(f"section.{section}"): [_page(page, page is first, opened, say) for page in pages]
            for section, pages in permitted.items()
            if pages
        }
    )
    chrome.sidebar_release(opened, say)
    chrome.warn(opened, say)
    chosen.run()


def _page(page: Page, is_first: bool, opened: OpenRelease | None, say: Language) -> st.Page:
    body = partial(_draw_or_explain, page.draw, opened, say)
    return st.Page(body, title=say(f"page.{page.name}"), icon=page.icon, url_path=page.name, default=is_first)


def _draw_or_explain(draw: Draw, opened: OpenRelease | None, say: Language) -> None:
    if opened is None:
        chrome.empty_state(say)
        return
    try:
        draw(opened, say)
    except NoRelease as too_old:
        chrome.explain(too_old, say)


if __name__ == "__main__":
    main()
