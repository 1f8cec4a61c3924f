"""What was built, issued, refused and taken, by whom and why: the ledger's word, newest first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.wording import own
from lakehouse.settings import Settings
from lineage.ledger.act import Action, Entry
from lineage.ledger.ledger import NoLedger, open_ledger
from lineage.ledger.refusals import EvidenceRefused
from lineage.ledger.trail import newest
from reports.language import Language, load
from reports.registry import forms

SHOWN = 500
ABOUT_REPORTS = (Action.REPORT_BUILT, Action.REPORT_ISSUED, Action.REPORT_REFUSED)


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the history with its filter."""
    words = load("reports", say.locale)
    codes = [form.code for form in forms()]
    chosen = st.pills(
        say("reports.form"),
        codes,
        selection_mode="multi",
        format_func=lambda code: words(f"form.{code}.title"),
        key="history_forms",
    )
    try:
        entries = _entries(chosen or codes)
    except (NoLedger, EvidenceRefused) as refused:
        st.error(plain(own(refused, say)), icon=":material/gpp_bad:")
        return
    if not entries:
        st.info(say("reports.history_none"))
        return
    st.caption(say("reports.history_hint"))
    _table(entries, opened, say)


def _entries(codes: Sequence[str]) -> list[Entry]:
    """The newest acts about these forms; what was taken counts when a form made it."""
    what = "json_extract(CAST(body AS TEXT), '$.what')"
    actions = {f"a{n}": action.value for n, action in enumerate((*ABOUT_REPORTS, Action.EXPORT))}
    named = {f"c{n}": f"{code} %" for n, code in enumerate(codes)}
    condition = (
        f"action IN ({', '.join(f':{name}' for name in actions)}) "
        f"AND ({' OR '.join(f'{what} LIKE :{name}' for name in named)})"
    )
    with open_ledger(Settings.from_env(), writable=False) as ledger:
        return newest(ledger, condition, {**actions, **named}, SHOWN)


def _table(entries: Sequence[Entry], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Entry]] = [
        Column(say("reports.col.at"), lambda entry: entry.at),
        Column(say("reports.col.act"), lambda entry: _act(entry, say)),
        Column(say("reports.col.what"), lambda entry: entry.act.what),
        Column(say("reports.col.release"), lambda entry: _release(entry)),
        Column(say("reports.col.who"), lambda entry: entry.act.who),
        Column(say("reports.col.why"), lambda entry: entry.act.why),
        Column(say("reports.col.refusal"), lambda entry: own(entry.act.details.get("refusal", ""), say)),
        Column(say("reports.col.digest"), lambda entry: str(entry.act.after or "")[:23]),
        Column(say("reports.col.leaf"), lambda entry: entry.index),
    ]
    table(entries, columns, name="report_history", opened=opened, say=say)


def _act(entry: Entry, say: Language) -> str:
    return say.code("reports.act", entry.act.action.value)


def _release(entry: Entry) -> str:
    number = entry.act.details.get("release")
    return f"{number:06d}" if isinstance(number, int) else ""
