"""Whom and what a recall of something suspected concerns: what is known and what is not, side by side."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboards import places
from dashboards.chrome import plain
from dashboards.ignorance import Told, bound_html, gaps_html
from dashboards.places import Sent
from dashboards.release import OpenRelease
from dashboards.views.recall import issuing, scope_tables
from dashboards.views.recall.answer import Answer, answer
from dashboards.views.recall.question import ask_for
from dashboards.wording import own
from reports.frame import ReportInvalid
from reports.language import Language, load
from reports.recall.totals import amounts
from reports.recall.wording import amounts_text
from traceability.recall.records import Scope
from traceability.recall.refused import Ambiguous, NothingFound, RecallRefused

CANDIDATES_AT_MOST = 6


def draw(opened: OpenRelease, say: Language) -> None:
    """Draw question and answer."""
    words = load("reports.recall", say.locale)
    decision = issuing.ask_for(say)
    question = ask_for(opened, say)
    if not question.subjects:
        st.info(say("recall.ask_first"), icon=":material/search:")
        return
    try:
        found = answer(opened, question)
    except (RecallRefused, ReportInvalid) as refused:
        _refused(refused, say)
        return
    if not found.scope.lots:
        st.warning(say("recall.all_out", count=len(found.scope.excluded)), icon=":material/filter_alt_off:")
    if decision.is_drill:
        st.html(f'<div class="ml-drill">{escape(words("drill.banner"))}</div>')
    _summary(found, say, words)
    issuing.draw(opened, question, decision, found, say, words)
    _detail(opened, found, say, words)


def _refused(refused: Exception, say: Language) -> None:
    st.warning(plain(own(refused, say)), icon=":material/help:")
    candidates = refused.candidates if isinstance(refused, NothingFound | Ambiguous) else ()
    if not candidates:
        return
    st.caption(say("recall.candidates"))
    for lot, column in zip(candidates, st.columns(CANDIDATES_AT_MOST), strict=False):
        column.button(plain(lot.lot_id), key=f"mean {lot.lot_id}", on_click=_mean, args=(lot.lot_id,))


def _mean(lot_id: str) -> None:
    st.session_state["recall_kind"] = "lot"
    st.session_state["recall_text_lot"] = lot_id


def _summary(found: Answer, say: Language, words: Language) -> None:
    known, unknown = st.columns(2, gap="medium")
    with known:
        st.subheader(say("recall.known"))
        st.html(_figures(found, say, words))
        st.caption(say("recall.took", ms=say.number(round(found.seconds * 1000))))
    with unknown:
        st.subheader(say("recall.unknown", count=len(found.scope.gaps)))
        reason = say("unknown.no_bound_then" if found.scope.known_by else "unknown.no_bound")
        st.html(bound_html(found.scope.bound, reason, say))
        st.html(gaps_html(_told(found.scope, say), say))


def _figures(found: Answer, say: Language, words: Language) -> str:
    scope = found.scope
    units = {lot.lot_id: lot.uom_code for lot in scope.lots}
    held = amounts((units[row.lot_id], row.held_qty) for row in scope.deliveries)
    stock = amounts((units[row.lot_id], row.stock_qty) for row in scope.balances)
    nowhere = amounts((units[row.lot_id], abs(row.unknown_qty)) for row in scope.balances if row.unknown_qty)
    figures = (
        (say("recall.consignees"), say.number(len(found.consignees)), ""),
        (words("tile.held"), amounts_text(held, words), ""),
        (words("tile.lots"), say.number(len(scope.lots)), ""),
        (words("tile.stock"), amounts_text(stock, words), ""),
        (say("recall.devices"), say.number(len(scope.units)), ""),
        (words("tile.unknown"), amounts_text(nowhere, words), "ml-figure-bad" if nowhere else ""),
    )
    return (
        '<div class="ml-figures">'
        + "".join(
            f'<div class="{tone}"><span>{escape(name)}</span><b>{escape(value)}</b></div>'
            for name, value, tone in figures
        )
        + "</div>"
    )


def _told(scope: Scope, say: Language) -> list[Told]:
    """Gaps in the reader's language; declared ones say what to do behind the first full stop or semicolon."""
    found = []
    for gap in scope.gaps:
        text, mark = (gap.message_zh, "。") if say.locale == "zh" else (gap.message_en, "; ")
        title, _, remedy = text.partition(mark) if gap.code.startswith("TRACE-") else (text, "", "")
        found.append(Told(gap.code, title, remedy, gap.lot_id or gap.order_id or ""))
    return found


def _detail(opened: OpenRelease, found: Answer, say: Language, words: Language) -> None:
    scope = found.scope
    tabs: list[tuple[str, Callable[[], None]]] = [
        (say("recall.tab.consignees"), lambda: _consignees(opened, found, say, words)),
        (say("recall.tab.map"), lambda: places.draw(_sent(scope), say, words)),
        (
            say("recall.tab.lots", count=len(scope.lots)),
            lambda: scope_tables.lots(opened, scope, say, words),
        ),
        (say("recall.tab.stock"), lambda: scope_tables.stock(opened, scope, say, words)),
        (
            say("recall.tab.gaps", count=len(scope.gaps)),
            lambda: scope_tables.gaps(opened, scope, say, words),
        ),
    ]
    if scope.deliveries or scope.onward:
        title = say("recall.tab.onward", count=len(scope.onward))
        tabs.insert(2, (title, lambda: scope_tables.onward(opened, scope, say, words)))
    if scope.excluded:
        title = say("recall.tab.excluded", count=len(scope.excluded))
        tabs.append((title, lambda: scope_tables.excluded(opened, scope, say, words)))
    if found.changes is not None:
        changes = found.changes
        title = say("recall.tab.changes", count=len(changes))
        tabs.insert(0, (title, lambda: scope_tables.changes(opened, changes, say, words)))
    for tab, (_, body) in zip(st.tabs([title for title, _ in tabs]), tabs, strict=True):
        with tab:
            body()


def _consignees(opened: OpenRelease, found: Answer, say: Language, words: Language) -> None:
    scope_tables.consignees(opened, found.consignees, say, words)
    by_id = {total.consignee.consignee_id: total.consignee for total in found.consignees}
    if not by_id:
        return
    chosen = st.selectbox(
        say("recall.goods_of"),
        list(by_id),
        format_func=lambda who: by_id[who].customer_name or who,
        key="recall_goods_of",
    )
    scope_tables.goods(opened, chosen, found.lines[chosen], say, words)


def _sent(scope: Scope) -> list[Sent]:
    found = []
    for row in scope.deliveries:
        who = scope.consignees_by_id.get(row.consignee_id)
        unit = scope.lots_by_id[row.lot_id].uom_code
        name, country, city = (who.customer_name, who.country_code, who.city_name) if who else (None,) * 3
        found.append(Sent(row.consignee_id, name, country, city, row.held_qty, unit))
    return found
