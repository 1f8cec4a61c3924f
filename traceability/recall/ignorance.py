"""What is not known about a recall's scope: the one place where recall asks for gaps.

gaps and findings of the release + what the scope itself shows → Ignorance; the bound on what they may hide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb

from traceability.ignorance import Bound, KnownGap, ReleaseBooks, upper_bound
from traceability.ignorance import gaps as known_gaps
from traceability.query import fetch
from traceability.recall.reach import reach
from traceability.recall.records import (
    Consignee,
    Delivery,
    Ignorance,
    LotBalance,
    Onward,
    ScopeLot,
    Unit,
)
from traceability.records import Gap, LotRef, Trace
from traceability.trace_rows import gaps_of

# What a scope's own numbers show -> the gap under which a release declares the same.
_DECLARED_AS = {
    "RECALL-QTY-UNKNOWN": "TRACE-QTY-001",
    "RECALL-QTY-EXCESS": "TRACE-QTY-002",
    "RECALL-QTY-UNIT": "TRACE-QTY-003",
    "RECALL-SERIAL-COUNT": "TRACE-SER-003",
}


@dataclass(frozen=True)
class _Order:
    order_id: str


def declared(con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str]) -> tuple[Ignorance, ...]:
    """Return what the release declares as not known about the lots, their orders and their postings."""
    lots = {"lot_ids": list(lot_ids)}
    orders = [row.order_id for row in fetch(con, "orders", _Order, lots, package="traceability.recall")]
    findings = (gap for gap in gaps_of(con, lot_ids, orders) if not gap.rule_id.startswith("TRACE-"))
    return (
        *(_of_known(gap) for gap in known_gaps(con, lot_ids, orders)),
        *(_of_finding(gap) for gap in findings),
    )


def books_of(con: duckdb.DuckDBPyConnection) -> ReleaseBooks:
    """Return the books of a release, walking its index; who asks for many bounds keeps them."""
    return ReleaseBooks(con, lambda lots: [row.lot_id for row in reach(con, list(lots), known_by=None)])


def bound_of(
    con: duckdb.DuckDBPyConnection,
    lot_ids: Sequence[str],
    *,
    known_by: datetime | None,
    books: ReleaseBooks | None = None,
) -> Bound | None:
    """Return how many finished units may be affected at most by whole lots.

    None for an earlier moment, whose balances nobody kept, and where no whole lot is meant: single devices
    are counted, not estimated.
    """
    if known_by is not None or not lot_ids:
        return None
    return upper_bound(books or books_of(con), lot_ids)


def bound_below(
    con: duckdb.DuckDBPyConnection, forward: Trace, *, books: ReleaseBooks | None = None
) -> Bound | None:
    """Return how many finished units a traced lot may have reached at most.

    None where the bound leaves out lots that the trace reaches, so that it would say too little.
    """
    bound = bound_of(con, [forward.root.lot_id], known_by=None, books=books)
    lots = [node.lot for node in forward.nodes]
    return None if bound is None or doubtful_bound(bound, lots) else bound


def doubtful_bound(bound: Bound, lots: Sequence[ScopeLot | LotRef]) -> Ignorance | None:
    """Return why a bound may not be shown: it must speak of every finished lot that the recall reaches."""
    finished = {lot.lot_id for lot in lots if lot.product_type_code == "finished"}
    if missing := sorted(finished - set(bound.known_lots)):
        zh = f"上限未计入 {len(missing)} 个已涉及的成品批次，因此不显示；请重新发布数据"
        en = f"the bound leaves out {len(missing)} finished lots that are reached; refresh the release"
        return Ignorance("RECALL-BOUND-MISSING", missing[0], None, zh, en, len(missing))
    return None


def without_doubles(gaps: Sequence[Ignorance]) -> tuple[Ignorance, ...]:
    """Leave out what the scope's own numbers show and the release has declared already, with a remedy."""
    told = {(gap.code, gap.lot_id) for gap in gaps}
    return tuple(gap for gap in gaps if (_DECLARED_AS.get(gap.code), gap.lot_id) not in told)


def shown(
    balances: Sequence[LotBalance],
    deliveries: Sequence[Delivery],
    consignees: Sequence[Consignee],
    units: Sequence[Unit],
    onward: Sequence[Onward],
) -> Iterator[Ignorance]:
    """Yield what the scope's own numbers leave open."""
    yield from _unknown_quantities(balances)
    yield from _doubtful_deliveries(deliveries)
    known = {consignee.consignee_id for consignee in consignees if consignee.is_known}
    yield from _nameless(deliveries, known)
    yield from _unlinked_serials(deliveries, units)
    yield from _passed_on_too_much(deliveries, onward)


