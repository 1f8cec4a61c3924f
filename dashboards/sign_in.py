"""Who is at the page: signed in at the provider; without one a demo identity, on this machine only.

sign-in file → st.login → claims → Reader; or people file → chooser → Reader; or why nobody is let in.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from dashboards.provider import BadSignIn, load_provider
from dashboards.reader import Reader
from lakehouse.access import Role, load_policy
from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import open_ledger
from lineage.signing.people import People, Person, load_people
from reports.language import Language

_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def reader_of(settings: Settings, say: Language) -> Reader | None:
    """Return who reads; None when nobody may, after the page has said why."""
    if settings.sign_in_path is not None:
        return _signed_in(settings, settings.sign_in_path, say)
    people = load_people(settings)
    refusal = _why_no_demo(people)
    if refusal:
        st.error(say(refusal), icon=":material/lock:")
        return None
    person = _choose(people, say)
    return Reader(person.name, person.access, is_demo=True, sites=person.sites)


def _signed_in(settings: Settings, file: Path, say: Language) -> Reader | None:
    if str(file) not in st.get_option("secrets.files"):
        st.error(say("sign_in.not_served", file=file), icon=":material/lock:")
        return None
    try:
        provider = load_provider(file)
        if not st.user.is_logged_in:
            _ask_to_sign_in(say)
            return None
        claims = st.user.to_dict()
        reader = provider.reader(claims)
    except BadSignIn as bad:
        st.error(str(bad), icon=":material/lock:")
        return None
    if provider.is_over(claims, datetime.now(UTC)):
        st.info(say("sign_in.over"), icon=":material/schedule:")
        _ask_to_sign_in(say)
        return None
    _told(settings, reader, str(claims.get("iat")), str(settings.data_dir))
    return _let_in(reader, say)


def _ask_to_sign_in(say: Language) -> None:
    st.title(say("sign_in.title"))
    st.button(say("sign_in.enter"), type="primary", icon=":material/login:", on_click=st.login, key="sign in")


def _let_in(reader: Reader, say: Language) -> Reader | None:
    with st.sidebar:
        st.caption(say("sign_in.as", name=reader.name, roles=_roles(reader.roles, say) or "–"))
        st.button(say("sign_in.leave"), icon=":material/logout:", on_click=st.logout, key="sign out")
    if reader.roles:
        return reader
    st.error(say("sign_in.no_role", name=reader.name), icon=":material/lock:")
    return None


@st.cache_resource(max_entries=10_000, show_spinner=False)
def _told(_settings: Settings, reader: Reader, signed_in_at: str, lake: str) -> None:
    """Put a sign-in on record, once however many pages are opened with it; names and roles, no tokens."""
    roles, sites = [role.value for role in reader.roles], list(reader.sites)
    details = {"succeeded": bool(roles), "roles": roles, "sites": sites}
    act = Act(Action.LOGIN, reader.name, "dashboards", "signed in at the provider", details=details)
    with open_ledger(_settings, writable=True) as ledger:
        ledger.append(act)


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
    name = person.name_zh if say.locale == "zh" else person.name_en
    return name if len(person.access) > 2 else f"{name} · {_roles(person.access, say)}"


def _roles(roles: tuple[Role, ...], say: Language) -> str:
    grants = load_policy().grants
    return " / ".join(grants[role].name_zh if say.locale == "zh" else grants[role].name_en for role in roles)
