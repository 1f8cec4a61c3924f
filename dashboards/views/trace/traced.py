"""Everything the page shows of one lot, loaded at once and kept as long as the release is read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.graph.picture import Unknown
from dashboards.ignorance import kept_books
from dashboards.release import OpenRelease, ask
from dashboards.views.trace.panels import SupplierFacts
from dashboards.views.trace.timeline import Event
from traceability.ignorance import Bound, ReleaseBooks, gaps
from traceability.recall.ignorance import bound_below
from traceability.recall.onward import onward
from traceability.recall.records import Onward
from traceability.trace import LotCard, Receipt, Trace, backward, forward, lot_card


@dataclass(frozen=True)
class Traced:
    """One lot.

    Attributes:
        unknown: What is not known about the lots of both traces.
        bound: Finished units affected at most; None where the release cannot tell.
        onward: Where partners say that goods of the lot, or of what became of it, went on.
        seconds: From the question to card and both traces.
    """

    card: LotCard
    backward: Trace
    forward: Trace
    unknown: Unknown
    bound: Bound | None
    onward: tuple[Onward, ...]
    events: tuple[Event, ...]
    suppliers: tuple[SupplierFacts, ...]
    seconds: float


def trace_lot(opened: OpenRelease, lot_id: str) -> Traced:
    """Load one lot."""
    begin = time.perf_counter()
    card = lot_card(opened.con, lot_id)
    back, ahead = backward(opened.con, lot_id), forward(opened.con, lot_id)
    seconds = time.perf_counter() - begin
    books = kept_books(opened)
    return Traced(
        card,
        back,
        ahead,
        _unknown(opened, books, back, ahead),
        bound_below(opened.con, ahead, books=books),
        onward(opened.con, [node.lot.lot_id for node in ahead.nodes]),
        ask(opened, "lot_events", Event, {"lot_id": lot_id}),
        ask(opened, "supplier_facts", SupplierFacts, {"suppliers": _supplier_keys(back.receipts)}),
        seconds,
    )


def _unknown(opened: OpenRelease, books: ReleaseBooks, back: Trace, ahead: Trace) -> Unknown:
    lots = sorted({node.lot.lot_id for node in (*back.nodes, *ahead.nodes)})
    orders = sorted({edge.order_id for edge in (*back.edges, *ahead.edges) if edge.order_id})
    lost = books.lost_uses([node.lot.lot_id for node in ahead.nodes])
    orders_too = sorted({*orders, *(order for _, order in lost)})
    return Unknown(gaps(opened.con, lots, orders_too), lost)


def _supplier_keys(receipts: Sequence[Receipt]) -> list[str]:
    """Plant and number of each supplier."""
    found = {f"{r.lot_id.partition(':')[0]}:{r.supplier_code}" for r in receipts if r.supplier_code}
    return sorted(found)