def _of_known(gap: KnownGap) -> Ignorance:
    return Ignorance(
        gap.gap_code,
        gap.lot_id,
        gap.order_id,
        f"{gap.title_zh}。{gap.remedy_zh}",
        f"{gap.title_en}; {gap.remedy_en}",
        1,
        gap.qty,
    )


def _of_finding(gap: Gap) -> Ignorance:
    zh, bar, en = (gap.message or "").partition(" | ")
    return Ignorance(gap.rule_id, gap.lot_id, gap.order_id, zh, en if bar else zh, gap.count)


def _unknown_quantities(balances: Sequence[LotBalance]) -> Iterator[Ignorance]:
    for row in balances:
        if row.unknown_qty > 0:
            zh = "有数量去向不明：已生产或收到，未见于库存、消耗、发货、报废或取样"
            en = (
                "a quantity has no known place: made or received, in no stock, use, shipment, scrap or sample"
            )
            yield Ignorance("RECALL-QTY-UNKNOWN", row.lot_id, None, zh, en, 1, row.unknown_qty)
        if row.unknown_qty < 0:
            zh = "去向数量多于来源数量：有入库或生产记录缺失，或有重复记账"
            en = "more is accounted for than was made or received: a posting is missing or doubled"
            yield Ignorance("RECALL-QTY-EXCESS", row.lot_id, None, zh, en, 1, -row.unknown_qty)
        if row.unconverted_count:
            zh = "有记账无法换算成基本单位，其数量未计入"
            en = "postings have no factor to the base unit; their quantity is not counted"
            yield Ignorance("RECALL-QTY-UNIT", row.lot_id, None, zh, en, row.unconverted_count)


def _doubtful_deliveries(deliveries: Sequence[Delivery]) -> Iterator[Ignorance]:
    for row in deliveries:
        told = f"{row.delivery_no or '?'} ({row.consignee_id})"
        if row.qty is None:
            zh, en = f"交货 {told} 数量不明", f"the quantity of delivery {told} is not known"
            yield Ignorance("RECALL-DELIVERY-QTY", row.lot_id, None, zh, en)
        elif row.document_qty != row.issued_qty:
            zh = f"交货 {told} 的单据数量与发货过账数量不同，按较大者召回"
            en = f"document and goods issue of delivery {told} differ; the greater counts"
            differ = abs((row.document_qty or Decimal(0)) - (row.issued_qty or Decimal(0)))
            yield Ignorance("RECALL-DELIVERY-DIFFERS", row.lot_id, None, zh, en, 1, differ)


def _nameless(deliveries: Sequence[Delivery], known: set[str]) -> Iterator[Ignorance]:
    for row in deliveries:
        if row.consignee_id not in known:
            zh = f"交货 {row.delivery_no or '?'} 没有收货人，无法通知"
            en = f"delivery {row.delivery_no or '?'} names no consignee; nobody can be notified"
            yield Ignorance("RECALL-NO-CONSIGNEE", row.lot_id, None, zh, en, 1, row.held_qty)


def _unlinked_serials(deliveries: Sequence[Delivery], units: Sequence[Unit]) -> Iterator[Ignorance]:
    """Serialised lots of which a delivery's quantity and its serial numbers do not agree."""
    serialised = {unit.lot_id for unit in units}
    missing: dict[str, Decimal] = defaultdict(Decimal)
    for row in deliveries:
        if row.lot_id in serialised and row.qty is not None and row.qty != row.serial_count:
            missing[row.lot_id] += abs(row.qty - row.serial_count)
    for lot_id, qty in sorted(missing.items()):
        zh, en = (
            "发货数量与交货上的序列号数不一致",
            "delivered quantity and serial numbers on deliveries differ",
        )
        yield Ignorance("RECALL-SERIAL-COUNT", lot_id, None, zh, en, 1, qty)


def _passed_on_too_much(deliveries: Sequence[Delivery], onward: Sequence[Onward]) -> Iterator[Ignorance]:
    """Receivers that partners say got more of a lot than ever left us, as far as that is known.

    The same goods may be told as a lot, as devices and as packages: only what is told alike is added.
    """
    left: dict[str, Decimal] = defaultdict(Decimal)
    got: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for delivery in deliveries:
        left[delivery.lot_id] += delivery.qty if delivery.qty is not None else Decimal("Infinity")
    for row in onward:
        if row.holder and row.qty is not None:
            got[row.lot_id, row.holder][row.thing_kind_code] += row.qty
    for (lot_id, holder), alike in sorted(got.items()):
        excess = max(alike.values()) - left[lot_id]
        if excess > 0:
            zh = f"合作伙伴称 {holder} 收到的数量多于我方发出的数量：其事件重复、批号有误，或有发货未入账"
            en = (
                f"partners say that {holder} got more than left us: events are doubled, name a wrong lot, "
                "or a shipment is not on record"
            )
            yield Ignorance("RECALL-ONWARD-EXCESS", lot_id, None, zh, en, 1, excess)
