"""What a trace is made of: lots, edges, receipts, shipments and declared gaps. Quantities are Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

MatchKind = Literal["lot_id", "lot_no", "serial", "udi", "order", "supplier_lot", "spelling"]
Direction = Literal["backward", "forward"]


@dataclass(frozen=True)
class LotRef:
    """A lot and the product it is of."""

    lot_id: str
    site_code: str
    product_id: str
    product_code: str
    lot_no: str
    product_name_zh: str | None
    product_name_en: str | None
    product_type_code: str | None
    lot_kind_code: str


@dataclass(frozen=True)
class Match:
    """A lot that an entered text may mean, and by which reading of the text."""

    kind: MatchKind
    matched: str
    lot: LotRef


@dataclass(frozen=True)
class Node:
    """A lot reached by a trace; depth 0 is where it began."""

    lot: LotRef
    depth: int
    is_leaf: bool


@dataclass(frozen=True)
class Edge:
    """Material of one lot that became part of another. ``qty`` is net of reversals, in base units."""

    edge_id: str
    edge_type_code: str
    from_lot_id: str
    to_lot_id: str
    order_id: str | None
    qty: Decimal
    uom_code: str | None
    first_date: date | None
    last_date: date | None
    precision_code: str


@dataclass(frozen=True)
class Receipt:
    """Goods received of a lot from one supplier on one purchase order line, net of returns."""

    lot_id: str
    supplier_code: str | None
    supplier_name: str | None
    supplier_lot_no: str | None
    purchase_order_no: str | None
    po_line_no: str | None
    received_date: date
    qty: Decimal
    uom_code: str | None


@dataclass(frozen=True)
class Shipment:
    """Goods of a lot sent to one customer with one delivery line.

    ``customer_id`` is the golden customer, None where no register knows the number.
    ``qty`` is in the base unit; without a conversion factor it is as delivered, and ``uom_code`` says so.
    """

    lot_id: str
    delivery_no: str
    delivery_line_no: str | None
    shipped_date: date | None
    customer_id: str | None
    customer_code: str | None
    customer_name: str | None
    city_name: str | None
    country_code: str | None
    qty: Decimal
    uom_code: str | None


@dataclass(frozen=True)
class Gap:
    """A place where the trace is weaker than it looks.

    Attributes:
        rule_id: id of the data quality rule, or ``TRACE-…`` for what the trace itself sees.
        count: how many postings share the same remark.
    """

    rule_id: str
    lot_id: str | None
    order_id: str | None
    message: str
    count: int


@dataclass(frozen=True)
class Trace:
    """Everything upstream or downstream of one lot."""

    root: LotRef
    direction: Direction
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    receipts: tuple[Receipt, ...]
    shipments: tuple[Shipment, ...]
    gaps: tuple[Gap, ...]
    is_truncated: bool
