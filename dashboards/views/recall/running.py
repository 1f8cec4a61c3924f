"""Recalls that run: who was told in time, who answered, what is back; words of consignees and the closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.recall.issuing import REFUSALS, WAIT_SECONDS
from dashboards.wording import own
from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.writer import silent
from reports.language import HOME_ZONE, Language, load
from reports.recall.acts import Desk, Word, close_recall, progress, quantity, record_word
from traceability.recall.case import CONSIGNEE_KINDS, QUANTITY_KINDS, Case, EventKind, RecallEvent, cases
from traceability.recall.effect import ConsigneeEffect, Effect

_DONE = "recall_done"
Act = Callable[[Desk], tuple[RecallEvent, bool]]


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the chosen recall."""
    words = load("reports.recall", say.locale)
    if told := st.session_state.pop(_DONE, None):
        st.success(plain(told), icon=":material/task_alt:")
    known = {case.recall_no: case for case in cases(RawZone(Settings.from_env().raw_dir))}
    if not known:
        st.info(say("running.none"), icon=":material/inbox:")
        return
    # Recalls before drills, open ones before closed ones.
    ordered = sorted(known.values(), key=lambda c: (c.is_drill, c.closed_at is not None, c.recall_no))
    number = st.selectbox(
        say("running.choose"),
        [case.recall_no for case in ordered],
        format_func=lambda number: _label(known[number], say),
        key="running_no",
    )
    case = known[number]
    effect = progress(opened.con, case, until=datetime.now(UTC))
    if case.is_drill:
        st.html(f'<div class="ml-drill">{escape(words("drill.banner"))}</div>')
    _head(case, effect, say, words)
    _deadline(case, effect, say)
    _chart(effect, say, words)
    _consignees(opened, effect, say, words)
    _open_points(effect, say)
    if opened.reader.may("recall.open") and case.closed_at is None:
        _words(opened, case, say)
        _closing(opened, case, effect, say)


def _label(case: Case, say: Language) -> str:
    state = say("running.closed" if case.closed_at else "running.open")
    return f"{case.recall_no} · {say('recall.drill') + ' · ' if case.is_drill else ''}{state}"


def _head(case: Case, effect: Effect, say: Language, words: Language) -> None:
    opening = case.opening
    everyone = {row.consignee_id for row in effect.consignees}
    told = {row.consignee_id for row in effect.consignees if row.notified_at}
    in_time = {row.consignee_id for row in effect.consignees if row.is_notified_in_time}
    answered = {row.consignee_id for row in effect.consignees if row.responded_at}
    facts = (
        (words("decided"), say.time(opening.decided_at)),
        (say("recall.class"), say("recall.class_n", n=opening.recall_class)),
        (say("running.by"), say.time(opening.notify_by)),
        (say("running.trace"), say("running.ms", ms=say.number(opening.trace_milliseconds))),
        (words("release"), opening.release),
        (words("reason"), opening.reason),
    )
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    st.html(f'<dl class="ml-facts ml-case">{shown}</dl>')
    tiles: list[tuple[str, str]] = [
        (say("running.told"), _of(told, everyone, say)),
        (say("running.in_time"), _of(in_time, everyone, say)),
        (say("running.answered"), _of(answered, everyone, say)),
    ]
    settled = effect.days[-1].settled if effect.days else ()
    tiles += [
        (say("running.settled", unit=words.code("uom", one.uom_code)), say.percent(one.share))
        for one in settled
    ]
    tiles.append((say("running.points"), say.number(len(effect.open_points))))
    for column, (name, value) in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(name, value, border=True)


