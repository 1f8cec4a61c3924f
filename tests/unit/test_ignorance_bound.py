"""The bound of a recall on worlds of a few lots, each made so that one rule decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest

from traceability.ignorance import Bill, LotExtent, OpenEnd, OpenOrder, upper_bound
from traceability.ignorance.bound import finished_share

RAW = LotExtent(
    "R1", "A", "R", False, True, date(2025, 1, 1), date(2025, 2, 28), Decimal(0), Decimal(9), Decimal(9)
)
OPEN_RAW = replace(RAW, is_closed=False, unaccounted_qty=Decimal(4))
GOOD = LotExtent("F1", "A", "F", True, True, None, None, Decimal(0), Decimal(90), Decimal(90))
OTHER = replace(GOOD, lot_id="F2", known_qty=Decimal(70), most_qty=Decimal(80))
END = OpenEnd("A", "R", "O2", "F2", date(2025, 2, 1), date(2025, 2, 2), Decimal(4))
ORIGIN = replace(END, order_id=None, from_date=None, until_date=None)
BILLS = (Bill("F", "R", Decimal(2)),)


@dataclass
class Plant:
    """Books written by hand: R1 went into F1; whatever else a case adds."""

    lots: tuple[LotExtent, ...]
    open_ends: tuple[OpenEnd, ...] = ()
    bills: tuple[Bill, ...] = BILLS
    finished_products: frozenset[str] = frozenset({"F"})
    hidden_qty: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    sizeless: frozenset[tuple[str, str]] = frozenset()
    flows: dict[str, set[str]] = field(default_factory=lambda: {"R1": {"F1"}})
    lost: tuple[tuple[str, str], ...] = ()
    orders: tuple[OpenOrder, ...] = ()

    def reach(self, lot_ids: Collection[str]) -> frozenset[str]:
        """Downstream of some lots."""
        reached, fresh = set(lot_ids), set(lot_ids)
        while fresh:
            fresh = {lot for source in fresh for lot in self.flows.get(source, ())} - reached
            reached |= fresh
        return frozenset(reached)

    def extents(self, lot_ids: Collection[str]) -> tuple[LotExtent, ...]:
        """Those of the lots that are in the books."""
        return tuple(lot for lot in self.lots if lot.lot_id in lot_ids)

    def lost_uses(self, lot_ids: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Uses in orders without output."""
        return tuple(use for use in self.lost if use[0] in lot_ids)

    def open_orders(self, order_ids: Collection[str]) -> tuple[OpenOrder, ...]:
        """What those orders used."""
        return tuple(row for row in self.orders if row.order_id in order_ids)


CASES = {
    "nothing is missing": (Plant((RAW, GOOD, OTHER)), 90, 90, ()),
    "a closed lot went nowhere unseen": (Plant((RAW, GOOD, OTHER), (END,)), 90, 90, ()),
    "an open lot may be where its product is missing": (
        Plant((OPEN_RAW, GOOD, OTHER), (END,)),
        90,
        170,
        ("F2",),
    ),
    "not at another plant": (Plant((OPEN_RAW, GOOD, OTHER), (replace(END, site_code="B"),)), 90, 90, ()),
    "not where another product is missing": (
        Plant((OPEN_RAW, GOOD, OTHER), (replace(END, wanted_product_id="Q"),)),
        90,
        90,
        (),
    ),
    "not before it came": (
        Plant((OPEN_RAW, GOOD, OTHER), (replace(END, until_date=date(2024, 12, 31)),)),
        90,
        90,
        (),
    ),
    "not after stock lists showed it no more": (
        Plant((OPEN_RAW, GOOD, OTHER), (replace(END, from_date=date(2025, 3, 1)),)),
        90,
        90,
        (),
    ),
    "any time where nobody can say": (Plant((OPEN_RAW, GOOD, OTHER), (ORIGIN,)), 90, 170, ("F2",)),
    "a closed lot lost in an order may be any lot without origin": (
        Plant((RAW, GOOD, OTHER), (ORIGIN,), lost=(("R1", "O9"),)),
        90,
        170,
        ("F2",),
    ),
    "but in no other order": (Plant((RAW, GOOD, OTHER), (END,), lost=(("R1", "O9"),)), 90, 90, ()),
    "an order without output made what it used allows": (
        Plant((RAW, GOOD), lost=(("R1", "O9"),), orders=(OpenOrder("O9", "R", Decimal(50)),)),
        90,
        115,
        (),
    ),
    "what an order was to make counts where it is more": (
        Plant(
            (RAW, GOOD),
            lost=(("R1", "O9"),),
            orders=(OpenOrder("O9", "R", Decimal(50)), OpenOrder("O9", "F", Decimal(40))),
        ),
        90,
        130,
        (),
    ),
    "what leaked may be in lots of unknown size": (
        Plant((OPEN_RAW, GOOD), hidden_qty={("A", "R"): Decimal(10)}, sizeless=frozenset({("A", "F")})),
        90,
        95,
        (),
    ),
    "unless there are none": (Plant((OPEN_RAW, GOOD), hidden_qty={("A", "R"): Decimal(10)}), 90, 90, ()),
    "what is possible leads on": (
        Plant(
            (OPEN_RAW, GOOD, replace(OTHER, is_finished=False), replace(OTHER, lot_id="F3")),
            (END,),
            flows={"R1": {"F1"}, "F2": {"F3"}},
        ),
        90,
        170,
        ("F3",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bound(name: str) -> None:
    """Prevents a bound that misses where material may be, or takes in what cannot have got any."""
    plant, known, upper, possible = CASES[name]
    bound = upper_bound(plant, ["R1"])
    assert (bound.known_qty, bound.upper_qty, bound.possible_lots) == (known, upper, possible)
    assert bound.known_lots == ("F1",) and bound.is_exact == (known == upper)


def test_a_component_becomes_at_most_what_its_best_use_makes() -> None:
    """Prevents units counted by the wrong path of bills, and a cycle in them that hides or never ends."""
    bills = (
        Bill("F", "S", Decimal(2)),
        Bill("G", "S", Decimal(4)),
        Bill("S", "R", Decimal("0.5")),
        Bill("F", "R", Decimal(3)),
        Bill("S", "T", Decimal(1)),
        Bill("T", "S", Decimal(1)),
    )
    shares = finished_share(bills, {"F", "G"})
    assert shares["S"] == Decimal("0.5") and shares["R"] == Decimal(1) and shares["T"] == Decimal("0.5")
