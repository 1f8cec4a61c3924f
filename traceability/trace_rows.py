"""The rows of many traces, asked for together and dealt out to each trace in the order of the queries.

lots of all traces → one query a kind → rows by lot and order → those of one trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import duckdb

from traceability.query import fetch
from traceability.records import Direction, Edge, Gap, Receipt, Shipment

Row = TypeVar("Row")
# Rows with their place in the query's order, by what they are about.
Placed = Mapping[str, Sequence[tuple[int, Row]]]


@dataclass(frozen=True)
class _Gap:
    """A gap, and whether naming its order is enough to be concerned."""

    rule_id: str
    lot_id: str | None
    order_id: str | None
    message: str
    count: int
    is_of_order: bool


@dataclass(frozen=True)
class TraceRows:
    """Everything known about the lots of some traces."""

    _edges: Placed[Edge]
    _receipts: Placed[Receipt]
    _shipments: Placed[Shipment]
    _lot_gaps: Placed[_Gap]
    _order_gaps: Placed[_Gap]

    def edges(self, lots: Collection[str]) -> tuple[Edge, ...]:
        """Edges of which both ends are among some lots."""
        return tuple(edge for edge in _of(self._edges, lots) if edge.to_lot_id in lots)

    def receipts(self, lots: Collection[str]) -> tuple[Receipt, ...]:
        """Goods receipts of some lots."""
        return _of(self._receipts, lots)

    def shipments(self, lots: Collection[str]) -> tuple[Shipment, ...]:
        """Deliveries of some lots."""
        return _of(self._shipments, lots)

    def gaps(self, lots: Collection[str], orders: Collection[str]) -> tuple[Gap, ...]:
        """What is not known about some lots and the orders between them."""
        placed = {**_places(self._lot_gaps, lots), **_places(self._order_gaps, orders)}
        return tuple(_gap(placed[place]) for place in sorted(placed))


def trace_rows(con: duckdb.DuckDBPyConnection, lot_ids: Collection[str], direction: Direction) -> TraceRows:
    """Ask for everything about the lots of some traces."""
    keys = {"lot_ids": sorted(lot_ids)}
    edges = fetch(con, "edges", Edge, keys)
    orders = sorted({edge.order_id for edge in edges if edge.order_id})
    gaps = fetch(con, "gaps", _Gap, {**keys, "order_ids": orders})
    receipts = fetch(con, "receipts", Receipt, keys) if direction == "backward" else ()
    shipments = fetch(con, "shipments", Shipment, keys) if direction == "forward" else ()
    return TraceRows(
        _placed(edges, lambda edge: edge.from_lot_id),
        _placed(receipts, lambda receipt: receipt.lot_id),
        _placed(shipments, lambda shipment: shipment.lot_id),
        _placed(gaps, lambda gap: gap.lot_id),
        _placed(gaps, lambda gap: gap.order_id if gap.is_of_order else None),
    )


def gaps_of(
    con: duckdb.DuckDBPyConnection, lot_ids: Collection[str], order_ids: Collection[str]
) -> tuple[Gap, ...]:
    """Return what is not known about some lots and orders."""
    found = fetch(con, "gaps", _Gap, {"lot_ids": list(lot_ids), "order_ids": list(order_ids)})
    return tuple(_gap(one) for one in found)


def _gap(one: _Gap) -> Gap:
    return Gap(one.rule_id, one.lot_id, one.order_id, one.message, one.count)


def _placed(rows: Iterable[Row], key: Callable[[Row], str | None]) -> Placed[Row]:
    found: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for place, row in enumerate(rows):
        if (about := key(row)) is not None:
            found[about].append((place, row))
    return found


def _places(rows: Placed[Row], keys: Collection[str]) -> dict[int, Row]:
    return {place: row for key in keys for place, row in rows.get(key, ())}


def _of(rows: Placed[Row], keys: Collection[str]) -> tuple[Row, ...]:
    placed = _places(rows, keys)
    return tuple(placed[place] for place in sorted(placed))
