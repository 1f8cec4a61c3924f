"""Sums of a scope: by product, by unit, by consignee. Quantities of different units are never added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from traceability.recall.records import Consignee, Delivery, LotBalance, Scope, ScopeLot

Amounts = dict[str | None, Decimal]


@dataclass(frozen=True)
class ProductTotal:
    """Where the scope's quantity of one product is; ``origin_qty`` is made, received and counted together."""

    product_code: str
    site_code: str
    product_name_zh: str | None
    product_name_en: str | None
    uom_code: str | None
    lot_count: int
    origin_qty: Decimal
    consumed_qty: Decimal
    shipped_qty: Decimal
    returned_qty: Decimal
    stock_qty: Decimal
    scrapped_qty: Decimal
    sampled_qty: Decimal
    sent_back_qty: Decimal
    unknown_qty: Decimal

    @property
    def held_qty(self) -> Decimal:
        """Shipped and not returned, by the postings."""
        return self.shipped_qty - self.returned_qty


@dataclass(frozen=True)
class ConsigneeTotal:
    """What one consignee got and holds, by unit; ``is_complete`` is false where a quantity is not known."""

    consignee: Consignee
    delivery_count: int
    lot_count: int
    sent: Amounts
    held: Amounts
    is_complete: bool


def product_totals(scope: Scope) -> tuple[ProductTotal, ...]:
    """Return one line per product of a plant."""
    grouped: dict[tuple[str, str], list[tuple[ScopeLot, LotBalance]]] = defaultdict(list)
    for balance in scope.balances:
        lot = scope.lots_by_id[balance.lot_id]
        grouped[lot.site_code, lot.product_code].append((lot, balance))
    return tuple(_product(pairs) for _, pairs in sorted(grouped.items()))


def _product(pairs: Sequence[tuple[ScopeLot, LotBalance]]) -> ProductTotal:
    lot = pairs[0][0]
    rows = [balance for _, balance in pairs]
    names = ("consumed", "shipped", "returned", "stock", "scrapped", "sampled", "sent_back", "unknown")
    sums = {f"{n}_qty": sum((getattr(r, f"{n}_qty") for r in rows), Decimal(0)) for n in names}
    origin = sum((r.made_qty + r.received_qty + r.counted_qty for r in rows), Decimal(0))
    return ProductTotal(
        lot.product_code,
        lot.site_code,
        lot.product_name_zh,
        lot.product_name_en,
        lot.uom_code,
        len(rows),
        origin,
        **sums,
    )


def consignee_totals(scope: Scope) -> tuple[ConsigneeTotal, ...]:
    """Return one line per consignee, in the order of the scope."""
    rows: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in scope.deliveries:
        rows[delivery.consignee_id].append(delivery)
    return tuple(
        _consignee(scope, who, rows[who.consignee_id]) for who in scope.consignees if rows[who.consignee_id]
    )


def _consignee(scope: Scope, consignee: Consignee, rows: Sequence[Delivery]) -> ConsigneeTotal:
    return ConsigneeTotal(
        consignee,
        len({row.delivery_no for row in rows}),
        len({row.lot_id for row in rows}),
        amounts((scope.lots_by_id[row.lot_id].uom_code, row.qty) for row in rows),
        amounts((scope.lots_by_id[row.lot_id].uom_code, row.held_qty) for row in rows),
        all(row.qty is not None for row in rows),
    )


def amounts(parts: Iterable[tuple[str | None, Decimal | None]]) -> Amounts:
    """Return sums by unit, units sorted; unknown quantities are left out."""
    sums: Amounts = {}
    for unit, qty in parts:
        if qty is not None:
            sums[unit] = sums.get(unit, Decimal(0)) + qty
    return dict(sorted(sums.items(), key=lambda part: part[0] or ""))
