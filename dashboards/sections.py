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
    key, told = f"{page}_section", f"{page}_section_told"
    asked = st.query_params.get(PARAMETER)
    # An address that this page did not write itself is a link somebody followed.
    if asked in names and asked != st.session_state.get(told):
        st.session_state[key] = asked
    st.session_state.setdefault(key, names[0])
    chosen = st.segmented_control(
        say(f"{page}.section"),
        list(names),
        required=True,
        format_func=lambda name: say(f"{page}.section.{name}"),
        key=key,
        label_visibility="collapsed",
    )
    shown = chosen or names[0]
    st.query_params[PARAMETER] = st.session_state[told] = shown
    return shown
