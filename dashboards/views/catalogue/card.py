"""One table: what it is, its columns, what it is made of and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.catalogue import consumers, graph
from dashboards.views.catalogue.search import matches
from dashboards.views.catalogue.sensitivity import sensitivity_of
from lineage.catalogue import Catalogue, ColumnEntry, TableEntry
from reports.language import NOTHING, Language


def draw(catalogue: Catalogue, entry: TableEntry, words: str, opened: OpenRelease, say: Language) -> None:
    """Draw a table's card; only the open tab is made."""
    st.html(_head(catalogue, entry, opened, say))
    bodies: dict[str, Callable[[], None]] = {
        "columns": lambda: _columns(catalogue, entry, words, opened, say),
        "lineage": lambda: graph.draw(catalogue, entry, opened, say),
        "consumers": lambda: consumers.draw(catalogue, entry, opened, say),
    }
    tabs = st.tabs([say(f"catalogue.{name}") for name in bodies], key="catalogue-tab", on_change="rerun")
    for tab, body in zip(tabs, bodies.values(), strict=True):
        if tab.open:
            with tab:
                body()


def _head(catalogue: Catalogue, entry: TableEntry, opened: OpenRelease, say: Language) -> str:
    rows = {each["name"]: each["rows"] for each in opened.release.manifest.get("tables", ())}
    facts = {
        "owner": entry.owner,
        "grain": ", ".join(entry.grain),
        "contract": entry.contract,
        "retention": entry.retention,
        "kind": entry.kind,
        "rows": say.number(rows[entry.name]) if entry.name in rows else "",
        "column_count": say.number(len(catalogue.columns_of.get(entry.name, ()))),
    }
    items = "".join(
        f"<div><dt>{escape(say(f'catalogue.{name}'))}</dt><dd>{escape(value or NOTHING)}</dd></div>"
        for name, value in facts.items()
    )
    title = entry.title_zh if say.locale == "zh" else entry.title_en
    # A model's description has one language; better that one than none.
    meaning = (entry.meaning_zh if say.locale == "zh" else entry.meaning_en) or entry.meaning_en
    return (
        f'<div class="ml-card"><div class="ml-card-top"><h2>{escape(entry.name)}</h2>'
        f'<span class="ml-badge ml-open">{escape(say.code("layer", entry.layer))}</span></div>'
        f'<p class="sub">{escape(" · ".join(text for text in (title, meaning) if text))}</p>'
        f'<dl class="ml-facts">{items}</dl></div>'
    )


def _columns(catalogue: Catalogue, entry: TableEntry, words: str, opened: OpenRelease, say: Language) -> None:
    rows = catalogue.columns_of.get(entry.name, ())
    wanted = words.casefold().split()
    hits = [column for column in rows if matches(column, wanted)]
    if hits and st.toggle(say("catalogue.only_hits", count=say.number(len(hits))), key="catalogue-hits"):
        rows = tuple(hits)
    columns: list[Column[ColumnEntry]] = [
        Column(say("catalogue.column"), lambda column: column.name),
        Column(say("catalogue.title"), lambda column: column.title_zh),
        Column(say("catalogue.meaning"), lambda column: meaning_of(column, say)),
        Column(say("catalogue.type"), lambda column: column.type),
        Column(say("catalogue.unit"), lambda column: column.unit),
        Column(
            say("catalogue.sensitivity"),
            lambda column: sensitivity_of(opened, column),
            lambda code: say.code("sensitivity", code),
        ),
    ]
    table(rows, columns, name=f"catalogue_{entry.name}", opened=opened, say=say)


def meaning_of(column: ColumnEntry, say: Language) -> str:
    """Return what a column means in the reader's language, else in the one it is written in."""
    return (column.meaning_zh if say.locale == "zh" else column.meaning_en) or column.meaning_en
