"""Building a report: form, parameters, release and rules of a day → built → looked at → taken as a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.views.reports import fields, preview
from dashboards.wording import own
from lakehouse.releases import ReleaseDamaged, list_releases
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.writer import silent
from lineage.ledger.ledger import NoLedger, open_ledger
from lineage.ledger.refusals import EvidenceRefused
from lineage.ledger.sealing import known_keys
from reports.form import Form
from reports.language import Language, load
from reports.order import Built, Issuer, Order, issue_built
from reports.order import preview as build_preview
from reports.refusals import ReportRefused
from reports.registry import forms

_READY = "report_ready"
REFUSALS = (ReportRefused, EvidenceRefused, NoLedger, ReleaseDamaged, StorageFailure)


@dataclass(frozen=True)
class Ready:
    """A report that was built in this session and waits to be looked at or taken."""

    order: Order
    issuer: Issuer
    built: Built


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the forms, the chosen one's parameters, and what was built from it."""
    words = load("reports", say.locale)
    known = {form.code: form for form in forms()}
    code = st.selectbox(
        say("reports.form"),
        list(known),
        format_func=lambda code: words(f"form.{code}.title"),
        key="report_form",
        help=say("reports.form_help"),
    )
    form = known[code]
    st.markdown(f"{words(f'form.{code}.about')} `{code} {form.version}`")
    if not opened.reader.may("report.issue"):
        st.info(say("reports.may_not"), icon=":material/lock:")
        return
    asked = _ask(form, opened, say, words)
    if asked is not None:
        _build(*asked, say)
    ready: Ready | None = st.session_state.get(_READY)
    if ready is not None and ready.order.form == code:
        _show(ready, opened, say)


def _ask(form: Form[Any], opened: OpenRelease, say: Language, words: Language) -> tuple[Order, Issuer] | None:
    """The order, once somebody has sent it."""
    with st.form(f"report {form.code}"):
        given = fields.ask(form, opened, say, words)
        left, middle, right = st.columns([1, 1, 2])
        release = _release(left, opened, say)
        under = middle.date_input(
            say("reports.under"), value=None, key=f"under {form.code}", help=say("reports.under_help")
        )
        reason = right.text_input(
            say("reports.reason"), key=f"reason {form.code}", placeholder=say("reports.reason_hint")
        )
        if not st.form_submit_button(say("reports.build"), type="primary", icon=":material/draft:"):
            return None
    if not reason.strip():
        st.error(say("reports.reason_wanted"), icon=":material/edit:")
        return None
    issuer = Issuer(opened.reader.name, reason.strip(), opened.reader.may("report.issue"))
    return Order(form.code, given, release, under), issuer


def _release(place: Any, opened: OpenRelease, say: Language) -> int:
    numbers: Sequence[int] = [release.number for release in list_releases(Settings.from_env())][::-1]
    index = numbers.index(opened.release.number)
    chosen: int = place.selectbox(
        say("reports.release"), numbers, index=index, format_func=lambda n: f"{n:06d}", key="report_release"
    )
    return chosen


def _build(order: Order, issuer: Issuer, say: Language) -> None:
    st.session_state.pop(_READY, None)
    with st.status(say("reports.building")) as status:
        try:
            built = build_preview(Settings.from_env(), order, issuer)
        except REFUSALS as refused:
            status.update(label=say("reports.refused"), state="error")
            refusal = own(refused, say)
        else:
            status.update(label=say("reports.built", count=len(built.contents)), state="complete")
            st.session_state[_READY] = Ready(order, issuer, built)
            return
    st.error(plain(refusal), icon=":material/block:")


def _show(ready: Ready, opened: OpenRelease, say: Language) -> None:
    built = ready.built
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.markdown(say("reports.ready", subject=plain(built.draft.subject), release=built.release.name))
    right.download_button(
        say("reports.take"),
        lambda: issue_built(Settings.from_env(), built, ready.order, ready.issuer, silent),
        file_name=built.file_name,
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        type="primary",
        width="stretch",
    )
    preview.draw(built, opened, say)
    _offline(say)


def _offline(say: Language) -> None:
    """How whoever gets the bundle checks it without us."""
    settings = Settings.from_env()
    try:
        with open_ledger(settings, writable=False):
            key = str(known_keys(settings).log)
    except (NoLedger, EvidenceRefused) as refused:
        st.warning(plain(own(refused, say)), icon=":material/gpp_maybe:")
        return
    with st.expander(say("reports.offline"), icon=":material/verified_user:"):
        st.markdown(say("reports.offline_how"))
        st.code(f'python verify.py --log-key "{key}"', language="bash")
        st.caption(say("reports.offline_key"))
