"""The ledger: how long it is, who witnessed how much of it, its keys and time stamps, and checking it now."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.wording import own
from lakehouse.releases import ReleaseDamaged
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lineage.ledger.act import Action, Entry
from lineage.ledger.ledger import Ledger, NoLedger, open_ledger
from lineage.ledger.note import encode_hash
from lineage.ledger.refusals import EvidenceRefused
from lineage.ledger.sealing import known_keys, newest_seal
from lineage.ledger.verifying import STEPS, Step, Verification, verify_everything
from reports.language import Language

_RESULT = "verification"


@dataclass(frozen=True)
class Standing:
    """The ledger as it stands.

    Attributes:
        witnessed: Leaves under the newest seal when it is countersigned, else 0.
        note: The newest seal as it was signed (C2SP tlog-checkpoint).
    """

    size: int
    sealed: int
    witnessed: int
    witnessed_at: datetime | None
    root: str
    stamps: tuple[Entry, ...]
    log_key: str
    witness_key: str
    note: str


@dataclass(frozen=True)
class Checked:
    """What a check found, or why it could not be made."""

    found: Verification | str
    seconds: float
    at: datetime


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the standing of the ledger, and what a check found."""
    settings = Settings.from_env()
    try:
        with open_ledger(settings, writable=False) as ledger:
            standing = _standing(settings, ledger)
    except (NoLedger, EvidenceRefused) as refused:
        st.error(plain(own(refused, say)), icon=":material/gpp_bad:")
        return
    _honest_words(standing, settings, say)
    st.html(_facts_html(standing, say))
    if standing.note:
        with st.expander(say("evidence.note_title"), icon=":material/content_copy:"):
            st.caption(say("evidence.note_how"))
            st.code(standing.note, language=None)
    if standing.stamps:
        _stamps(standing, opened, say)
    if opened.reader.may("evidence.verify"):
        _verify(settings, opened, say)
    else:
        st.caption(say("evidence.may_not_verify"))


def _standing(settings: Settings, ledger: Ledger) -> Standing:
    seal, keys = newest_seal(settings), known_keys(settings)
    at = max(seal.cosigned.values(), default=0) if seal else 0
    return Standing(
        size=ledger.size,
        sealed=seal.checkpoint.size if seal else 0,
        witnessed=seal.checkpoint.size if seal and at else 0,
        witnessed_at=datetime.fromtimestamp(at, UTC) if at else None,
        root=encode_hash(seal.checkpoint.root) if seal else "",
        stamps=tuple(ledger.of_action(Action.TIMESTAMP)),
        log_key=str(keys.log),
        witness_key=str(keys.witness) if keys.witness else "",
        note=seal.note.decode() if seal else "",
    )


def _honest_words(standing: Standing, settings: Settings, say: Language) -> None:
    if standing.witnessed:
        loose = say.number(standing.size - standing.witnessed)
        st.success(say("evidence.witnessed", loose=loose), icon=":material/verified:")
    elif settings.witness or standing.witness_key:
        st.warning(say("evidence.not_yet_witnessed"), icon=":material/warning:")
    else:
        st.warning(say("evidence.nobody_witnessed"), icon=":material/warning:")


def _facts_html(standing: Standing, say: Language) -> str:
    rows = {
        say("evidence.size"): say.number(standing.size),
        say("evidence.sealed"): say.number(standing.sealed),
        say("evidence.unsealed"): say.number(standing.size - standing.sealed),
        say("evidence.witnessed_leaves"): say.number(standing.witnessed),
        say("evidence.witnessed_at"): say.time(standing.witnessed_at),
        say("evidence.stamp_count"): say.number(len(standing.stamps)),
        say("evidence.root"): standing.root,
        say("evidence.log_key"): standing.log_key,
        say("evidence.witness_key"): standing.witness_key or say("evidence.no_witness_key"),
    }
    items = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows.items())
    return f'<dl class="ml-facts ev-facts">{items}</dl>'


def _stamps(standing: Standing, opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Entry]] = [
        Column(say("evidence.col.leaf"), lambda entry: entry.index),
        Column(say("evidence.col.stamped"), lambda entry: datetime.fromisoformat(entry.act.details["time"])),
        Column(say("evidence.col.what"), lambda entry: entry.act.what),
        Column(say("evidence.col.authority"), lambda entry: entry.act.why),
    ]
    table(standing.stamps[::-1], columns, name="timestamps", opened=opened, say=say)


def _verify(settings: Settings, opened: OpenRelease, say: Language) -> None:
    left, right = st.columns([1, 3], vertical_alignment="center")
    is_asked = left.button(say("evidence.verify"), type="primary", icon=":material/policy:", width="stretch")
    is_deep = right.checkbox(say("evidence.deep"), key="verify_deep", help=say("evidence.deep_help"))
    if is_asked:
        st.session_state[_RESULT] = _run(settings, opened, say, is_deep=is_deep)
    if _RESULT in st.session_state:
        _result(st.session_state[_RESULT], say)


def _run(settings: Settings, opened: OpenRelease, say: Language, *, is_deep: bool) -> Checked:
    opened.reader.require("evidence.verify")
    begun, at = time.perf_counter(), datetime.now(UTC)
    found: Verification | str
    with st.status(say("evidence.verifying"), expanded=True) as status:
        bar = st.progress(0.0)

        def told(step: Step) -> None:
            bar.progress(STEPS.index(step) / len(STEPS), say(f"evidence.verify.{step}"))

        try:
            with open_ledger(settings, writable=False) as ledger:
                found = verify_everything(settings, ledger, deep=is_deep, begun=told)
        except (EvidenceRefused, ReleaseDamaged, StorageFailure) as refused:
            found = str(refused)
        bar.progress(1.0)
        is_good = isinstance(found, Verification) and not found.findings
        label = say("evidence.verified") if is_good else say("evidence.differs")
        status.update(label=label, state="complete" if is_good else "error", expanded=False)
    return Checked(found, time.perf_counter() - begun, at)


def _result(checked: Checked, say: Language) -> None:
    found = checked.found
    took = say("evidence.verified_at", at=say.time(checked.at), seconds=f"{checked.seconds:.1f}")
    if isinstance(found, str):
        st.error(plain(own(found, say)), icon=":material/gpp_bad:")
        return
    if found.unreachable:
        st.warning(plain(own(found.unreachable, say)), icon=":material/wifi_off:")
    for finding in found.findings:
        st.error(plain(own(finding, say)), icon=":material/gpp_bad:")
    if not found.findings:
        st.success(f"{say('evidence.verified')} {took}", icon=":material/verified_user:")
    else:
        st.caption(took)
    st.html(_counts_html(found, say))


def _counts_html(found: Verification, say: Language) -> str:
    rows = {
        say("evidence.counted.leaves"): found.history.size,
        say("evidence.counted.seals"): found.history.seals,
    }
    if found.lake:
        lake = found.lake
        names = (
            *("commits", "data_files", "originals", "events"),
            *("releases", "role_files", "signatures", "unsealed"),
        )
        rows |= {say(f"evidence.counted.{name}"): getattr(lake, name) for name in names}
    items = "".join(f"<div><dt>{escape(k)}</dt><dd>{say.number(v)}</dd></div>" for k, v in rows.items())
    return f'<dl class="ml-facts">{items}</dl>'
