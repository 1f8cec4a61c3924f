"""Pareto of defects: the few causes behind most of what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from dashboards import quality_figures
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import NOTHING, Language

BY = ("characteristic", "product", "disposition", "severity", "cause", "supplier", "machine")
# Codes that a word stands for; the others are names as they came.
CODED = ("disposition", "severity")


@dataclass(frozen=True)
class _Bar:
    """One cause and how often it was met."""

    label: str | None
    name_zh: str | None
    name_en: str | None
    record_count: int


@dataclass(frozen=True)
class _Share:
    """A cause with its share and the share of all causes down to it."""

    name: str
    record_count: int
    share: Decimal
    cumulative: Decimal


@dataclass(frozen=True)
class _Span:
    """Plants, first and last day that quality records speak of."""

    site_codes: list[str]
    first: date | None
    last: date | None


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    span = ask(opened, "quality_span", _Span, {})[0]
    if span.first is None or span.last is None:
        st.info(say("quality.no_records"))
        return
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom", gap="large")
    with left:
        by = st.selectbox(
            say("quality.pareto_by"), BY, format_func=lambda name: say(f"quality.by_{name}"), key="pareto_by"
        )
    with middle:
        sites = st.pills(
            say("filter.sites"), span.site_codes, selection_mode="multi", default=span.site_codes,
            format_func=lambda site: say("site", site=site), key="pareto_sites",
        )  # fmt: skip
    with right:
        first, last = _days(span.first, span.last, say)
    chosen = {"by": by, "sites": list(sites or span.site_codes), "first": first, "last": last}
    rows = _shares(ask(opened, "quality_pareto", _Bar, chosen), by, say)
    if not rows:
        st.success(say("quality.nothing_found"), icon=":material/check_circle:")
        return
    _chart(rows, say(f"quality.counted_{_unit(by)}"), say)
    columns: list[Column[_Share]] = [
        Column(say(f"quality.by_{by}"), lambda row: row.name),
        Column(say(f"quality.counted_{_unit(by)}"), lambda row: row.record_count),
        Column(say("quality.share"), lambda row: row.share, say.percent),
        Column(say("quality.cumulative"), lambda row: row.cumulative, say.percent),
    ]
    table(rows, columns, name=f"pareto_{by}", opened=opened, say=say)


def _days(first: date, last: date, say: Language) -> tuple[date, date]:
    if first == last:
        return first, last
    return st.slider(say("quality.days"), first, last, (first, last), format="YYYY-MM-DD", key="pareto_days")


def _unit(by: str) -> str:
    """What is counted: values, CAPAs or nonconformities."""
    return {"characteristic": "values", "machine": "values", "cause": "capas"}.get(by, "ncrs")


def _shares(bars: Sequence[_Bar], by: str, say: Language) -> list[_Share]:
    total = sum(bar.record_count for bar in bars)
    rows, seen = [], 0
    for bar in bars:
        seen += bar.record_count
        share, cumulative = (Decimal(count) / total for count in (bar.record_count, seen))
        rows.append(_Share(_name(bar, by, say), bar.record_count, share, cumulative))
    return rows


def _name(bar: _Bar, by: str, say: Language) -> str:
    if bar.label is None:
        return say("quality.not_named")
    if by in CODED:
        return say.code(f"quality.{by}", bar.label)
    name = bar.name_zh if say.locale == "zh" else bar.name_en
    return f"{name} {bar.label.partition(':')[2]}" if name else bar.label or NOTHING


def _chart(rows: Sequence[_Share], counted: str, say: Language) -> None:
    figure = quality_figures.pareto(
        [row.name for row in rows], [row.record_count for row in rows], [row.cumulative for row in rows],
        counted, say("quality.cumulative"),
    )  # fmt: skip
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="pareto", alt=say("quality.section.defects")
    )
