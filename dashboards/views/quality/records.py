"""Quality records: opened and closed by month, open ones by age, overdue ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboards import quality_figures
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import Language

KINDS = ("ncr", "deviation", "capa", "complaint")
BANDS = ((30, "0–30"), (60, "31–60"), (90, "61–90"))
OLDEST = "> 90"


@dataclass(frozen=True)
class Flow:
    """Records of a kind opened and closed at a plant in a month."""

    kind_code: str
    site_code: str
    month: date
    opened_count: int
    closed_count: int


@dataclass(frozen=True)
class Open:
    """An open record, or one whose dates contradict each other."""

    kind_code: str
    record_no: str
    site_code: str
    severity_code: str | None
    product_id: str | None
    product_name_zh: str | None
    product_name_en: str | None
    lot_id: str | None
    cause_name: str | None
    opened_date: date
    due_date: date | None
    due_basis_code: str | None
    rule_zh: str | None
    rule_en: str | None
    age_days: int | None
    overdue_days: int | None
    is_contradictory: bool

    def about(self, locale: str) -> str | None:
        """What it concerns: the product's name, or the cause as entered."""
        name = self.product_name_zh if locale == "zh" else self.product_name_en or self.product_name_zh
        return name or self.product_id or self.cause_name

    def basis(self, say: Language) -> str | None:
        """Why it is due on its day."""
        if self.due_basis_code == "approved":
            return say("quality.approved_date")
        return self.rule_zh if say.locale == "zh" else self.rule_en


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    flow = ask(opened, "quality_flow", Flow, {})
    if not flow:
        st.info(say("quality.no_records"))
        return
    known = ask(opened, "quality_open", Open, {})
    kind, sites = _choose(flow, say)
    chosen = [row for row in known if row.kind_code == kind and row.site_code in sites]
    still_open = [row for row in chosen if row.age_days is not None]
    _tiles(still_open, say)
    months = [row for row in flow if row.kind_code == kind and row.site_code in sites]
    left, right = st.columns([7, 3], gap="medium")
    with left:
        _flow(months, say)
    with right:
        _ages(still_open, say)
    st.subheader(say("quality.open_list"))
    _table(still_open, f"open_{kind}", opened, say)
    if wrong := [row for row in chosen if row.is_contradictory]:
        st.markdown(f"**{say('quality.contradictory')}**")
        _table(wrong, f"contradictory_{kind}", opened, say)


def _choose(flow: Sequence[Flow], say: Language) -> tuple[str, list[str]]:
    sites = sorted({row.site_code for row in flow})
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        kind = st.segmented_control(
            say("quality.kind"), KINDS, default="ncr", required=True,
            format_func=lambda code: say(f"quality.record_{code}"), key="record_kind",
        )  # fmt: skip
    with right:
        picked = st.pills(
            say("filter.sites"), sites, selection_mode="multi", default=sites,
            format_func=lambda site: say("site", site=site), key="record_sites",
        )  # fmt: skip
    return kind or "ncr", list(picked or sites)


def _tiles(rows: Sequence[Open], say: Language) -> None:
    overdue = [row.overdue_days for row in rows if row.overdue_days]
    counts = {
        "open": len(rows),
        "overdue": len(overdue),
        "worst": max(overdue, default=0),
        "undated": sum(row.due_date is None for row in rows),
    }
    for column, (name, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(say(f"quality.tile_{name}"), say.number(count), border=True)


def _flow(rows: Sequence[Flow], say: Language) -> None:
    months = _months([row.month for row in rows])
    counts = {
        say(f"quality.{name}"): [
            sum(getattr(r, f"{name}_count") for r in rows if r.month == month) for month in months
        ]
        for name in ("opened", "closed")
    }
    net = [new - done for new, done in zip(*counts.values(), strict=True)]
    still_open = [sum(net[: i + 1]) for i in range(len(net))]
    figure = quality_figures.flow(months, counts, still_open, say("quality.open_at_end"))
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="flow", alt=say("quality.flow_alt")
    )


def _months(known: Sequence[date]) -> list[date]:
    """Every month from the first to the last: one without a record is a month too."""
    if not known:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in (min(known), max(known)))
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def _ages(rows: Sequence[Open], say: Language) -> None:
    counts = dict.fromkeys([*(name for _, name in BANDS), OLDEST], 0)
    for row in rows:
        counts[next((name for limit, name in BANDS if (row.age_days or 0) <= limit), OLDEST)] += 1
    figure = quality_figures.bars(list(counts), list(counts.values()), say("quality.age"))
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, key="ages", alt=say("quality.age"))


def _table(rows: Sequence[Open], name: str, opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Open]] = [
        Column(say("quality.number"), lambda row: row.record_no),
        Column(say("col.site"), lambda row: row.site_code),
        Column(
            say("quality.severity_title"),
            lambda row: row.severity_code,
            lambda c: say.code("quality.severity", c),
        ),
        Column(say("quality.about"), lambda row: row.about(say.locale)),
        Column(say("quality.lot"), lambda row: row.lot_id),
        Column(say("quality.opened_on"), lambda row: row.opened_date),
        Column(say("quality.due_on"), lambda row: row.due_date),
        Column(say("quality.overdue"), lambda row: row.overdue_days),
        Column(say("quality.due_by"), lambda row: row.basis(say)),
        Column(say("quality.age"), lambda row: row.age_days),
    ]
    table(rows, columns, name=name, opened=opened, say=say)