def _deadline(case: Case, effect: Effect, say: Language) -> None:
    """Tell how long there is to notify everybody, or how many were told too late or not at all."""
    late = {row.consignee_id for row in effect.consignees if not row.is_notified_in_time}
    if effect.notify_by is None or not late or case.closed_at is not None:
        return
    left = effect.notify_by - datetime.now(UTC)
    if left > timedelta(0):
        hours = say.number(int(left.total_seconds() // 3600))
        st.info(say("running.hours_left", hours=hours, count=len(late)), icon=":material/schedule:")
    else:
        st.error(
            say("running.overdue", count=len(late), time=say.time(effect.notify_by)), icon=":material/alarm:"
        )


def _of(part: set[str], whole: set[str], say: Language) -> str:
    return say("panel.of", part=say.number(len(part)), whole=say.number(len(whole)))


def _chart(effect: Effect, say: Language, words: Language) -> None:
    if len(effect.days) < 2:
        return
    days = [day.day.isoformat() for day in effect.days]
    series = {
        say("running.told"): [float(day.notified_share) for day in effect.days],
        say("running.answered"): [float(day.responded_share) for day in effect.days],
    }
    for place, one in enumerate(effect.days[0].settled):
        name = say("running.settled", unit=words.code("uom", one.uom_code))
        series[name] = [float(day.settled[place].share) for day in effect.days]
    colours = ("#1B6B76", "#D08A2E", "#7A5BA6", "#5A6872", "#B3261E")
    figure = {
        "data": [
            {"type": "scatter", "mode": "lines", "name": name, "x": days, "y": values,
             "line": {"shape": "hv", "width": 2.4, "color": colour}}
            for (name, values), colour in zip(series.items(), colours, strict=False)
        ],
        "layout": {
            "height": 250, "margin": {"l": 50, "r": 10, "t": 8, "b": 30}, "hovermode": "x unified",
            "plot_bgcolor": "rgba(0,0,0,0)", "paper_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "Noto Sans SC, Noto Sans CJK SC, sans-serif", "color": "#17262B", "size": 13},
            "legend": {"orientation": "h", "y": 1.16, "x": 0},
            "xaxis": {"type": "date", "tickformat": "%Y-%m-%d", "showgrid": False, "nticks": 8},
            "yaxis": {"tickformat": ".0%", "range": [0, 1.04], "gridcolor": "#E7ECEE"},
        },
    }  # fmt: skip
    st.plotly_chart(
        figure, theme=None, config={"displayModeBar": False}, key="running_chart", alt=say("running.chart")
    )


def _consignees(opened: OpenRelease, effect: Effect, say: Language, words: Language) -> None:
    columns: list[Column[ConsigneeEffect]] = [
        Column(words("col.consignee"), lambda r: r.customer_name or r.consignee_id),
        Column(say("running.told"), lambda r: r.notified_at),
        Column(say("running.in_time"), lambda r: r.is_notified_in_time),
        Column(say("running.answered"), lambda r: r.responded_at),
        Column(say("running.unreachable"), lambda r: r.is_unreachable),
        Column(say("running.asked"), lambda r: r.recalled_qty),
        *(
            Column[ConsigneeEffect](say(f"running.{name}"), _amount(field))
            for name, field in (
                ("returned", "returned_qty"),
                ("destroyed", "destroyed_qty"),
                ("corrected", "corrected_qty"),
                ("still_out", "open_qty"),
            )
        ),
        Column(words("col.uom"), lambda r: r.uom_code, lambda code: words.code("uom", code)),
    ]
    table(effect.consignees, columns, name=f"recall_progress_{effect.recall_no}", opened=opened, say=say)


def _amount(field: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, field)


def _open_points(effect: Effect, say: Language) -> None:
    with st.expander(say("running.points_n", count=len(effect.open_points)), icon=":material/checklist:"):
        for point in effect.open_points:
            st.markdown(f"- {plain(own(point, say))}")


def _words(opened: OpenRelease, case: Case, say: Language) -> None:
    names = {t.consignee_id: t.customer_name or t.consignee_id for t in case.opening.targets}
    st.subheader(say("running.record"))
    columns = st.columns([2, 3])
    kind: EventKind = columns[0].selectbox(
        say("running.kind"), CONSIGNEE_KINDS, format_func=lambda k: say(f"running.kind.{k}"), key="word_kind"
    )
    who = columns[1].selectbox(
        say("recall.col.consignee"), list(names), format_func=lambda i: names[i], key="word_who"
    )
    with st.form("word", border=False, enter_to_submit=False):
        lot, qty, paper = "", "", ""
        if kind in QUANTITY_KINDS:
            lots = sorted({t.lot_id for t in case.opening.targets if t.consignee_id == who})
            parts = st.columns([3, 1, 2])
            lot = parts[0].selectbox(say("recall.col.lot"), lots, key="word_lot")
            qty = parts[1].text_input(say("running.qty"), key="word_qty")
            paper = parts[2].text_input(
                say("running.document"), key="word_paper", help=say("running.document_help")
            )
        parts = st.columns([2, 2, 4, 2], vertical_alignment="bottom")
        day = parts[0].date_input(
            say("running.day"), value=None, key="word_day", help=say("running.day_help")
        )
        clock = parts[1].time_input(say("running.time"), value=None, key="word_time", step=60)
        note = parts[2].text_input(say("running.note"), key="word_note")
        is_sent = parts[3].form_submit_button(say("running.do_record"), type="primary", width="stretch")
    if is_sent:
        at = datetime.combine(day, clock, ZoneInfo(HOME_ZONE)) if day and clock else None
        word = Word(kind, who, at, lot, None, paper.strip(), note.strip())
        _act(opened, lambda desk: record_word(desk, case.recall_no, replace(word, qty=quantity(qty))), say)


def _closing(opened: OpenRelease, case: Case, effect: Effect, say: Language) -> None:
    with st.form("closing", border=False, enter_to_submit=False):
        st.subheader(say("running.close"))
        parts = st.columns([4, 2, 2], vertical_alignment="bottom")
        reason = parts[0].text_input(say("running.close_reason"), key="close_reason")
        accept = False
        if effect.open_points:
            accept = parts[1].checkbox(
                say("running.accept", count=len(effect.open_points)), key="close_accept"
            )
        is_sent = parts[2].form_submit_button(say("running.do_close"), width="stretch")
    if is_sent and not reason.strip():
        st.error(say("running.close_reason_first"), icon=":material/block:")
    elif is_sent:
        _act(opened, lambda desk: close_recall(desk, case.recall_no, reason, accept_open=accept), say)


def _act(opened: OpenRelease, act: Act, say: Language) -> None:
    """Do something in the reader's name, and tell what came of it."""
    try:
        opened.reader.require("recall.open")
        event, is_new = act(
            Desk(Settings.from_env(), opened.reader.name, datetime.now(UTC), silent, WAIT_SECONDS)
        )
    except REFUSALS as refused:
        st.error(plain(own(refused, say)), icon=":material/block:")
        return
    told = "running.recorded" if is_new else "running.known_already"
    st.session_state[_DONE] = say(told, kind=say(f"running.kind.{event.kind}"), number=event.recall_no)
    st.rerun()
