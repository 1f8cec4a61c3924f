"""One lot on the screen: card, graph, and tables in tabs, in the words of the dossier's catalogue."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from dashboards import places
from dashboards.exports import ordered
from dashboards.graph import component as graph
from dashboards.graph.picture import customer_key, picture, product_name
from dashboards.ignorance import bound_html, gaps_html, told_of_traces
from dashboards.navigation import go_to
from dashboards.places import Sent
from dashboards.release import OpenRelease, remember
from dashboards.views.trace import timeline
from dashboards.views.trace.lot_tables import draw_tables
from dashboards.views.trace.panels import panels_html
from dashboards.views.trace.traced import Traced
from reports.form import release_day
from reports.frame import file_stem
from reports.language import NOTHING, Language
from reports.lot_dossier import REPORT_CODE, Facts, Need, judge
from traceability.trace import LotCard, Shipment

OPERATOR = "core.operation_event.operator_id"
_TONES = {"released": "good", "accepted": "good", "concession": "warn", "rejected": "bad"}


def draw(
    opened: OpenRelease, traced: Traced, say: Language, words: Language, *, centre: Callable[[str], None]
) -> None:
    """Draw everything about one lot; ``words`` is the catalogue of the dossier. Times are the plant's."""
    card, backward, forward = traced.card, traced.backward, traced.forward
    say, words = (language.in_zone(card.header.zone_name) for language in (say, words))
    st.html(_card_html(card, words))
    not_known = told_of_traces((backward, forward), traced.unknown.gaps, say, words)
    _numbers(traced, len(not_known), say, words)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.html(bound_html(traced.bound, say("unknown.no_bound"), say))
        with st.container(horizontal=True):
            _download(opened, card, say)
            _recall(opened, card, say)
        _completeness(judge(Facts(card, backward, forward), release_day(opened.release)), say, words)
    with right:
        st.html(gaps_html(not_known, say))
    withheld = opened.facts.withheld if opened.facts else ()
    shows_people = OPERATOR not in withheld
    st.html(panels_html(card, backward, traced.suppliers, say, words, shows_people=shows_people))
    st.subheader(words("genealogy"))
    shown = remember(
        opened,
        f"picture {say.locale} {card.lot.lot_id}",
        lambda: picture(backward, forward, traced.unknown, say, words),
    )
    graph.draw(shown, key="graph", centre=centre)
    st.caption(say("genealogy.legend"))
    st.subheader(say("trace.timeline"))
    timeline.draw(traced.events, card.header.uom_code, say, words)
    if forward.shipments:
        st.subheader(say("places.title"))
        places.draw([_sent(shipment) for shipment in forward.shipments], say, words)
    draw_tables(opened, traced, say, words)


def _sent(shipment: Shipment) -> Sent:
    return Sent(
        customer_key(shipment),
        shipment.customer_name or shipment.customer_code,
        shipment.country_code,
        shipment.city_name,
        shipment.qty,
        shipment.uom_code,
    )


def _card_html(card: LotCard, words: Language) -> str:
    lot, header = card.lot, card.header
    decision = card.verdict_code
    facts: list[tuple[str, Any]] = [
        (words("tile.made"), words.day(header.manufactured_date)),
        (words("tile.expires"), words.day(header.expiry_date)),
        (words("fact.kind"), words.code("kind", lot.lot_kind_code)),
        (words("fact.di"), header.primary_di),
        (words("fact.registration"), header.registration_no),
        (words("fact.supplier"), header.supplier_name or header.supplier_code),
        (words("fact.supplier_lot"), header.supplier_lot_no),
        (words("fact.serials"), words.number(len(card.serials)) if card.serials else None),
        (words("fact.lot_id"), lot.lot_id),
    ]
    known = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in facts
        if value not in (None, NOTHING)
    )
    return (
        f'<div class="ml-card"><div class="ml-card-top"><div><h2>{escape(lot.lot_no)}</h2>'
        f'<p class="sub">{escape(product_name(lot, words))} · {escape(lot.product_code)} · '
        f"{escape(words('site', site=lot.site_code))}</p></div>"
        f'<span class="ml-badge ml-{_TONES.get(decision, "open")}">'
        f'{escape(words.code("decision", decision))}</span></div><dl class="ml-facts">{known}</dl></div>'
    )


def _numbers(traced: Traced, gaps: int, say: Language, words: Language) -> None:
    card, backward, forward = traced.card, traced.backward, traced.forward
    unit = words.code("uom", card.header.uom_code)
    customers = len({customer_key(shipment) for shipment in forward.shipments})
    suppliers = len({(r.lot_id.partition(":")[0], r.supplier_code) for r in backward.receipts})
    tiles: list[tuple[str, str, str]] = [
        (words("tile.upstream"), say.number(len(backward.nodes) - 1), say("tile.upstream.help")),
        (say("tile.suppliers"), say.number(suppliers), say("tile.suppliers.help")),
        (say("tile.downstream"), say.number(len(forward.nodes) - 1), say("tile.downstream.help")),
        (words("tile.customers"), say.number(customers), say("tile.customers.help")),
        (say("tile.gaps"), say.number(gaps), say("tile.gaps.help")),
    ]
    if card.balance is not None:
        produced = f"{say.number(card.balance.produced_qty)} {unit}"
        tiles.insert(0, (words("tile.produced"), produced, say("tile.produced.help")))
        tiles.append((words("tile.accounted"), say.percent(card.balance.completeness), words("need.balance")))
    for column, (name, value, text) in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(name, value, help=text)


def _completeness(needs: tuple[Need, ...], say: Language, words: Language) -> None:
    count: Callable[[str], int] = lambda state: sum(need.state == state for need in needs)  # noqa: E731
    text = words(
        "needs.summary", present=count("present"), attention=count("attention"), missing=count("missing")
    )
    open_needs = [need for need in needs if need.state in ("missing", "attention")]
    with st.expander(f"{words('needs')}　{text}", icon=":material/fact_check:"):
        for need in open_needs:
            tone = "bad" if need.state == "missing" else "warn"
            st.html(
                f'<span class="ml-state ml-{tone}">{escape(words.code("state", need.state))}</span> '
                f"{escape(words(f'need.{need.code}'))}"
            )
        if not open_needs:
            st.caption(say("needs.all"))


def _recall(opened: OpenRelease, card: LotCard, say: Language) -> None:
    if not opened.reader.may("page.recall"):
        return
    if st.button(
        say("trace.recall"), icon=":material/campaign:", key="to_recall", help=say("trace.recall_help")
    ):
        st.session_state["recall_section"] = "scope"
        st.session_state["recall_kind"] = "lot"
        st.session_state["recall_text_lot"] = card.lot.lot_id
        go_to("recall")


def _download(opened: OpenRelease, card: LotCard, say: Language) -> None:
    lot_id = card.lot.lot_id
    if not opened.reader.may("report.issue"):
        return
    st.download_button(
        say("dossier.download"),
        ordered(opened, REPORT_CODE, {"lot": lot_id}),
        file_name=f"{file_stem(REPORT_CODE, lot_id, opened.release)}.zip",
        mime="application/zip",
        icon=":material/description:",
        type="primary",
        on_click="ignore",
        help=say("dossier.help"),
        key="dossier",
    )
