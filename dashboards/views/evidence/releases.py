"""Releases: every one with its kind, state and approvals; what happened to it, what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease
from dashboards.tables import Column, table
from dashboards.views.evidence import release_acts
from dashboards.wording import own
from lakehouse.releases import Entry, Record, ReleaseDamaged, read_book, read_log
from lakehouse.settings import Settings
from lineage.signing.approvals import Signed, verify_signatures
from lineage.signing.people import BadPeople, load_people
from lineage.signing.statement import BadSignature
from reports.language import Language

TONES = {"released": "good", "blocked": "bad", "withdrawn": "bad", "lapsed": "bad", "gated": "warn"}


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the list, and the chosen release with its acts."""
    settings = Settings.from_env()
    release_acts.draw_done(say)
    book = read_book(settings)
    entries = sorted(book.entries.values(), key=lambda entry: -entry.number)
    _list(entries, book.current, opened, say)
    by_number = {entry.number: entry for entry in entries}
    number = st.selectbox(
        say("evidence.release_choose"),
        list(by_number),
        format_func=lambda n: f"{n:06d} · {_state(by_number[n], say)}",
        key="release_number",
    )
    entry = by_number[number]
    st.html(_facts_html(entry, say))
    _signatures(settings, entry, say)
    _steps([record for record in read_log(settings) if record.step.number == number], opened, say)
    release_acts.draw(settings, entry, opened, say)


def _state(entry: Entry, say: Language) -> str:
    state = say.code("evidence.state", entry.state)
    return say("evidence.emergency", state=state) if entry.glass else state


def _list(entries: Sequence[Entry], current: int | None, opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Entry]] = [
        Column(say("evidence.col.release"), lambda e: f"{e.number:06d}"),
        Column(say("evidence.col.is_current"), lambda e: e.number == current),
        Column(say("evidence.col.kind"), lambda e: e.rule.kind, lambda code: say.code("evidence.kind", code)),
        Column(say("evidence.col.state"), lambda e: _state(e, say)),
        Column(say("evidence.col.made_by"), lambda e: e.made_by),
        Column(say("evidence.col.made_at"), lambda e: e.made_at),
        Column(say("evidence.col.released_at"), lambda e: e.released_at),
        Column(say("evidence.col.approvals"), lambda e: ", ".join(a.who for a in e.approvals)),
        Column(say("evidence.col.missing"), lambda e: _missing(e, say)),
        Column(say("evidence.col.holds"), lambda e: "; ".join(e.holds)),
    ]
    table(entries, columns, name="releases", opened=opened, say=say)


def _missing(entry: Entry, say: Language) -> str:
    is_open = entry.state in {"candidate", "gated"} or entry.glass is not None
    return ", ".join(say.code("evidence.role", role) for role in entry.missing) if is_open else ""


def _facts_html(entry: Entry, say: Language) -> str:
    needs = [f"{say.code('evidence.role', n.role)}: {own(n.meaning, say)}" for n in entry.rule.needed] or [
        say("evidence.needs_nobody")
    ]
    tone = TONES.get(entry.state, "open")
    rows = {
        say("evidence.col.kind"): say.code("evidence.kind", entry.rule.kind),
        say("evidence.manifest"): entry.manifest_sha256,
        say("evidence.needs"): " · ".join(needs),
        say("evidence.blocking"): ", ".join(entry.blocking) or say("evidence.nothing_blocks"),
        say("evidence.last_why"): entry.last_why or "–",
    }
    items = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows.items())
    return (
        f'<div class="ml-card"><div class="ml-card-top"><h2>{entry.number:06d}</h2>'
        f'<span class="ml-badge ml-{tone}">{escape(_state(entry, say))}</span></div>'
        f'<dl class="ml-facts">{items}</dl></div>'
    )


def _signatures(settings: Settings, entry: Entry, say: Language) -> None:
    try:
        people = load_people(settings)
        signed = verify_signatures(settings, people, entry.number)
    except (BadSignature, BadPeople, ReleaseDamaged) as bad:
        st.error(plain(own(bad, say)), icon=":material/gpp_bad:")
        return
    if not signed:
        st.caption(say("evidence.no_signatures"))
        return
    st.html("".join(_signature_html(one, people.mark, say) for one in signed))


def _signature_html(one: Signed, mark: str, say: Language) -> str:
    demo = f'<span class="ml-state ml-warn">{escape(own(mark, say))}</span>' if mark else ""
    key = say("evidence.signed_with", key_id=one.key_id[:16], size=say.number(one.ledger_size))
    role, meaning = say.code("evidence.role", one.role), own(one.meaning, say)
    when = f"{one.signed_at} UTC = {one.signed_at_local} {one.zone}"
    return (
        f'<div class="ev-signature"><b>{escape(own(one.name, say))}</b> {escape(role)} {demo}'
        f"<p>“{escape(meaning)}” — {escape(one.reason)}</p><small>{escape(when)} · {escape(key)}</small>"
        f'<small class="ev-verified">{escape(say("evidence.signature_holds"))}</small></div>'
    )


def _steps(records: Sequence[Record], opened: OpenRelease, say: Language) -> None:
    columns: list[Column[Record]] = [
        Column(say("evidence.col.at"), lambda r: r.at),
        Column(say("evidence.col.step"), lambda r: r.step.action, lambda c: say.code("evidence.step", c)),
        Column(say("evidence.col.who"), lambda r: r.step.who),
        Column(say("evidence.col.why"), lambda r: r.step.why),
        Column(say("evidence.col.line"), lambda r: r.sha256[:16]),
    ]
    table(records, columns, name="release_steps", opened=opened, say=say)
