"""Signing, withdrawing, rolling back and promoting a release from its page, by the functions of the command.

reader + passphrase + reason → act → told with the time it took until readers got what they get now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import streamlit as st

from dashboards.chrome import plain
from dashboards.reader import NotAllowed
from dashboards.release import OpenRelease
from dashboards.wording import own
from lakehouse.releases import (
    Action,
    Entry,
    IllegalStep,
    NoRelease,
    ReleaseDamaged,
    State,
    UnknownKind,
    read_book,
)
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.writer_lock import LakeBusy
from lineage.ledger.refusals import EvidenceRefused
from lineage.signing import releasing
from lineage.signing.keys import BadPassphrase, NoKey
from lineage.signing.people import BadPeople, UnknownPerson, load_people
from lineage.signing.statement import BadSignature
from reports.language import Language

Act = Callable[[Settings, int, str, str, str], Entry]
_DONE = "release_done"
REFUSALS = (
    *(IllegalStep, NoRelease, ReleaseDamaged, UnknownKind, LakeBusy, StorageFailure, EvidenceRefused),
    *(BadPassphrase, NoKey, BadPeople, UnknownPerson, BadSignature, NotAllowed),
)
PERMITS = {
    "sign": "release.sign",
    "promote": "release.sign",
    "withdraw": "release.withdraw",
    "roll_back": "release.withdraw",
}
ACTS: dict[str, Act] = {
    "sign": lambda s, number, who, secret, why: releasing.sign(s, number, who, secret, why),
    "withdraw": lambda s, number, who, secret, why: releasing.withdraw(s, number, who, secret, why),
    "roll_back": lambda s, number, who, secret, why: releasing.roll_back(s, number, who, secret, why),
    "promote": lambda s, number, who, _, why: releasing.promote(s, number, "regulatory", who, why),
}
_STEPS = {"sign": Action.APPROVE, "withdraw": Action.WITHDRAW, "roll_back": Action.ROLL_BACK}


def draw_done(say: Language) -> None:
    """Tell once what has just been done, and what readers get now."""
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        st.success(say(f"evidence.done.{done['act']}", **done["told"]), icon=":material/task_alt:")


def draw(settings: Settings, entry: Entry, opened: OpenRelease, say: Language) -> None:
    """Draw what the reader may do about a release where it stands."""
    acts = [act for act in possible(entry) if opened.reader.may(PERMITS[act])]
    if not acts:
        st.caption(say("evidence.no_acts"))
        return
    st.subheader(say("evidence.decide"))
    act = st.segmented_control(
        say("evidence.what"),
        acts,
        default=acts[0],
        required=True,
        format_func=lambda name: say(f"evidence.do.{name}"),
        key=f"release_act {entry.number} {entry.state}",
    )
    _form(settings, entry, act or acts[0], opened, say)


def possible(entry: Entry) -> Sequence[str]:
    """Return the acts that the state and the rule of a release allow, whoever does them."""
    acts = []
    if entry.missing and (entry.state is State.GATED or entry.glass is not None):
        acts.append("sign")
    if entry.state in (State.RELEASED, State.SUPERSEDED) and not entry.rule.needed:
        acts.append("promote")
    if entry.state is State.SUPERSEDED:
        acts.append("roll_back")
    if entry.state not in (State.WITHDRAWN, State.LAPSED, State.RETIRED):
        acts.append("withdraw")
    return acts


def _form(settings: Settings, entry: Entry, act: str, opened: OpenRelease, say: Language) -> None:
    st.caption(say(f"evidence.explain.{act}"))
    people = load_people(settings)
    if people.mark:
        st.warning(say("evidence.demo", passphrase=people.demo_passphrase), icon=":material/science:")
    is_signed = act in _STEPS and releasing.needs_passphrase(settings, _STEPS[act], entry.number)
    with st.form(f"release {act} {entry.number}", enter_to_submit=False):
        reason = st.text_input(say("evidence.reason"), max_chars=500)
        secret = st.text_input(say("evidence.passphrase"), type="password") if is_signed else ""
        label = say("evidence.as_person", act=say(f"evidence.do.{act}"), who=opened.reader.name)
        is_sent = st.form_submit_button(label, type="primary")
    if is_sent:
        _act(settings, entry, act, opened, secret, reason, say)


def _act(
    settings: Settings, entry: Entry, act: str, opened: OpenRelease, secret: str, reason: str, say: Language
) -> None:
    begun = time.perf_counter()
    try:
        opened.reader.require(PERMITS[act])
        after = ACTS[act](settings, entry.number, opened.reader.name, secret, reason)
    except REFUSALS as refused:
        st.error(plain(own(refused, say)), icon=":material/block:")
        return
    seconds = time.perf_counter() - begun
    current = read_book(settings).current
    told = {
        "number": f"{after.number:06d}",
        "state": say.code("evidence.state", after.state),
        "missing": ", ".join(say.code("evidence.role", role) for role in after.missing) or "–",
        "current": "–" if current is None else f"{current:06d}",
        "seconds": f"{seconds:.1f}",
    }
    st.session_state[_DONE] = {"act": act, "told": told}
    st.rerun()
