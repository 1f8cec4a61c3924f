"""Deciding on a page: what would change is shown before, reason and name stand with it, effect is told.

Decided → preview (moves, second person, or why it is refused) → reason → record → "takes effect with …".
"""

from __future__ import annotations

import streamlit as st

from dashboards.chrome import plain
from dashboards.reader import NotAllowed
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.master_data.desk import Decided, preview, record
from dashboards.wording import own
from lakehouse.storage import StorageFailure
from lakehouse.writer_lock import LakeBusy
from master_data.identity.decision import DecisionRefused
from master_data.stewardship.desk import Move, Verdict
from master_data.stewardship.named import NoSuchParty
from reports.language import Language

_DONE = "master_done"
REFUSALS = (DecisionRefused, NoSuchParty, NotAllowed, LakeBusy, StorageFailure)


def draw_done(say: Language) -> None:
    """Tell once what has just been decided, and when it takes effect."""
    for text, is_pending in st.session_state.pop(_DONE, ()):
        phrase = "master.done_pending" if is_pending else "master.done"
        st.success(say(phrase, what=plain(text)), icon=":material/task_alt:")


def draw_act(opened: OpenRelease, say: Language, decided: Decided, *, key: str, label: str) -> None:
    """Draw one act: its preview, the reason, the button; nothing for readers who may not decide."""
    if not opened.reader.may("identity.decide"):
        return
    try:
        verdicts = preview(opened, decided)
    except (DecisionRefused, NoSuchParty) as refused:
        st.warning(plain(own(refused, say)), icon=":material/block:")
        return
    for number, verdict in enumerate(verdicts):
        _preview(verdict, opened, say, f"{key} {number}")
    with st.form(f"form {key}", border=False, enter_to_submit=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        reason = left.text_input(say("master.reason"), key=f"reason {key}", max_chars=500)
        is_sent = right.form_submit_button(label, type="primary", width="stretch")
    st.caption(say("master.by", who=plain(opened.reader.name)))
    if is_sent:
        _record(opened, say, decided, reason)


def _record(opened: OpenRelease, say: Language, decided: Decided, reason: str) -> None:
    try:
        verdicts = record(opened, decided, reason)
    except REFUSALS as refused:
        st.error(plain(own(refused, say)), icon=":material/block:")
        return
    st.session_state[_DONE] = [(in_words(verdict, say), verdict.is_pending) for verdict in verdicts]
    st.rerun()


def in_words(verdict: Verdict, say: Language) -> str:
    """Return a decision in one line: what, of which records, under which id."""
    made = verdict.decision
    records = " ↔ ".join(ids[0] for ids in (made.left_ids, made.right_ids) if ids)
    about = records or made.refers_to[:12]
    value = f" {made.attribute}: {made.before or '–'} → {made.after or '–'}" if made.attribute else ""
    return f"{say.code('master.action', made.action)} {about}{value} ({made.decision_id[:12]})"


def _preview(verdict: Verdict, opened: OpenRelease, say: Language, key: str) -> None:
    if verdict.is_pending:
        st.info(say("master.second_person"), icon=":material/group:")
    if not verdict.moves:
        st.caption(say("master.no_moves"))
        return
    st.caption(say("master.moves", count=say.number(len(verdict.moves))))
    columns: list[Column[Move]] = [
        Column(say("master.col.record"), lambda move: move.record_id),
        Column(say("master.col.name"), lambda move: move.name),
        Column(say("master.col.before"), lambda move: move.before),
        Column(say("master.col.after"), lambda move: move.after),
    ]
    table(verdict.moves, columns, name=f"moves {key}", opened=opened, say=say)
