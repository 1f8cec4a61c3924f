"""The records a KPI of a month counts, down to source file and row, and whether they sum up to the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards import kpi
from dashboards.kpi import Choice, Definition
from dashboards.release import OpenRelease, remember
from dashboards.tables import ROWS_SHOWN, Column, as_csv, part_of_table
from dashboards.views.overview.breakdown import MemberPart, members_of
from dashboards.views.overview.facts import Facts
from lineage import kpi_records
from lineage.kpi_records import KpiCell, KpiRecord, KpiTotal
from reports.language import Language


@dataclass(frozen=True)
class Scope:
    """All of a KPI's month, or one product, operation, work unit or supplier in it: what is summed there."""

    label: str
    narrowed_by: Mapping[str, str]
    parts: tuple[kpi.Part, ...]


def draw(definition: Definition, facts: Facts, choice: Choice, opened: OpenRelease, say: Language) -> None:
    """Draw the records of one month, and the proof that they are those of the number."""
    cells = facts.cells.get(definition.kpi_code, ())
    months = sorted({cell.month for cell in cells if cell.month <= choice.last})
    if not months:
        st.info(say("overview.nothing"))
        return
    left, right = st.columns([1, 3])
    month = left.selectbox(
        say("records.month"), months, index=len(months) - 1, format_func=say.month, key="records-month"
    )
    of_month = Choice(choice.sites, month, 1)
    scopes = _scopes([cell for cell in cells if of_month.holds(cell)], definition, of_month, opened, say)
    chosen = right.selectbox(
        say("records.scope"), range(len(scopes)), format_func=lambda i: scopes[i].label, key=f"scope-{month}"
    )
    scope = scopes[chosen]
    cell = KpiCell(definition.kpi_code, choice.sites, month, **scope.narrowed_by)
    total = remember(opened, f"total {cell}", lambda: kpi_records.total(opened.con, cell))
    _proof(scope, total, say)
    _table(total, cell, definition, opened, say)


def _scopes(
    cells: Sequence[kpi.Part], definition: Definition, choice: Choice, opened: OpenRelease, say: Language
) -> list[Scope]:
    """Everything first, then every member that the month has something of."""
    members: dict[tuple[str, str], list[MemberPart]] = {}
    for part in members_of(definition, choice, opened):
        if choice.holds(part) and (part.numerator or part.denominator):
            members.setdefault((part.kind_code, part.member_id), []).append(part)
    scopes = [Scope(say("records.all"), {}, tuple(cells))]
    for (kind, member_id), parts in members.items():
        name = parts[0].name_zh if say.locale == "zh" else parts[0].name_en
        label = f"{say(f'parts.{kind}')} {parts[0].member_code} {name}"
        column = f"{kind}_{'code' if kind == 'operation' else 'id'}"
        scopes.append(Scope(label, {column: member_id}, tuple(parts)))
    return scopes


def _proof(scope: Scope, total: KpiTotal, say: Language) -> None:
    """Says whether the records sum up to what the KPI is summed from: the page checks itself."""
    wanted, found = kpi.sums(scope.parts), (total.numerator, total.denominator)
    if wanted == found:
        words = say(
            "records.proof" if total.numerator is not None else "records.counted",
            count=say.number(total.record_count),
            numerator=say.number(total.numerator),
            denominator=say.number(total.denominator),
        )
        st.success(words, icon=":material/check_circle:")
    else:
        words = say("records.differ", found=_pair(found, say), wanted=_pair(wanted, say))
        st.error(words, icon=":material/error:")


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
    total: KpiTotal, cell: KpiCell, definition: Definition, opened: OpenRelease, say: Language
) -> None:
    """The first records to read; the export takes all of them, asked for when somebody takes it."""
    columns, better = _columns(definition, say), definition.better_code
    shown = remember(
        opened, f"records {cell}", lambda: kpi_records.records(opened.con, cell, better, ROWS_SHOWN)
    )

    def everything() -> bytes:
        return as_csv(kpi_records.records(opened.con, cell, better), columns)

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
