"""Parties: search, the golden record beside its sources, history, and overriding, parting, taking back.

load (list, desk) → choose a party → golden table, sources, history, decisions → acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards.chrome import plain
from dashboards.release import OpenRelease, ask
from dashboards.views.master_data import golden, history, party_acts
from dashboards.views.master_data.acts import draw_done
from dashboards.views.master_data.decisions import draw_rows
from dashboards.views.master_data.desk import desk_of
from master_data.stewardship.views import decision_rows
from reports.language import Language

ROLES = ("supplier", "customer")


@dataclass(frozen=True)
class Party:
    """A golden party and everything it is called."""

    role_code: str
    golden_id: str
    party_name: str | None
    uscc: str | None
    city_name: str | None
    record_count: int
    document_count: int
    words: str

    @property
    def key(self) -> str:
        """Role and id in one, for the chooser."""
        return f"{self.role_code} {self.golden_id}"


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the search, and the chosen party."""
    draw_done(say)
    parties = ask(opened, "party_list", Party, {})
    party = _choose(parties, say)
    if party is not None:
        _party(party, opened, say)


def found(parties: Sequence[Party], text: str, roles: Sequence[str]) -> list[Party]:
    """Return the parties in whose names and numbers every word of a text stands; what is busiest first."""
    wanted = text.casefold().split()
    return [
        party
        for party in parties
        if party.role_code in roles and all(word in party.words.casefold() for word in wanted)
    ]


def _choose(parties: Sequence[Party], say: Language) -> Party | None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    text = left.text_input(
        say("master.search"),
        key="party",
        bind="query-params",
        placeholder=say("master.search_hint"),
        icon=":material/search:",
    )
    roles = right.pills(
        say("master.col.role"),
        ROLES,
        selection_mode="multi",
        default=ROLES,
        format_func=lambda code: say(f"master.role.{code}"),
        key="party_roles",
    )
    hits = {party.key: party for party in found(parties, text, roles or ROLES)}
    if not hits:
        st.warning(say("master.search_none", text=plain(text)), icon=":material/search_off:")
        return None
    chosen = st.selectbox(
        say("master.party_choose", count=say.number(len(hits))),
        list(hits),
        format_func=lambda key: _describe(hits[key], say),
        key="party_chosen",
    )
    return hits[chosen]


def _describe(party: Party, say: Language) -> str:
    counts = say(
        "master.party_counts", records=party.record_count, documents=say.number(party.document_count)
    )
    parts = (party.party_name or party.golden_id, say(f"master.role.{party.role_code}"), party.uscc, counts)
    return " · ".join(part for part in parts if part)


def _party(party: Party, opened: OpenRelease, say: Language) -> None:
    desk = desk_of(opened)
    golden.draw(party.role_code, party.golden_id, opened, say)
    members = desk.now.members(party.role_code, party.golden_id)
    records = golden.records(party.role_code, party.golden_id, opened)
    if set(members) != set(records):
        st.info(say("master.moved"), icon=":material/schedule:")
    history.draw(party.role_code, party.golden_id, opened, say)
    about = decision_rows(desk, party.role_code, about=frozenset(records))
    if about:
        st.subheader(say("master.section.decisions"))
        draw_rows(about[::-1], "party_decisions", opened, say)
    party_acts.draw(party.role_code, records, desk, opened, say)
