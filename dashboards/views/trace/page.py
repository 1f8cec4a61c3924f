"""Trace: enter or scan a number; see the lot, where it came from, where it went, and what is not known.

find → choose a lot → load (card, both traces, gaps, bound, events) → draw.
"""

from __future__ import annotations

import streamlit as st

from dashboards import chrome
from dashboards.graph.picture import product_name
from dashboards.release import OpenRelease, remember
from dashboards.views.trace import lot
from dashboards.views.trace.traced import Traced, trace_lot
from reports.language import Language, load
from traceability.trace import Match, find, near, read_udi

EXAMPLES_AT_MOST = 5


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw the page."""
    chrome.page_style("trace")
    chrome.header(say("page.trace"), say("trace.subtitle"), opened, say)
    text = st.text_input(
        say("trace.ask"),
        key="q",
        bind="query-params",
        placeholder=say("trace.placeholder"),
        help=say("trace.help"),
        icon=":material/barcode_scanner:",
    )
    if not text.strip():
        st.caption(say("trace.hint"))
        return
    matches = remember(opened, f"find {text}", lambda: find(opened.con, text))
    if not matches:
        _nothing(opened, text, say)
        return
    match = _choose(matches, say)
    traced = remember(opened, f"trace {match.lot.lot_id}", lambda: trace_lot(opened, match.lot.lot_id))
    _note(match, traced, say)
    lot.draw(opened, traced, say, load("reports", say.locale), centre=_ask_for)


def _choose(matches: tuple[Match, ...], say: Language) -> Match:
    if len(matches) == 1:
        return matches[0]
    by_id = {match.lot.lot_id: match for match in matches}
    st.info(say("trace.several", count=len(matches)), icon=":material/list:")
    chosen = st.selectbox(
        say("trace.which"), list(by_id), format_func=lambda i: _describe(by_id[i], say), key="which"
    )
    return by_id[chosen]


def _describe(match: Match, say: Language) -> str:
    kind = say(f"match.{match.kind}")
    return f"{match.lot.lot_no} · {product_name(match.lot, say)} · {match.lot.lot_id} ({kind})"


def _note(match: Match, traced: Traced, say: Language) -> None:
    milliseconds = say.number(round(traced.seconds * 1000))
    found = say("trace.found", kind=say(f"match.{match.kind}"), matched=chrome.plain(match.matched))
    st.caption(f"{found} · {say('trace.took', ms=milliseconds)}")


def _nothing(opened: OpenRelease, text: str, say: Language) -> None:
    st.warning(say("trace.nothing", text=chrome.plain(text)), icon=":material/search_off:")
    udi = read_udi(opened.con, text)
    if udi.form != "raw" and udi.elements:
        read = " · ".join(f"({ai}) {value}" for ai, value in udi.elements)
        st.caption(say("trace.read_as", elements=chrome.plain(read)))
        for issue in udi.issues:
            st.caption(f"• {issue.code}: {chrome.plain(issue.message)}")
    close = near(opened.con, text)
    if close:
        st.caption(say("trace.near"))
        for lot, column in zip(close, st.columns(EXAMPLES_AT_MOST), strict=False):
            column.button(
                chrome.plain(lot.lot_no), key=f"near {lot.lot_id}", on_click=_ask_for, args=(lot.lot_id,)
            )
    st.markdown(say("trace.advice"))


def _ask_for(lot_id: str) -> None:
    st.session_state["q"] = lot_id
