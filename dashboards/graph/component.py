"""The genealogy as a Streamlit component: own canvas, no library, nothing from outside."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st

SCRIPTS = ("paint.js", "graph.js")  # one module: the second builds on the first


def draw(picture: bytes, *, key: str, centre: Callable[[str], None]) -> None:
    """Draw a picture made by ``dashboards.graph.picture``; ``centre`` is told the lot to trace instead."""

    def asked() -> None:
        centre(st.session_state[key].centre)

    _component()(data=picture, key=key, on_centre_change=asked)


@cache
def _component() -> Any:
    folder = files("dashboards.graph")
    script, css, html = (
        "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
        for names in (SCRIPTS, ("graph.css",), ("graph.html",))
    )
    return st.components.v2.component("medlake_genealogy", html=html, css=css, js=script)
