"""From one page to another with what the reader has chosen; a link would begin a new session."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st


def go_to(name: str) -> NoReturn:
    """Show another page, by its name in the address, instead of this one."""
    st.switch_page(st.Page(_elsewhere, url_path=name))


def _elsewhere() -> None:
    """Stands for the page of that name, which the navigation draws."""
