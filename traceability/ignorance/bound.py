"""How many units may be affected at most: those known to be downstream, and those that may be.

roots → known reach ⟲ (open lot of a plant and product meets an open end that wants it, in time → its reach)
→ units of those lots by any register + orders without output + what left unseen towards lots of unknown size

The bound holds while lot masters, bills of materials and stock lists are whole, orders use what bill and plan
say, and a lot that the stock list stopped showing is not used again. Several missing records that together
look like a complete world cannot be told from one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from traceability.ignorance.books import Bill, Books, LotExtent, OpenEnd, Place

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Bound:
    """Units that are affected by what is known, and at most.

    Attributes:
        known_lots: finished lots downstream by known edges.
        possible_lots: finished lots that may be, beyond those.
        open_orders: orders that may hold affected material and of which no output is known.
        known_qty: units of the known lots by the postings.
        upper_qty: units at most.
        untraced_qty: the part of ``upper_qty`` that may be in lots of which nobody knows the size.
    """

    known_lots: tuple[str, ...]
    possible_lots: tuple[str, ...]
    open_orders: tuple[str, ...]
    known_qty: Decimal
    upper_qty: Decimal
    untraced_qty: Decimal

    @property
    def is_exact(self) -> bool:
        """Nothing is missing: what is known is all there can be."""
        return self.upper_qty == self.known_qty


def upper_bound(books: Books, roots: Collection[str]) -> Bound:
    """Return the units affected by some lots: by what is known, and at most."""
    known = books.reach(roots)
    lots, orders = _possible(books, known)
    finished = {lot.lot_id: lot for lot in lots.values() if lot.is_finished}
    in_orders = _up(_in_orders(books, orders))
    untraced = _up(_untraced(books, lots.values()))
    at_most = sum((max(lot.most_qty, NOTHING) for lot in finished.values()), NOTHING)
    return Bound(
        known_lots=tuple(sorted(finished.keys() & known)),
        possible_lots=tuple(sorted(finished.keys() - known)),
        open_orders=tuple(sorted(orders)),
        known_qty=sum((finished[lot].known_qty for lot in finished.keys() & known), NOTHING),
        upper_qty=at_most + in_orders + untraced,
        untraced_qty=untraced,
    )


def _up(units: Decimal) -> Decimal:
    return units.quantize(Decimal("0.001"), ROUND_CEILING)


def finished_share(bills: Iterable[Bill], finished: Collection[str]) -> Mapping[str, Decimal]:
    """Return finished units that one unit of a product can become at most, by product; absent for none."""
    usable = [bill for bill in bills if bill.component_qty > 0]
    shares = dict.fromkeys(finished, Decimal(1))
    for _ in {bill.component_product_id for bill in usable}:  # no way through bills is longer than that
        better: dict[str, Decimal] = {}
        for bill in usable:
            component = bill.component_product_id
            units = shares.get(bill.parent_product_id, NOTHING) / bill.component_qty
            if units > max(shares.get(component, NOTHING), better.get(component, NOTHING)):
                better[component] = units
        if not better:
            break
        shares |= better
    return shares


def _possible(books: Books, known: frozenset[str]) -> tuple[dict[str, LotExtent], frozenset[str]]:
    """Every lot that may be affected, by id, and the orders whose output nobody knows."""
    ends = defaultdict(list)
    for end in books.open_ends:
        ends[end.site_code, end.wanted_product_id].append(end)
    lots: dict[str, LotExtent] = {}
    orders: set[str] = set()
    fresh = known
    while fresh:
        found = {lot.lot_id: lot for lot in books.extents(fresh)}
        lots |= found
        lost = books.lost_uses(fresh)
        met = [end for lot in found.values() for end in _met(ends, lot, is_lost=lot.lot_id in dict(lost))]
        orders |= {order for _, order in lost}
        orders |= {end.order_id for end in met if end.lot_id is None and end.order_id is not None}
        led = {end.lot_id for end in met if end.lot_id is not None} - lots.keys()
        fresh = books.reach(led) - lots.keys() if led else frozenset()
    return lots, frozenset(orders)


def _met(ends: Mapping[Place, list[OpenEnd]], lot: LotExtent, *, is_lost: bool) -> list[OpenEnd]:
    """Open ends where a lot may be: all for one that leaks, lots without origin for one lost in an order."""
    wanting = ends.get(lot.place, ())
    if lot.is_closed:
        wanting = [end for end in wanting if is_lost and end.order_id is None]
    return [end for end in wanting if end.may_hold(lot)]


def _in_orders(books: Books, orders: Collection[str]) -> Decimal:
    """Finished units that orders without a known output can have made of what they used or were to make."""
    if not orders:
        return NOTHING
    shares, most = finished_share(books.bills, books.finished_products), dict[str, Decimal]()
    for row in books.open_orders(orders):
        units = max(row.qty, NOTHING) * shares.get(row.product_id, NOTHING)
        most[row.order_id] = max(units, most.get(row.order_id, NOTHING))
    return sum(most.values(), NOTHING)


def _untraced(books: Books, lots: Iterable[LotExtent]) -> Decimal:
    """Finished units that may be in lots of unknown size, made of what left possible lots unseen."""
    leaking = {lot.place for lot in lots if not lot.is_closed and (lot.unaccounted_qty or NOTHING) > 0}
    if not leaking or not books.sizeless:
        return NOTHING
    shares, above = finished_share(books.bills, books.finished_products), _made_of(books.bills)
    total = NOTHING
    for site, product in sorted(leaking):
        targets = {product} | above.get(product, frozenset())
        if any((site, target) in books.sizeless for target in targets):
            total += books.hidden_qty.get((site, product), NOTHING) * shares.get(product, NOTHING)
    return total


def _made_of(bills: Iterable[Bill]) -> Mapping[str, frozenset[str]]:
    """Products that a product goes into, over every level, by product."""
    direct = defaultdict(set)
    for bill in bills:
        direct[bill.component_product_id].add(bill.parent_product_id)
    above: dict[str, frozenset[str]] = {}
    for product in tuple(direct):
        reached: set[str] = set()
        fresh = set(direct[product])
        while fresh:
            reached |= fresh
            fresh = {p for child in fresh for p in direct.get(child, ())} - reached
        above[product] = frozenset(reached)
    return above
