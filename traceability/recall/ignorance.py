"""What is not known about a recall's scope: the one place where recall asks for gaps.

findings on postings (traceability) + what the scope itself shows → Ignorance, most telling first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

import duckdb

from traceability.query import fetch
from traceability.recall.records import Consignee, Delivery, Ignorance, LotBalance, Unit
from traceability.records import Edge, Gap


def declared(con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str]) -> tuple[Ignorance, ...]:
    """Return what the release declares as not known about the postings of the lots."""
    lots = {"lot_ids": list(lot_ids)}
    orders = sorted({edge.order_id for edge in fetch(con, "edges", Edge, lots) if edge.order_id})
    found = fetch(con, "gaps", Gap, {**lots, "order_ids": orders})
    return tuple(_of_gap(gap) for gap in found)


def shown(
    balances: Sequence[LotBalance],
    deliveries: Sequence[Delivery],
    consignees: Sequence[Consignee],
    units: Sequence[Unit],
) -> Iterator[Ignorance]:
    """Yield what the scope's own numbers leave open."""
    yield from _unknown_quantities(balances)
    yield from _doubtful_deliveries(deliveries)
    known = {consignee.consignee_id for consignee in consignees if consignee.is_known}
    yield from _nameless(deliveries, known)
    yield from _unlinked_serials(deliveries, units)


def _of_gap(gap: Gap) -> Ignorance:
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
