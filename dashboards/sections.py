"""Sections of a big page: one is drawn at a time, and stands in the address so that it can be linked to."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from reports.language import Language

PARAMETER = "section"


def choose_section(names: Sequence[str], *, page: str, say: Language) -> str:
    """Show the sections of a page and return the chosen one; `<page>.section.<name>` is its title.

    The address holds the name, not the title: a link works in both languages, which `bind` would not give.
    """
    key = f"{page}_section"
    asked = st.query_params.get(PARAMETER)
    if key not in st.session_state:
        st.session_state[key] = asked if asked in names else names[0]
    chosen = st.segmented_control(
        say(f"{page}.section"),
        list(names),
        required=True,
        format_func=lambda name: say(f"{page}.section.{name}"),
        key=key,
        label_visibility="collapsed",
    )
    st.query_params[PARAMETER] = chosen or names[0]
    return chosen or names[0]
