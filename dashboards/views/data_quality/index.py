"""The data quality index: of the release, by dimension, by source and table, and over releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from dashboards import quality_figures
from dashboards.release import OpenRelease, remember
from dashboards.tables import Column, table
from lakehouse.releases import Release, list_releases
from lakehouse.settings import Settings
from quality_rules.index.checks import INTEGRATED, Check, read_checks
from quality_rules.index.score import Score, load_weights, score, score_by
from reports.language import NOTHING, Language

# Releases in the trend: a year of working days is more than anybody reads.
NEWEST = 60
TILES_PER_ROW = 4


@dataclass(frozen=True)
class _Line:
    """A source or a table with its score."""

    name: str
    score: Score


def checks_of(opened: OpenRelease) -> tuple[Check, ...] | None:
    """Every check of the release; None when it was made before they were kept."""
    return remember(opened, "quality checks", lambda: read_checks(opened.release.path))


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the section."""
    checks = checks_of(opened)
    if checks is None:
        st.info(say("dq.no_checks"), icon=":material/info:")
        return
    weights = load_weights()
    whole = remember(opened, "dq index", lambda: score(checks, weights))
    _tiles(whole, say)
    parts = " + ".join(f"{weight} × {say(f'dimension.{name}')}" for name, weight in weights.of.items())
    st.caption(say("dq.formula", parts=parts, cap=say.number(weights.cap)))
    _trend(opened, say)
    by_source = score_by(checks, lambda check: check.source_code, weights)
    st.subheader(say("dq.by_source"))
    _table(by_source, "dq_sources", opened, say)
    source = st.selectbox(
        say("dq.choose_source"),
        [line.name for line in _lines(by_source)],
        format_func=lambda name: _source(name, say),
        key="dq_source",
        width=420,
    )
    chosen = [check for check in checks if check.source_code == source]
    _table(score_by(chosen, lambda check: check.source_table, weights), f"dq_{source}", opened, say)


def _tiles(whole: Score, say: Language) -> None:
    names = list(load_weights().of)
    columns = [*st.columns(TILES_PER_ROW), *st.columns(TILES_PER_ROW)]
    columns[0].metric(say("dq.index"), _points(whole.index, say), border=True)
    for column, name in zip(columns[1:], names, strict=False):
        share = whole.dimensions.get(name)
        shown = say("dq.absent") if share is None else say.percent(share)
        column.metric(say(f"dimension.{name}"), shown, help=say(f"dq.{name}_help"), border=True)
    columns[len(names) + 1].metric(say("dq.checks"), say.number(whole.check_count), border=True)
    if whole.is_capped:
        st.warning(say("dq.capped"), icon=":material/block:")


def _trend(opened: OpenRelease, say: Language) -> None:
    known = trend(opened)
    if len(known) < 2:
        st.caption(say("dq.no_trend"))
        return
    figure = quality_figures.index_trend(
        [release for release, _ in known],
        {say("dq.index"): [found.index for _, found in known]}
        | {
            say(f"dimension.{name}"): [_hundred(found.dimensions.get(name)) for _, found in known]
            for name in load_weights().of
        },
    )
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="dq_trend", alt=say("dq.trend_alt")
    )


def trend(opened: OpenRelease) -> tuple[tuple[str, Score], ...]:
    """The index of every release that may be opened, up to this one, oldest first, if it has checks."""
    releases = [one for one in list_releases(Settings.from_env()) if one.number <= opened.release.number]
    ordered = sorted(releases, key=lambda one: one.number)[-NEWEST:]
    found = ((one.name, _score_of(one, opened)) for one in ordered)
    return tuple((name, known) for name, known in found if known is not None)


def _score_of(release: Release, opened: OpenRelease) -> Score | None:
    def load() -> Score | None:
        checks = read_checks(release.path)
        return None if checks is None else score(checks, load_weights())

    return remember(opened, f"dq index of {release.path}", load)


def _table(scores: Mapping[str, Score], name: str, opened: OpenRelease, say: Language) -> None:
    lines = _lines(scores)
    columns: list[Column[_Line]] = [
        Column(say("dq.name"), lambda line: _source(line.name, say)),
        Column(say("dq.index"), lambda line: line.score.index),
        *(_dimension(name, say) for name in load_weights().of),
        Column(say("dq.checks"), lambda line: line.score.check_count),
        Column(say("dq.not_green"), lambda line: line.score.failed_count),
    ]
    table(lines, columns, name=name, opened=opened, say=say)


def _lines(scores: Mapping[str, Score]) -> list[_Line]:
    """Worst first; without evidence last."""
    return sorted((_Line(key, found) for key, found in scores.items()), key=_worst_first)


def _dimension(name: str, say: Language) -> Column[_Line]:
    return Column(say(f"dimension.{name}"), lambda line: line.score.dimensions.get(name), say.percent)


def _worst_first(line: _Line) -> tuple[Decimal, str]:
    return (Decimal(101) if line.score.index is None else line.score.index), line.name


def _source(name: str, say: Language) -> str:
    return say("dq.integrated") if name == INTEGRATED else name


def _points(index: Decimal | None, say: Language) -> str:
    return NOTHING if index is None else say.tenths(index)


def _hundred(share: Decimal | None) -> Decimal | None:
    return None if share is None else 100 * share
