"""How fresh a KPI is: the newest data of each source table it counts, and extracts that came late or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from dashboards.kpi import Definition
from dashboards.release import OpenRelease, ask, remember
from dashboards.tables import Column, table
from lineage import kpi_records
from reports.language import Language


@dataclass(frozen=True)
class SourceFreshness:
    """A source table: its newest data and what of its promised extracts is late or missing."""

    source_table: str
    newest_date: date | None
    loaded_at: datetime | None
    newest_file: str | None
    file_count: int
    late_count: int | None
    missing_count: int | None


def draw(definition: Definition, opened: OpenRelease, say: Language) -> None:
    """Draw the freshness of every source table that a KPI's records come from."""
    code = definition.kpi_code
    tables = remember(opened, f"sources {code}", lambda: kpi_records.source_tables(opened.con, code))
    if not tables:
        st.info(say("fresh.none"))
        return
    rows = ask(opened, "source_freshness", SourceFreshness, {"tables": list(tables)})
    columns: list[Column[SourceFreshness]] = [
        Column(say("records.source"), lambda row: row.source_table),
        Column(say("fresh.newest"), lambda row: row.newest_date),
        Column(say("fresh.loaded"), lambda row: row.loaded_at),
        Column(say("fresh.files"), lambda row: row.file_count),
        Column(say("fresh.late"), lambda row: row.late_count),
        Column(say("fresh.missing"), lambda row: row.missing_count),
        Column(say("fresh.file"), lambda row: row.newest_file),
    ]
    table(rows, columns, name=f"kpi_freshness_{code}", opened=opened, say=say)
