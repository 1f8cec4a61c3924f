"""Supplier scorecards: the score with its parts and its formula, and one supplier month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from dashboards import quality_figures
from dashboards.chrome import plain
from dashboards.release import OpenRelease, ask
from dashboards.tables import Column, table
from reports.language import NOTHING, Language


@dataclass(frozen=True)
class Score:
    """A supplier at a plant over twelve months; points are None without evidence."""

    site_code: str
    supplier_id: str
    supplier_name: str | None
    is_blocked: bool
    score: Decimal | None
    evident_pct: int
    acceptance_points: Decimal | None
    delivery_points: Decimal | None
    return_points: Decimal | None
    nonconformity_points: Decimal | None
    inspected_lots: int | None
    nonconformity_count: int | None


@dataclass(frozen=True)
class Weight:
    """A part of the score, its weight and its formula."""

    component_code: str
    weight_pct: int
    title_zh: str
    title_en: str
    formula_zh: str
    formula_en: str

    def title(self, locale: str) -> str:
        """Its name in the reader's language."""
        return self.title_zh if locale == "zh" else self.title_en

    def formula(self, locale: str) -> str:
        """How its points are worked out, in the reader's language."""
        return self.formula_zh if locale == "zh" else self.formula_en


@dataclass(frozen=True)
class _Month:
    month: date
    acceptance_rate: Decimal | None
    otd_rate: Decimal | None
    inspected_lots: int
    lines_due: int


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    scores = ask(opened, "supplier_scores", Score, {})
    if not scores:
        st.info(say("quality.no_suppliers"))
        return
    weights = ask(opened, "supplier_weights", Weight, {})
    st.caption(_formula(weights, say))
    _table(scores, weights, opened, say)
    st.caption(say("quality.no_certificates"))
    by_key = {(row.site_code, row.supplier_id): row for row in scores}
    chosen = st.selectbox(
        say("quality.choose_supplier"),
        list(by_key),
        format_func=lambda key: f"{say('site', site=key[0])} · {by_key[key].supplier_name or key[1]}",
        key="supplier",
    )
    _months(ask(opened, "supplier_months", _Month, {"site": chosen[0], "supplier": chosen[1]}), say)


def _formula(weights: Sequence[Weight], say: Language) -> str:
    parts = [f"{w.title(say.locale)} {w.weight_pct} % ({w.formula(say.locale)})" for w in weights]
    return plain(say("quality.score_formula", parts=" · ".join(parts)))


def _table(scores: Sequence[Score], weights: Sequence[Weight], opened: OpenRelease, say: Language) -> None:
    titles = {w.component_code: w.title(say.locale) for w in weights}
    columns: list[Column[Score]] = [
        Column(say("quality.supplier"), lambda row: row.supplier_name or row.supplier_id),
        Column(say("col.site"), lambda row: row.site_code),
        Column(say("quality.score"), lambda row: row.score),
        Column(say("quality.evident"), lambda row: row.evident_pct, lambda value: f"{value} %"),
        Column(titles["acceptance"], lambda row: row.acceptance_points),
        Column(titles["delivery"], lambda row: row.delivery_points),
        Column(titles["return"], lambda row: row.return_points),
        Column(titles["nonconformity"], lambda row: row.nonconformity_points),
        Column(say("quality.lots_decided"), lambda row: row.inspected_lots),
        Column(say("quality.counted_ncrs"), lambda row: row.nonconformity_count),
        Column(
            say("quality.blocked"), lambda row: row.is_blocked, lambda value: say("yes") if value else NOTHING
        ),
    ]
    table(scores, columns, name="supplier_scores", opened=opened, say=say)


def _months(rows: Sequence[_Month], say: Language) -> None:
    series = {
        say("quality.acceptance"): {row.month: row.acceptance_rate for row in rows},
        say("quality.otd"): {row.month: row.otd_rate for row in rows},
    }
    figure = quality_figures.rates(series)
    st.plotly_chart(
        figure,
        theme=None,
        config={"displayModeBar": False},
        key="supplier_months",
        alt=say("quality.supplier_alt"),
    )
