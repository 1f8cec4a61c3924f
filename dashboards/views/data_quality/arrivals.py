"""Arrivals: which promised extracts came, which are late or missing, as a calendar and as alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import streamlit as st

from dashboards import quality_figures
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

# From good to bad; the calendar shows the worst of a month. Colours: quality_figures.STATE_COLOURS.
GROUPS = ("nothing_due", "came", "waiting", "late", "missing")
GROUP_OF: Mapping[str, str] = MappingProxyType(
    {
        "not_expected": "nothing_due",
        "quiet": "nothing_due",
        "on_time": "came",
        "backfilled": "came",
        "empty": "came",
        "pending": "waiting",
        "late": "late",
        "refused": "missing",
        "missing": "missing",
    }
)


@dataclass(frozen=True)
class Period:
    """One promised period of one table and plant."""

    source_table: str
    tenant_code: str | None
    site_code: str | None
    period_start_date: date
    period_end_date: date
    due_date: date | None
    state_code: str
    file_count: int
    rows_in: int
    volume_code: str
    rule_id: str

    @property
    def feed(self) -> str:
        """Table and plant as one name."""
        return f"{self.source_table} {self.site_code}" if self.site_code else self.source_table


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    periods = ask(opened, "dq_arrivals", Period, {})
    if not periods:
        st.info(say("dq.no_arrivals"))
        return
    systems = sorted({period.source_table.partition("__")[0] for period in periods})
    chosen = st.pills(
        say("dq.systems"), systems, selection_mode="multi", default=systems, key="arrival_systems"
    )
    mine = [period for period in periods if period.source_table.partition("__")[0] in (chosen or systems)]
    _calendar(mine, say)
    st.subheader(say("dq.alarms"))
    _table([period for period in mine if period.rule_id], opened, say)


def _calendar(periods: Sequence[Period], say: Language) -> None:
    feeds = sorted({period.feed for period in periods})
    months = sorted({period.period_start_date.replace(day=1) for period in periods})
    cells: dict[tuple[str, date], dict[str, int]] = {}
    for period in periods:
        counts = cells.setdefault((period.feed, period.period_start_date.replace(day=1)), {})
        counts[period.state_code] = counts.get(period.state_code, 0) + 1
    grid = [[_worst(cells.get((feed, month))) for month in months] for feed in feeds]
    words = [[_told(cells.get((feed, month), {}), say) for month in months] for feed in feeds]
    names = [say(f"dq.arrival_{group}") for group in GROUPS]
    figure = quality_figures.calendar(feeds, months, names, grid, words)
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="calendar", alt=say("dq.calendar_alt")
    )


def _worst(counts: Mapping[str, int] | None) -> int | None:
    return None if not counts else max(GROUPS.index(GROUP_OF[state]) for state in counts)


def _told(counts: Mapping[str, int], say: Language) -> str:
    return "<br>".join(f"{say(f'dq.state_{state}')}: {count}" for state, count in sorted(counts.items()))


def _table(rows: Sequence[Period], opened: OpenRelease, say: Language) -> None:
    if not rows:
        st.success(say("dq.no_alarms"), icon=":material/check_circle:")
        return
    columns: list[Column[Period]] = [
        Column(say("col.table"), lambda row: row.source_table),
        Column(say("col.site"), lambda row: row.site_code),
        Column(say("dq.from"), lambda row: row.period_start_date),
        Column(say("dq.until"), lambda row: row.period_end_date),
        Column(say("dq.due"), lambda row: row.due_date),
        Column(say("dq.state"), lambda row: row.state_code, lambda code: say(f"dq.state_{code}")),
        Column(say("dq.file_count"), lambda row: row.file_count),
        Column(say("rows.in"), lambda row: row.rows_in),
        Column(say("col.rule"), lambda row: row.rule_id),
    ]
    table(rows, columns, name="arrival_alarms", opened=opened, say=say)
