"""The dashboards: language, navigation, and the release that every page reads.

current release → page. Alone: streamlit run dashboards/app.py (loopback only, see .streamlit/config.toml)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboards import chrome
from dashboards.release import OpenRelease, open_current
from dashboards.views import overview, trace
from lakehouse.settings import Settings
from reports.language import Language

Page = Callable[[OpenRelease, Language], None]


def main() -> None:
    """Draw the chosen page."""
    st.set_page_config(page_title="medlake", page_icon=chrome.ICON, layout="wide")
    st.logo(chrome.LOGO, size="large")
    say = chrome.choose_language()
    chrome.style()
    opened = open_current(Settings.from_env())
    pages = [
        _page(overview.draw, say, opened, name="overview", icon=":material/monitoring:", default=True),
        _page(trace.draw, say, opened, name="trace", icon=":material/account_tree:", default=False),
    ]
    chosen = st.navigation(pages)
    chrome.sidebar_release(opened, say)
    chrome.warn(opened, say)
    chosen.run()


def _page(
    draw: Page, say: Language, opened: OpenRelease | None, *, name: str, icon: str, default: bool
) -> st.Page:
    body = partial(_draw_or_explain, draw, opened, say)
    return st.Page(body, title=say(f"page.{name}"), icon=icon, url_path=name, default=default)


def _draw_or_explain(draw: Page, opened: OpenRelease | None, say: Language) -> None:
    if opened is None:
        chrome.empty_state(say)
    else:
        draw(opened, say)


if __name__ == "__main__":
    main()
