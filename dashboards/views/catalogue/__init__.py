"""Catalogue: every table and column of the release, what it means, what it is made of and who reads it.

catalogue of the release → search → one table: columns, lineage to the column, consumers.
"""

from __future__ import annotations

import streamlit as st

from dashboards import chrome
from dashboards.release import OpenRelease, remember
from dashboards.views.catalogue import card
from dashboards.views.catalogue.search import LAYERS, Hit, search
from lineage.catalogue import ATTACHMENT, Catalogue, read_catalogue
from reports.language import Language

SHOWN = 30


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    folder = opened.release.attachment_path(ATTACHMENT)
    catalogue = remember(opened, "catalogue", lambda: read_catalogue(folder))
    counts = {"tables": len(catalogue.tables), "columns": len(catalogue.columns)}
    subtitle = say("catalogue.subtitle", **{name: say.number(count) for name, count in counts.items()})
    chrome.header(say("page.catalogue"), subtitle, opened, say)
    hits, words = _found(catalogue, say)
    if not hits:
        st.info(say("catalogue.nothing", words=chrome.plain(words)))
        return
    left, right = st.columns([3, 8], gap="medium")
    with left:
        name = _choose(hits, say)
    with right:
        card.draw(catalogue, catalogue.by_name[name], words, opened, say)


def _found(catalogue: Catalogue, say: Language) -> tuple[tuple[Hit, ...], str]:
    """The tables that match what is asked for; the address may name one."""
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="large")
    words = left.text_input(
        say("catalogue.search"), placeholder=say("catalogue.example"), key="catalogue-words"
    ).strip()
    layers = right.pills(
        say("catalogue.layers"),
        LAYERS,
        selection_mode="multi",
        default=LAYERS,
        format_func=lambda layer: say(f"layer.{layer}"),
        key="catalogue-layers",
    )
    return search(catalogue, words, tuple(layers or LAYERS)), words


def _choose(hits: tuple[Hit, ...], say: Language) -> str:
    """The list of tables; what is chosen stands in the address."""
    names = [hit.table.name for hit in hits]
    asked = st.query_params.get("table")
    shown = names[:SHOWN] if asked not in names[SHOWN:] else [*names[: SHOWN - 1], asked]
    labels = {hit.table.name: hit.label(say) for hit in hits}
    name = st.radio(
        say("catalogue.tables", shown=say.number(len(shown)), count=say.number(len(names))),
        shown,
        index=shown.index(asked) if asked in shown else 0,
        format_func=lambda each: labels[each],
    )
    st.query_params["table"] = name
    return name
