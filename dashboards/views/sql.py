"""SQL: one question to the release as the reader may see it, asked in a process of its own and on record.

example, picked table or own text → worker → rows and files to take away; beside it every table and column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from operator import itemgetter
from typing import Any

import streamlit as st

from dashboards import chrome
from dashboards.exports import recorded
from dashboards.release import OpenRelease, ask
from dashboards.tables import ROWS_SHOWN, Column, part_of_table
from dashboards.wording import own
from lakehouse.settings import Settings
from lakehouse.sql_door import Answer, AskRefused
from lakehouse.sql_door.files import Format, as_csv, as_file, why_no_sheet
from lakehouse.sql_door.plain import plain
from lineage.asked import ask_on_record
from reports.language import Language

EXAMPLES = ("kpi", "supplier", "findings", "lots")
_KEPT = "sql answer"
FOUND_AT_MOST = 200
_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class _Meaning:
    """A column that may be asked for."""

    table_name: str
    column_name: str
    type_name: str
    meaning: str


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.page_style("sql")
    chrome.header(say("page.sql"), say("sql.subtitle"), opened, say)
    left, right = st.columns([7, 4], gap="large")
    with left:
        _question(opened, say)
    with right:
        _columns(opened, say)
    kept = st.session_state.get(_KEPT)
    if kept is not None and kept[0] == opened.key:
        _answer(kept[1], opened, say)


def _question(opened: OpenRelease, say: Language) -> None:
    st.selectbox(
        say("sql.example"),
        EXAMPLES,
        format_func=lambda name: say(f"sql.example.{name}"),
        key="sql example",
        on_change=_take_example,
    )
    st.session_state.setdefault("sql text", example(EXAMPLES[0]))
    text = st.text_area(say("sql.text"), key="sql text", height=190, help=say("sql.help"))
    if not opened.reader.may("sql.run"):
        st.info(say("sql.may_not"))
        return
    if st.button(say("sql.run"), type="primary", icon=":material/play_arrow:", key="sql run"):
        _run(text, opened, say)


def example(name: str) -> str:
    """Return the text of a saved question."""
    return files("dashboards").joinpath("queries", f"example_{name}.sql").read_text(encoding="utf-8").strip()


def _take_example() -> None:
    st.session_state["sql text"] = example(st.session_state["sql example"])


def _take_table(known: Sequence[_Meaning]) -> None:
    """A picked table becomes a question, and its columns are what is listed; no pick changes nothing."""
    table = st.session_state["sql table"]
    if table is not None:
        st.session_state["sql text"] = select_of(
            table, [m.column_name for m in known if m.table_name == table]
        )
        st.session_state["sql search"] = f"{table}."


def select_of(table: str, columns: Sequence[str]) -> str:
    """Return a question for the first rows of a table, a line per column to strike out."""
    lines = ",\n".join(f"    {column}" for column in columns)
    return f"SELECT\n{lines}\nFROM {table}\nLIMIT 100"


def _run(text: str, opened: OpenRelease, say: Language) -> None:
    """Keeps the answer for the next drawing; a refusal is told and nothing is kept."""
    opened.reader.require("sql.run")
    st.session_state.pop(_KEPT, None)
    role = opened.facts.role if opened.facts else "everything"
    try:
        with st.spinner(say("sql.running")):
            answer = ask_on_record(Settings.from_env(), opened.release, opened.reader.name, role, text)
    except AskRefused as refused:
        _refusal(refused, say)
    else:
        st.session_state[_KEPT] = (opened.key, answer)


def _refusal(refused: AskRefused, say: Language) -> None:
    """Tell why there is no answer, and where; the engine's own words keep their lines, which point at it."""
    if refused.kind == "refused":
        place = refused.place
        where = say("sql.refused_at", line=place.line, column=place.column) if place else say("sql.refused")
        st.error(where, icon=":material/block:")
        st.code(str(refused), language=None, wrap_lines=True)
        return
    zh, _, en = str(refused).partition(" | ")
    st.error(chrome.plain(zh if say.locale == "zh" else en), icon=":material/block:")


def _answer(answer: Answer, opened: OpenRelease, say: Language) -> None:
    count = answer.rows.num_rows
    milliseconds = say.number(round(answer.seconds * 1000))
    st.subheader(say("sql.answer"))
    if answer.has_more:
        st.warning(say("sql.more", count=say.number(count)), icon=":material/content_cut:")
    shown = plain(answer.rows.slice(0, ROWS_SHOWN))
    rows = list(zip(*(column.to_pylist() for column in shown.columns), strict=True))
    part_of_table(
        rows,
        _cells(answer.rows.column_names),
        count=count,
        everything=lambda: as_csv(answer.rows),
        name="sql",
        opened=opened,
        say=say,
    )
    left, middle, right = st.columns([3, 1, 1], vertical_alignment="center")
    left.caption(say("sql.took", ms=milliseconds, sha256=answer.result_sha256[:16]))
    if rows and opened.reader.may("export"):
        with middle:
            _take(answer, Format.XLSX, opened, say)
        with right:
            _take(answer, Format.PARQUET, opened, say)


def _take(answer: Answer, form: Format, opened: OpenRelease, say: Language) -> None:
    """A button for a file of the answer; one that cannot be made says why."""
    refused = why_no_sheet(answer.rows) if form is Format.XLSX else None
    st.download_button(
        say(f"sql.{form}"),
        recorded(opened, f"sql {form}", lambda: as_file(answer.rows, form, opened.release.made_at)),
        file_name=f"sql_release-{opened.release.name}.{form}",
        mime=_TYPES[form],
        icon=":material/download:",
        on_click="ignore",
        key=f"sql {form}",
        width="stretch",
        disabled=refused is not None,
        help=refused and own(refused, say),
    )


def _cells(names: Sequence[str]) -> list[Column[tuple[Any, ...]]]:
    return [Column(name, itemgetter(index)) for index, name in enumerate(names)]


def _columns(opened: OpenRelease, say: Language) -> None:
    """What may be asked for, found by any part of a name or meaning; names to copy into the question."""
    known = ask(opened, "sql_columns", _Meaning, {})
    st.selectbox(
        say("sql.table"),
        list(dict.fromkeys(m.table_name for m in known)),
        index=None,
        placeholder=say("sql.table_example"),
        key="sql table",
        on_change=_take_table,
        args=(known,),
    )
    words = st.text_input(say("sql.search"), key="sql search", placeholder=say("sql.search_example"))
    parts = words.lower().split()
    found = [m for m in known if all(part in _text(m) for part in parts)]
    st.caption(say("sql.found", count=say.number(len(found)), all=say.number(len(known))))
    rows = "".join(
        f"<dt>{escape(m.table_name)}.<b>{escape(m.column_name)}</b> <i>{escape(m.type_name)}</i></dt>"
        f"<dd>{escape(m.meaning)}</dd>"
        for m in found[:FOUND_AT_MOST]
    )
    st.html(
        f'<div class="ml-sql-columns" tabindex="0" role="region" aria-label="{escape(say("sql.search"))}">'
        f"<dl>{rows}</dl></div>"
    )


def _text(meaning: _Meaning) -> str:
    return f"{meaning.table_name}.{meaning.column_name} {meaning.meaning}".lower()
