"""Spellings of lots: every way a system writes a lot, which one it stands for, by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

OPEN = frozenset({"unresolved", "ambiguous"})


@dataclass(frozen=True)
class SpellingCount:
    """How many spellings one rule joined."""

    how_code: str
    spelling_count: int
    record_count: int


@dataclass(frozen=True)
class Spelling:
    """One way to write a lot."""

    status_code: str
    source_system: str
    site_code: str
    product_code: str | None
    lot_text: str
    match_rule_code: str | None
    lot_no: str | None
    lot_id: str | None
    sterilisation_lot_no: str | None
    part_no: str | None
    candidate_lot_ids: str | None
    record_count: int
    file_name: str | None
    row_no: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the filters and the spellings."""
    counts = {row.how_code: row for row in ask(opened, "lot_spelling_counts", SpellingCount, {})}
    st.caption(say("master.lots_hint"))
    left, right = st.columns([2, 4], vertical_alignment="bottom")
    text = left.text_input(say("master.search_lot"), key="spelling", icon=":material/search:")
    how = right.pills(
        say("master.col.rule"),
        list(counts),
        format_func=lambda code: _counted(counts[code], say),
        key="spelling_rule",
    )
    rows = ask(opened, "lot_spellings", Spelling, {"status": how or "", "text": text.strip()})
    _table(rows, opened, say)


def _counted(row: SpellingCount, say: Language) -> str:
    return f"{say.code('master.lot_rule', row.how_code)} {say.number(row.spelling_count)}"


def _table(rows: Sequence[Spelling], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Spelling]] = [
        Column(say("master.col.spelling"), lambda row: row.lot_text),
        Column(say("master.col.system"), lambda row: row.source_system),
        Column(say("col.site"), lambda row: row.site_code, lambda site: say("site", site=site)),
        Column(say("master.col.product"), lambda row: row.product_code),
        Column(say("master.col.lot"), lambda row: row.lot_no),
        Column(
            say("master.col.rule"),
            lambda row: row.match_rule_code or row.status_code,
            lambda code: say.code("master.lot_rule", code),
        ),
        Column(say("master.col.part"), lambda row: row.part_no),
        Column(say("master.col.sterilisation"), lambda row: row.sterilisation_lot_no),
        Column(say("master.col.candidates"), lambda row: row.candidate_lot_ids),
        Column(say("master.col.places"), lambda row: row.record_count),
        Column(say("master.col.origin"), lambda row: f"{row.file_name} : {row.row_no}"),
    ]
    table(rows, columns, name="lot_spellings", opened=opened, say=say)
