"""Tables of the pages, and their export: escaped HTML to read, formula-safe CSV to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from html import escape
from typing import Any, Generic, TypeVar

import streamlit as st

from dashboards.exports import recorded
from dashboards.release import OpenRelease
from lineage.ledger.trail import safe_text
from reports.language import NOTHING, Language

Row = TypeVar("Row")
ROWS_SHOWN = 500
# Texts up to this length, rule ids among them, stay on one line; days always do.
SHORT = 16


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its title, the row's value, and how a value that is not plain is written for reading."""

    title: str
    value: Callable[[Row], Any]
    show: Callable[[Any], str] | None = None


def table(
    rows: Sequence[Row], columns: Sequence[Column[Row]], *, name: str, opened: OpenRelease, say: Language
) -> None:
    """Draw a table with its export button; ``name`` becomes part of the file's name."""
    part_of_table(
        rows[:ROWS_SHOWN],
        columns,
        count=len(rows),
        everything=lambda: as_csv(rows, columns),
        name=name,
        opened=opened,
        say=say,
    )


def part_of_table(
    rows: Sequence[Row],
    columns: Sequence[Column[Row]],
    *,
    count: int,
    everything: Callable[[], bytes],
    name: str,
    opened: OpenRelease,
    say: Language,
) -> None:
    """Draw the first rows of a table that is read as a whole only when somebody takes it away.

    Args:
        count: Rows of the whole table.
        everything: Gives the export of the whole table.
    """
    if not rows:
        st.html(f'<p class="ml-none">{escape(say("table.none"))}</p>')
        return
    st.html(_as_html(rows, columns, say))
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.caption(say("table.rows", shown=say.number(len(rows)), count=say.number(count)))
    if not opened.reader.may("export"):
        return
    right.download_button(
        say("table.export"),
        recorded(opened, name, everything),
        file_name=f"{name}_release-{opened.release.name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"export {name}",
        width="stretch",
    )


def as_csv(rows: Sequence[Row], columns: Sequence[Column[Row]]) -> bytes:
    """Return rows as CSV (UTF-8 with byte order mark) in which no text can act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column.title) for column in columns])
    writer.writerows([safe_cell(column.value(row)) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe_cell(value: Any) -> str:
    """Return a cell's text; a text that a spreadsheet would run gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, Decimal | int):
        return str(value)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return safe_text(text)


def _as_html(rows: Sequence[Row], columns: Sequence[Column[Row]], say: Language) -> str:
    numeric = [any(_is_number(column.value(row)) for row in rows) for column in columns]
    head = "".join(
        f'<th class="num">{escape(c.title)}</th>' if n else f"<th>{escape(c.title)}</th>"
        for c, n in zip(columns, numeric, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(map(partial(_cell, row, say), columns, numeric)) + "</tr>" for row in rows
    )
    return (
        f'<div class="ml-table-box" tabindex="0" role="region" aria-label="{escape(say("table.region"))}">'
        f'<table class="ml-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(row: Row, say: Language, column: Column[Row], is_numeric: bool) -> str:
    value = column.value(row)
    text = _text(column, value, say)
    short = ' class="short"' if isinstance(value, date) or len(text) <= SHORT else ""
    # An absent number stands under the numbers.
    style = ' class="num"' if _is_number(value) or (is_numeric and value is None) else short
    return f"<td{style}>{escape(text)}</td>"


def _text(column: Column[Row], value: Any, say: Language) -> str:
    if value is None or value == "":
        return NOTHING
    if column.show is not None:
        return column.show(value)
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, Decimal | int):
        return say.number(value)
    if isinstance(value, datetime):
        return say.time(value)
    return say.day(value) if isinstance(value, date) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)
