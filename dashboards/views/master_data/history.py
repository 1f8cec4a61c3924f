"""What was held true of a party's records, valid when and known when; or as of one day and one moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import streamlit as st

from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.master_data.desk import desk_of
from master_data.stewardship.named import NoSuchParty
from master_data.stewardship.views import Row, history_view
from reports.language import Language

FIELDS = ("name", "uscc", "city", "address", "blocked")


def draw(role: str, golden_id: str, opened: OpenRelease, say: Language) -> None:
    """Draw the bitemporal history with its two choosers."""
    st.subheader(say("master.history"))
    left, right, _ = st.columns([1, 1, 2])
    on = left.date_input(
        say("master.on"), value=None, key=f"on {role} {golden_id}", help=say("master.on_help")
    )
    known = right.date_input(
        say("master.known"), value=None, key=f"known {role} {golden_id}", help=say("master.known_help")
    )
    rows = _rows(role, golden_id, on, known, opened)
    if not rows:
        st.info(say("master.history_none"))
        return
    columns: list[Column[Row]] = [
        Column(say("master.col.record"), lambda row: row["record"]),
        Column(say("master.col.valid_from"), lambda row: row["valid_from"]),
        Column(say("master.col.valid_to"), lambda row: row["valid_to"]),
        Column(say("master.col.known_from"), lambda row: row["known_from"]),
        Column(say("master.col.known_to"), lambda row: row["known_to"]),
        *(Column(say(f"master.history.{name}"), _field(name)) for name in FIELDS),
        Column(say("master.col.origin"), lambda row: f"{row['source_table']} : {row['row']}"),
    ]
    table(rows, columns, name="party_history", opened=opened, say=say)


def _field(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]


def _rows(role: str, golden_id: str, on: date | None, known: date | None, opened: OpenRelease) -> list[Row]:
    try:
        one = desk_of(opened).named(golden_id, role)
    except NoSuchParty:
        return []
    moment = datetime.combine(known, time.max, UTC) if known else None
    return history_view(opened.con.cursor(), one, on, moment)
