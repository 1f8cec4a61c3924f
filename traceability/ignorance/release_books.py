"""The books of a release: what mart knows of balances and open ends, asked as the bound needs it.

mart.lot_extent, mart.trace_open_end, core.trace_edge → ReleaseBooks → traceability.ignorance.bound
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import duckdb

from traceability.ignorance.books import Bill, LotExtent, OpenEnd, OpenOrder, Place
from traceability.query import fetch

Row = TypeVar("Row")
Reach = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True)
class _Lot:
    lot_id: str


@dataclass(frozen=True)
class _Product:
    product_id: str


@dataclass(frozen=True)
class _PlaceRow:
    site_code: str
    product_id: str


@dataclass(frozen=True)
class _Hidden:
    site_code: str
    product_id: str
    qty: Decimal


@dataclass(frozen=True)
class _LostUse:
    lot_id: str
    order_id: str


class ReleaseBooks:
    """Books of an open release; what is small is read once, lots are asked for as they are reached."""

    def __init__(self, con: duckdb.DuckDBPyConnection, reach: Reach | None = None) -> None:
        """Read open ends, bills and hidden quantities.

        Args:
            reach: lots downstream of some lots, themselves included; by the tables of the release when None.
        """
        self._con = con
        self._reach = reach or self._reach_by_tables
        self.open_ends: tuple[OpenEnd, ...] = self._rows("open_ends", OpenEnd)
        self.bills: tuple[Bill, ...] = self._rows("bills", Bill)
        self.finished_products = frozenset(row.product_id for row in self._rows("finished", _Product))
        hidden = self._rows("hidden", _Hidden)
        self.hidden_qty: Mapping[Place, Decimal] = {
            (row.site_code, row.product_id): row.qty for row in hidden
        }
        sizeless = self._rows("sizeless", _PlaceRow)
        self.sizeless: frozenset[Place] = frozenset((row.site_code, row.product_id) for row in sizeless)

    def reach(self, lot_ids: Collection[str]) -> frozenset[str]:
        """Every lot downstream of some lots by known edges, themselves included."""
        return frozenset(self._reach(lot_ids))

    def extents(self, lot_ids: Collection[str]) -> tuple[LotExtent, ...]:
        """Extents of the known ones among some lots."""
        return self._rows("extents", LotExtent, lot_ids=sorted(lot_ids))

    def lost_uses(self, lot_ids: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Those of some lots that went into orders of which no output is known, each with the order."""
        rows = self._rows("lost_uses", _LostUse, lot_ids=sorted(lot_ids))
        return tuple((row.lot_id, row.order_id) for row in rows)

    def open_orders(self, order_ids: Collection[str]) -> tuple[OpenOrder, ...]:
        """What some orders used and were to make."""
        return self._rows("open_orders", OpenOrder, order_ids=sorted(order_ids))

    def _reach_by_tables(self, lot_ids: Collection[str]) -> Collection[str]:
        return [row.lot_id for row in self._rows("reach", _Lot, lot_ids=sorted(lot_ids))]

    def _rows(self, name: str, row_type: type[Row], **parameters: Any) -> tuple[Row, ...]:
        return fetch(self._con, name, row_type, parameters, package="traceability.ignorance")
