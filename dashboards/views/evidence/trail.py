"""The audit trail: who did what, when and why; by person, kind of act, object and time, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from dashboards.chrome import plain
from dashboards.exports import recorded
from dashboards.release import OpenRelease, remember
from dashboards.tables import Column, table
from dashboards.wording import own
from lakehouse.settings import Settings
from lineage.ledger.act import Action, Entry
from lineage.ledger.ledger import NoLedger, open_ledger
from lineage.ledger.refusals import EvidenceRefused
from lineage.ledger.trail import Wanted, as_csv, newest, trail
from reports.language import Language

SHOWN = 500


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the filters and the acts."""
    settings = Settings.from_env()
    try:
        with open_ledger(settings, writable=False) as ledger:
            people = remember(opened, f"people up to leaf {ledger.size}", ledger.people)
            wanted = _wanted(people, say)
            condition, values = wanted.condition()
            count = ledger.count_where(condition, values)
            entries = newest(ledger, condition, values, SHOWN)
    except (NoLedger, EvidenceRefused) as refused:
        st.error(plain(own(refused, say)), icon=":material/gpp_bad:")
        return
    st.caption(say("evidence.trail_count", shown=say.number(len(entries)), count=say.number(count)))
    if not entries:
        st.info(say("evidence.trail_none"))
        return
    _table(entries, opened, say)
    st.download_button(
        say("evidence.trail_export", count=say.number(count)),
        recorded(opened, f"audit trail: {wanted.in_words()}", lambda: _whole(settings, wanted)),
        file_name="audit_trail.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _whole(settings: Settings, wanted: Wanted) -> bytes:
    with open_ledger(settings, writable=False) as ledger:
        return as_csv(list(trail(ledger, wanted)))


def _wanted(people: Sequence[str], say: Language) -> Wanted:
    first, second, third, fourth = st.columns([2, 2, 2, 3], vertical_alignment="bottom")
    person = first.selectbox(
        say("evidence.col.who"), people, index=None, placeholder=say("evidence.anyone"), key="trail_person"
    )
    kinds = list(dict.fromkeys(action.value.partition(".")[0] for action in Action))
    action = second.selectbox(
        say("evidence.col.act"),
        kinds,
        index=None,
        format_func=lambda kind: say.code("evidence.act", kind),
        placeholder=say("evidence.any_act"),
        key="trail_action",
    )
    what = third.text_input(say("evidence.col.what"), key="trail_what", placeholder=say("evidence.any_what"))
    days = fourth.date_input(
        say("evidence.period"), value=[], key="trail_days", help=say("evidence.period_help")
    )
    since, until = _period(days)
    return Wanted(person, action, what.strip() or None, since, until)


def _period(days: object) -> tuple[datetime | None, datetime | None]:
    """The first instant of the first day, and of the day after the last one, in UTC."""
    chosen = [day for day in days if isinstance(day, date)] if isinstance(days, tuple | list) else []
    if not chosen:
        return None, None
    since = datetime.combine(chosen[0], time(), UTC)
    until = datetime.combine(chosen[-1] + timedelta(days=1), time(), UTC) if len(chosen) > 1 else None
    return since, until


def _table(entries: Sequence[Entry], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Entry]] = [
        Column(say("evidence.col.leaf"), lambda entry: entry.index),
        Column(say("evidence.col.at"), lambda entry: entry.at),
        Column(say("evidence.col.act"), lambda e: e.act.action.value, lambda c: say.code("evidence.act", c)),
        Column(say("evidence.col.who"), lambda entry: entry.act.who),
        Column(say("evidence.col.what"), lambda entry: entry.act.what),
        Column(say("evidence.col.why"), lambda entry: entry.act.why),
        Column(say("evidence.col.after"), lambda entry: str(entry.act.after or "")[:23]),
        Column(
            say("evidence.col.clock"), lambda entry: say("evidence.clock_back") if entry.clock_back else ""
        ),
    ]
    table(entries, columns, name="audit_trail", opened=opened, say=say)
