"""The books: in = out + merged + quarantined + rejected, drawn, by stage, table and file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards import quality_figures
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

# Nodes of the drawing, in the order of quality_figures.sankey's colours.
NODES = ("delivered", "raw", "typed", "merged", "quarantined", "rejected")


@dataclass(frozen=True)
class Book:
    """One table at one stage."""

    stage_code: str
    name: str
    rows_in: int
    rows_out: int
    rows_merged: int
    rows_quarantined: int
    rows_rejected: int
    is_balanced: bool


@dataclass(frozen=True)
class File:
    """One load of a file."""

    file_name: str
    status: str
    rows_in: int
    rows_loaded: int
    rows_quarantined: int
    rows_rejected: int
    rows_raw: int | None
    is_balanced: bool
    control_code: str


@dataclass(frozen=True)
class Control:
    """What a sender says of a file, where it does not agree with what was read."""

    file_name: str
    state_code: str
    said_count: int | None
    found_count: int | None
    said_sha256: str | None
    found_sha256: str | None


@dataclass(frozen=True)
class ControlCount:
    """Files by whether their senders' word agrees."""

    control_code: str
    file_count: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    books = ask(opened, "dq_conservation", Book, {})
    unbalanced = [book for book in books if not book.is_balanced]
    if unbalanced:
        st.error(say("dq.unbalanced", count=len(unbalanced)), icon=":material/error:")
    else:
        st.success(say("dq.balanced", count=say.number(len(books))), icon=":material/check_circle:")
    names = sorted({book.name for book in books if book.stage_code in ("landing", "stg")})
    chosen = st.selectbox(
        say("dq.choose_table"),
        [None, *names],
        format_func=lambda name: name or say("dq.all_tables"),
        key="book",
        width=420,
    )
    mine = [book for book in books if chosen in (None, book.name)]
    figure = quality_figures.sankey([say(f"dq.node_{name}") for name in NODES], links(mine))
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="books", alt=say("dq.books_alt")
    )
    st.caption(say("dq.books_hint"))
    _books(mine, opened, say)
    if chosen:
        st.markdown(f"**{say('dq.files')}**")
        _files(ask(opened, "dq_files", File, {"table": chosen}), opened, say)
    _control(opened, say)


def links(books: Sequence[Book]) -> list[tuple[int, int, int]]:
    """From delivered over raw to typed rows; what left the way stands at its end."""
    landing = [book for book in books if book.stage_code == "landing"]
    typed = [book for book in books if book.stage_code == "stg"]
    found = [
        (0, 1, sum(book.rows_out for book in landing)),
        (0, 4, sum(book.rows_quarantined for book in landing)),
        (0, 5, sum(book.rows_rejected for book in landing)),
        (1, 2, sum(book.rows_out for book in typed)),
        (1, 3, sum(book.rows_merged for book in typed)),
        (1, 4, sum(book.rows_quarantined for book in typed)),
        (1, 5, sum(book.rows_rejected for book in typed)),
    ]
    return [link for link in found if link[2]]


def _books(books: Sequence[Book], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Book]] = [
        Column(say("col.stage"), lambda book: book.stage_code, lambda code: say.code("stage", code)),
        Column(say("col.table"), lambda book: book.name),
        Column(say("rows.in"), lambda book: book.rows_in),
        Column(say("rows.out"), lambda book: book.rows_out),
        Column(say("rows.merged"), lambda book: book.rows_merged),
        Column(say("rows.quarantined"), lambda book: book.rows_quarantined),
        Column(say("rows.rejected"), lambda book: book.rows_rejected),
        Column(say("dq.is_balanced"), lambda book: book.is_balanced),
    ]
    worst_first = sorted(
        books, key=lambda book: (book.is_balanced, -book.rows_quarantined - book.rows_rejected)
    )
    table(worst_first, columns, name="conservation", opened=opened, say=say)


def _files(rows: Sequence[File], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[File]] = [
        Column(say("dq.file"), lambda row: row.file_name),
        Column(say("dq.status"), lambda row: row.status, lambda code: say.code("dq.load", code)),
        Column(say("rows.in"), lambda row: row.rows_in),
        Column(say("dq.loaded"), lambda row: row.rows_loaded),
        Column(say("rows.quarantined"), lambda row: row.rows_quarantined),
        Column(say("rows.rejected"), lambda row: row.rows_rejected),
        Column(say("dq.rows_raw"), lambda row: row.rows_raw),
        Column(say("dq.is_balanced"), lambda row: row.is_balanced),
        Column(say("dq.control"), lambda row: row.control_code, lambda code: say.code("dq.control", code)),
    ]
    table(rows, columns, name="conservation_files", opened=opened, say=say)


def _control(opened: OpenRelease, say: Language) -> None:
    """What senders say of their files; without their word a file cut between two records looks whole."""
    counts = {row.control_code: row.file_count for row in ask(opened, "dq_control_count", ControlCount, {})}
    st.markdown(f"**{say('dq.control')}**")
    numbers = {code: say.number(counts.get(code, 0)) for code in ("agrees", "differs", "none")}
    st.caption(say("dq.control_counts", **numbers))
    if differing := ask(opened, "dq_control", Control, {}):
        columns: list[Column[Control]] = [
            Column(say("dq.file"), lambda row: row.file_name),
            Column(say("dq.status"), lambda row: row.state_code, lambda code: say.code("dq.control", code)),
            Column(say("dq.said_count"), lambda row: row.said_count),
            Column(say("dq.found_count"), lambda row: row.found_count),
            Column(say("dq.said_sha256"), lambda row: row.said_sha256),
            Column(say("dq.found_sha256"), lambda row: row.found_sha256),
        ]
        table(differing, columns, name="delivery_control", opened=opened, say=say)
