"""What the bound of a recall is worked out from. Quantities are Decimal in the base unit of the product."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

Place = tuple[str, str]  # plant and product


@dataclass(frozen=True)
class LotExtent:
    """How much a lot was, and when it can have been used.

    Attributes:
        is_closed: everything that came in is accounted for and its size confirmed: nothing left unseen.
        available_date: not used before; None when nobody can say.
        gone_date: not used after; None while it is in stock or nobody can say.
        unaccounted_qty: what left without a record, or came without one when negative.
        known_qty: units by the postings, without those that became another lot.
        most_qty: the most units it can have been by any register.
    """

    lot_id: str
    site_code: str
    product_id: str
    is_finished: bool
    is_closed: bool
    available_date: date | None
    gone_date: date | None
    unaccounted_qty: Decimal | None
    known_qty: Decimal
    most_qty: Decimal

    @property
    def place(self) -> Place:
        """Plant and product: where material of it may have gone unseen."""
        return self.site_code, self.product_id


@dataclass(frozen=True)
class OpenEnd:
    """A place where material of a product came in without a record, between two days.

    It became ``lot_id``; without a known lot it is in ``order_id``.
    """

    site_code: str
    wanted_product_id: str
    order_id: str | None
    lot_id: str | None
    from_date: date | None
    until_date: date | None
    missing_qty: Decimal | None

    def may_hold(self, lot: LotExtent) -> bool:
        """Whether material of a lot can have been here in time."""
        too_late = self.until_date and lot.available_date and lot.available_date > self.until_date
        too_early = self.from_date and lot.gone_date and lot.gone_date < self.from_date
        return not too_late and not too_early


@dataclass(frozen=True)
class OpenOrder:
    """What an order used of one product, or was to make, while nobody knows the lot that came of it."""

    order_id: str
    product_id: str
    qty: Decimal


@dataclass(frozen=True)
class Bill:
    """Units of a component in one unit of a product."""

    parent_product_id: str
    component_product_id: str
    component_qty: Decimal


class Books(Protocol):
    """A release, or a world of a test, as the bound sees it."""

    open_ends: tuple[OpenEnd, ...]
    bills: tuple[Bill, ...]
    finished_products: frozenset[str]
    # What left lots without a record, less what orders are short of, by plant and product; > 0 only.
    hidden_qty: Mapping[Place, Decimal]
    # Plants and products of lots whose size no register but the postings that are left can tell.
    sizeless: frozenset[Place]

    def reach(self, lot_ids: Collection[str]) -> frozenset[str]:
        """Every lot downstream of some lots by known edges, themselves included."""
        ...

    def extents(self, lot_ids: Collection[str]) -> tuple[LotExtent, ...]:
        """Extents of the known ones among some lots."""
        ...

    def lost_uses(self, lot_ids: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Those of some lots that went into orders of which no output is known, each with the order."""
        ...

    def open_orders(self, order_ids: Collection[str]) -> tuple[OpenOrder, ...]:
        """What some orders used and were to make."""
        ...
