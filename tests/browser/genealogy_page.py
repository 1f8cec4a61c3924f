"""A page with nothing but a large genealogy, to measure how long it takes to be drawn.

Run by the test: streamlit run genealogy_page.py; a press of the button lays out, sends and draws it.
"""

import random

import streamlit as st

from dashboards.graph.component import draw
from dashboards.graph.picture import Box, Line, encode
from reports.language import load

NODES = 2_000


def large() -> bytes:
    """2,000 lots over twelve steps, each made of two or three of those before it, all of them shown."""
    chance, width = random.Random(7), NODES // 12
    boxes = [Box(f"L{n}", "produced", f"LOT-{n:05d}", "导管组件 Catheter") for n in range(NODES)]
    lines = []
    for n in range(1, NODES):
        before = range(max(0, n - 2 * width), max(1, n - width // 2))
        for start in {chance.choice(before) for _ in range(3)}:
            lines.append(
                Line(f"L{start}", f"L{n}", "CONSUME", chance.choice(["EXACT", "ORDER"]), "12 件", "12")
            )
    say = load("dashboards", "en")
    names = (
        "help", "search", "nothing", "count", "from", "to", "expand", "collapse", "trace",
        "open", "close", "nearer", "farther", "whole",
    )  # fmt: skip
    words = {**{name: say(f"genealogy.{name}") for name in names}, "label": "large"}
    return encode(boxes, lines, [], [], "L0", words, visible_at_first=NODES)


if st.button("draw"):
    draw(large(), key="large", centre=lambda lot_id: None)
