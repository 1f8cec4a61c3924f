"""The records a KPI of a month counts, down to source file and row, and whether they sum up to the number."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import kpi
from dashboards.kpi import Choice, Definition
from dashboards.release import OpenRelease, remember
from dashboards.tables import ROWS_SHOWN, Column, as_csv, part_of_table
from dashboards.views.overview.facts import Facts
from lineage import kpi_records
from lineage.kpi_records import KpiCell, KpiRecord, KpiTotal
from reports.language import Language


def draw(definition: Definition, facts: Facts, choice: Choice, opened: OpenRelease, say: Language) -> None:
    """Draw the records of one month, and the proof that they are those of the number."""
    months = sorted(
        {cell.month for cell in facts.cells.get(definition.kpi_code, ()) if cell.month <= choice.last}
    )
    if not months:
        st.info(say("overview.nothing"))
        return
    month = st.selectbox(
        say("records.month"),
        months,
        index=len(months) - 1,
        format_func=say.month,
        key="records-month",
        width=220,
    )
    cell = KpiCell(definition.kpi_code, choice.sites, month)
    total = remember(opened, f"total {cell}", lambda: kpi_records.total(opened.con, cell))
    _proof(definition, facts, Choice(choice.sites, month, 1), total, say)
    shown = remember(
        opened,
        f"records {cell}",
        lambda: kpi_records.records(opened.con, cell, definition.better_code, ROWS_SHOWN),
    )
    _table(shown, total, cell, definition, opened, say)


def _proof(definition: Definition, facts: Facts, choice: Choice, total: KpiTotal, say: Language) -> None:
    """Says whether the records sum up to the cells of the plants: the page checks itself."""
    cells = [cell for cell in facts.cells.get(definition.kpi_code, ()) if choice.holds(cell)]
    wanted = kpi.sums(cells)
    found = (total.numerator, total.denominator)
    if wanted == found:
        words = say(
            "records.proof" if total.numerator is not None else "records.counted",
            count=say.number(total.record_count),
            numerator=say.number(total.numerator),
            denominator=say.number(total.denominator),
        )
        st.success(words, icon=":material/check_circle:")
    else:
        st.error(
            say("records.differ", found=_pair(found, say), wanted=_pair(wanted, say)), icon=":material/error:"
        )


def _pair(pair: kpi.Sums, say: Language) -> str:
    return f"{say.number(pair[0])} / {say.number(pair[1])}"


def _columns(definition: Definition, say: Language) -> list[Column[KpiRecord]]:
    ranked: Column[KpiRecord] = Column(
        say("records.value"), lambda row: row.value, lambda value: kpi.show(value, definition.unit_code, say)
    )
    counted: list[Column[KpiRecord]] = [
        Column(say("def.numerator"), lambda row: row.numerator),
        Column(say("def.denominator"), lambda row: row.denominator),
    ]
    return [
        Column(say("col.site"), lambda row: row.site_code, lambda site: say("site", site=site)),
        Column(say("records.record"), lambda row: row.record_id),
        Column(say("records.day"), lambda row: row.day),
        *([ranked] if "median" in definition.kpi_code or "p90" in definition.kpi_code else counted),
        Column(say("records.source"), lambda row: row.source_table),
        Column(say("records.file"), lambda row: row.file_name),
        Column(say("records.row"), lambda row: row.row_no),
    ]


def _table(
    shown: Sequence[KpiRecord],
    total: KpiTotal,
    cell: KpiCell,
    definition: Definition,
    opened: OpenRelease,
    say: Language,
) -> None:
    """The first records to read; the export takes all of them, asked for when somebody takes it."""
    columns = _columns(definition, say)

    def everything() -> bytes:
        return as_csv(kpi_records.records(opened.con, cell, definition.better_code), columns)

    name = f"kpi_records_{cell.kpi_code}_{cell.month:%Y-%m}"
    part_of_table(
        shown,
        columns,
        count=total.record_count,
        everything=everything,
        name=name,
        opened=opened,
        say=say,
    )
