"""From complaints to what is suspected: what stands above their lots more often than chance has it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.graph.picture import product_name
from dashboards.release import OpenRelease, remember
from dashboards.tables import Column, table
from dashboards.views.recall.span import span_of
from dashboards.wording import own
from reports.language import Language
from traceability.recall.subject import Subject
from traceability.suspects import NoCases, SuspectLot, Suspects, complaint_lots, suspects

SUSPECTS_AT_MOST = 20


def complaint_subjects(opened: OpenRelease, say: Language) -> tuple[Subject, ...]:
    """Draw the suspects of all complaints, or of a span of days, and return the chosen lots."""
    first, last = span_of(st, say("recall.complained"), "suspect_days") or (None, None)
    try:
        found = remember(
            opened,
            f"suspects {first} {last}",
            lambda: suspects(opened.con, complaint_lots(opened.con, None, first, last)),
        )
    except NoCases as none:
        st.info(own(none, say), icon=":material/search_off:")
        return ()
    listed = found.suspects[:SUSPECTS_AT_MOST]
    st.caption(
        say("recall.suspects", cases=len(found.cases), population=say.number(found.population))
        + " "
        + say("recall.chance")
    )
    _table(listed, found, opened, say)
    by_id = {one.lot.lot_id: one for one in listed}
    chosen = st.multiselect(
        say("recall.choose_suspects"),
        list(by_id),
        format_func=lambda lot_id: f"{lot_id} · {product_name(by_id[lot_id].lot, say)}",
        key="suspect_lots",
    )
    return tuple(Subject("lot", lot_id) for lot_id in chosen)


def _table(listed: Sequence[SuspectLot], found: Suspects, opened: OpenRelease, say: Language) -> None:
    columns: list[Column[SuspectLot]] = [
        Column(say("recall.col.lot"), lambda r: r.lot.lot_id),
        Column(say("recall.col.product"), lambda r: product_name(r.lot, say)),
        Column(say("recall.col.cases", whole=len(found.cases)), lambda r: r.case_count),
        Column(say("recall.col.peers", whole=say.number(found.population)), lambda r: r.lot_count),
        Column(say("recall.col.lift"), lambda r: r.lift),
        Column(say("recall.col.chance"), lambda r: f"{r.chance:.2g}"),
    ]
    table(listed, columns, name="suspects", opened=opened, say=say)
