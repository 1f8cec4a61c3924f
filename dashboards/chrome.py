"""What all pages share around their content: style, header with the release, language, empty state."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from dashboards.release import OpenRelease
from reports.language import LOCALES, Language, load

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 34">'
    '<path d="M17 3C12 11 7 16 7 21a10 10 0 0 0 20 0C27 16 22 11 17 3Z" fill="#1B6B76"/></svg>'
)
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="34" viewBox="0 0 150 34">'
    '<path d="M17 3C12 11 7 16 7 21a10 10 0 0 0 20 0C27 16 22 11 17 3Z" fill="#1B6B76"/>'
    '<path d="M11 22q3-3 6 0t6 0" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
    '<text x="36" y="24" font-family="sans-serif" font-size="21" font-weight="700" fill="#12454E">'
    "medlake</text>"
    "</svg>"
)
# Every ASCII punctuation character may be escaped in Markdown (CommonMark 2.4).
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def style() -> None:
    """Put the shared style sheet on the page."""
    st.html(Path(__file__).with_name("style.css"))


def page_style(name: str) -> None:
    """Put what only one page needs beside the shared style sheet."""
    st.html(Path(__file__).parent / "css" / f"{name}.css")


def choose_language() -> Language:
    """Show the language switch and return the chosen language; the choice stands in the address."""
    asked = st.query_params.get("lang")
    if "lang" not in st.session_state:
        # Once, from the address; a changing default would reset the switch.
        st.session_state["lang"] = asked if asked in LOCALES else LOCALES[0]
    with st.sidebar:
        locale = st.segmented_control(
            "语言 Language",
            LOCALES,
            required=True,
            format_func=lambda code: _LANGUAGE_NAMES[code],
            key="lang",
            label_visibility="collapsed",
        )
    chosen = locale or LOCALES[0]
    st.query_params["lang"] = chosen
    return load("dashboards", chosen)


def sidebar_release(opened: OpenRelease | None, say: Language) -> None:
    """Tell below the navigation which release is read."""
    with st.sidebar:
        if opened is not None:
            facts = opened.release.manifest
            st.caption(say("sidebar.release", number=opened.release.name))
            st.caption(say("sidebar.file", sha256=facts["warehouse"]["sha256"][:16]))
            if hidden := opened.facts:
                if hidden.sites:
                    st.badge(
                        say("sidebar.sites", sites=", ".join(hidden.sites)),
                        icon=":material/factory:",
                        color="primary",
                    )
                counts = (len(hidden.masked), len(hidden.withheld), len(hidden.left_out))
                st.caption(say("sidebar.hidden", masked=counts[0], withheld=counts[1], tables=counts[2]))
        st.caption(say("sidebar.zone"))


def header(title: str, subtitle: str, opened: OpenRelease, say: Language) -> None:
    """Draw the page's title with number, time and state of the release."""
    release = opened.release
    at = say.time(datetime.fromisoformat(release.manifest["released_at"]))
    warnings = len(release.manifest.get("gates", {}).get("not_green", ()))
    state = say("state.warnings", count=warnings) if warnings else say("state.green")
    tone = "warn" if warnings else "good"
    st.html(
        f'<div class="ml-head"><div><h1>{escape(title)}</h1><p>{escape(subtitle)}</p></div>'
        f'<div class="ml-release"><b>{escape(say("release", number=release.name))}</b>'
        f'<span>{escape(at)}</span><span class="ml-state ml-{tone}">{escape(state)}</span></div></div>'
    )


def warn(opened: OpenRelease | None, say: Language) -> None:
    """Tell above every page what a reader must know first: an emergency release, demo signatures."""
    for zh, en in opened.notices if opened else ():
        st.warning(plain(zh if say.locale == "zh" else en), icon=":material/warning:")


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is: data must not become links or images."""
    return _MARKS.sub(r"\\\1", text)


def empty_state(say: Language) -> None:
    """Tell what to do when there is nothing to show yet."""
    st.html(
        f'<div class="ml-empty"><h1>{escape(say("empty.title"))}</h1><p>{escape(say("empty.text"))}</p></div>'
    )
    st.code("make demo", language="bash")
    st.caption(say("empty.after"))


def explain(error: Exception, say: Language) -> None:
    """Tell what a page cannot do and what to do about it, from a message of the form `中文 | English`."""
    zh, _, en = str(error).partition(" | ")
    st.warning(plain(zh if say.locale == "zh" or not en else en), icon=":material/history:")
