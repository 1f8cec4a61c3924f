"""Who is at the page: without a provider a demo identity, on this machine only and marked as such.

people file → chooser in the sidebar → Reader; or the reason why nobody is let in.
"""

from __future__ import annotations

import ipaddress

import streamlit as st

from dashboards.reader import Reader
from lakehouse.access import load_policy
from lakehouse.settings import Settings
from lineage.signing.people import People, Person, load_people
from reports.language import Language

_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def reader_of(settings: Settings, say: Language) -> Reader | None:
    """Return who reads; None when nobody may, after the page has said why."""
    people = load_people(settings)
    refusal = _why_no_demo(people)
    if refusal:
        st.error(say(refusal), icon=":material/lock:")
        return None
    person = _choose(people, say)
    return Reader(person.name, person.access, is_demo=True)


def _why_no_demo(people: People) -> str | None:
    """The phrase that says why demo identities are not served here, or None."""
    if not people.is_demo or not people.readers:
        return "sign_in.no_provider"
    proxied = any(name in st.context.headers for name in _PROXY_HEADERS)
    return None if _is_loopback(st.get_option("server.address")) and not proxied else "sign_in.not_loopback"


def _is_loopback(address: str | None) -> bool:
    """Whether a server at this address is reached from this machine only; no address means every one."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "0.0.0.0").is_loopback
    except ValueError:
        return False


def _choose(people: People, say: Language) -> Person:
    by_name = {person.name: person for person in people.readers}
    with st.sidebar:
        st.badge(say("sign_in.demo"), icon=":material/science:", color="orange")
        name = st.selectbox(
            say("sign_in.reader"),
            list(by_name),
            format_func=lambda name: _describe(by_name[name], say),
            key="reader",
            help=say("sign_in.demo_help"),
        )
    return by_name[name]


def _describe(person: Person, say: Language) -> str:
    grants = load_policy().grants
    roles = [grants[role].name_zh if say.locale == "zh" else grants[role].name_en for role in person.access]
    name = person.name_zh if say.locale == "zh" else person.name_en
    return name if len(roles) > 2 else f"{name} · {' / '.join(roles)}"
