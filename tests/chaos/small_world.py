"""Small plants whose every flow is known: what happened, what was written down, and what of it got lost.

grow(rng, site) -> World: flows are the truth, postings, heads and uses are records that a test may take away
Nothing here knows how the platform nets, balances or bounds. One site is one world, so a thousand of them fit
into one set of tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
START = date(2025, 1, 1)
LISTS = (30, 60, 90, 120)  # days of the stock lists; the last comes after everything
SYSTEM = "w"


@dataclass
class World:
    """One plant: what truly happened, and the records of it.

    ``flows``: quantity by (from lot, to lot); ``came``, ``left``, ``moved_on``: what a lot was, holds, lost.
    """

    site: str
    rng: Random
    bills: dict[str, dict[str, int]] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    flows: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved_on: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    lots: dict[str, Row] = field(default_factory=dict)
    postings: list[Row] = field(default_factory=list)
    heads: list[Row] = field(default_factory=list)
    uses: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    inspections: list[Row] = field(default_factory=list)
    stock: list[Row] = field(default_factory=list)

    def new_lot(self, product: str, day: int) -> str:
        """A lot that its master knows from a day on."""
        number = f"L{len(self.lots) + 1:03d}"
        lot_id = f"{self.site}:{product}:{number}"
        self.lots[lot_id] = {
            "lot_id": lot_id,
            "site_code": self.site,
            "product_code": product,
            "product_id": f"{SYSTEM}:{product}",
            "lot_no": number,
            "is_in_master": True,
            "manufactured_date": at(day),
            "created_date": at(day),
            "day": day,
        }
        return lot_id

    def post(self, kind: str, lot: str, qty: int, day: int, **rest: Any) -> None:
        """A posting: + into the lot, - out of it."""
        self.postings.append(
            {
                "site_code": self.site,
                "movement_id": f"{self.site}-{len(self.postings)}",
                "movement_class_code": kind,
                "lot_id": lot,
                "product_id": self.lots[lot]["product_id"],
                "base_qty": qty,
                "posting_date": at(day),
                "is_reversal": False,
                "is_backflush": False,
                **rest,
            }
        )
        self.left[lot] += qty
        if kind in {"receipt", "production", "rework_out"}:
            self.came[lot] += qty

    def free(self, product: str, day: int) -> list[str]:
        """Lots of a product in stock on a day, oldest first; what came yesterday is not free yet."""
        mine = (
            lot for lot, row in self.lots.items() if row["product_code"] == product and row["day"] < day - 1
        )
        return [lot for lot in mine if self.left[lot] > 0]

    def is_finished(self, lot: str) -> bool:
        """Whether a lot is of a product whose units a recall counts."""
        return self.lots[lot]["product_code"] in self.finished

    def downstream(self, root: str) -> set[str]:
        """Lots that truly hold material of a lot."""
        after = defaultdict(set)
        for source, target in self.flows:
            after[source].add(target)
        reached, fresh = {root}, {root}
        while fresh:
            fresh = {target for lot in fresh for target in after[lot]} - reached
            reached |= fresh
        return reached

    def affected_units(self, root: str) -> int:
        """Finished units that truly hold material of a lot, each counted under its last lot number."""
        lots = [lot for lot in self.downstream(root) if self.is_finished(lot)]
        return sum(self.came[lot] - self.moved_on[lot] for lot in lots)

    def removable(self) -> list[tuple[str, Row]]:
        """Every record that may get lost: postings, heads of orders, uses seen by the shop floor."""
        every = {"postings": self.postings, "heads": self.heads, "uses": self.uses}
        return [(name, row) for name, rows in every.items() for row in rows]


def at(day: int) -> date:
    """The calendar day of a day of the world."""
    return START + timedelta(days=day)


def grow(rng: Random, site: str) -> World:
    """A plant that bought, made, reworked, moved, sold and took back for four months."""
    world = World(site, rng)
    raws, semis, goods = _products(world)
    for raw in raws:
        for _ in range(rng.randint(2, 4)):
            _buy(world, raw, rng.randint(0, 45), rng.randint(150, 900))
    vendor = semis[0] if rng.random() < 0.4 else None
    for product, first, last in [*((s, 20, 60) for s in semis), *((g, 50, 85) for g in goods)]:
        for day in sorted(rng.randint(first, last) for _ in range(rng.randint(2, 4))):
            (_subcontract if product == vendor else _make)(world, product, day, rng.randint(8, 60))
    sold: set[str] = set()
    while unsold := [lot for lot in world.lots if lot not in sold and world.is_finished(lot)]:
        _sell(world, unsold[0])
        sold.add(unsold[0])
    _write_down(world)
    return world


def _products(world: World) -> tuple[list[str], list[str], list[str]]:
    rng = world.rng
    names = {k: [f"{world.site}{k}{n}" for n in range(rng.randint(*most))] for k, most in SIZES.items()}
    for semi in names["S"]:
        world.bills[semi] = {raw: rng.randint(1, 3) for raw in rng.sample(names["R"], rng.randint(1, 2))}
    for good in names["F"]:
        parts = [
            *rng.sample(names["S"], rng.randint(1, len(names["S"]))),
            *rng.sample(names["R"], rng.randint(0, 1)),
        ]
        world.bills[good] = {part: rng.randint(1, 2) for part in parts}
    world.finished = set(names["F"])
    return names["R"], names["S"], names["F"]


SIZES = {"R": (2, 3), "S": (1, 3), "F": (1, 2)}


def _buy(world: World, product: str, day: int, qty: int) -> None:
    lot, rng = world.new_lot(product, day), world.rng
    first = rng.randint(1, qty - 1) if rng.random() < 0.4 else qty
    for n, part in enumerate(part for part in (first, qty - first) if part):
        world.post("receipt", lot, part, day + n, document_no=f"R{lot}{n}")
    if rng.random() < 0.5:
        world.post("sample", lot, -rng.randint(1, 5), day + 1)
    if rng.random() < 0.1:
        world.post("return_to_supplier", lot, -rng.randint(1, qty // 3), day + 2)


def _take(world: World, product: str, need: int, day: int) -> list[tuple[str, int]]:
    """Lots, first in first out, that make up a need; nothing when stock is short."""
    taken = []
    for lot in world.free(product, day):
        part = min(need, world.left[lot])
        taken.append((lot, part))
        need -= part
        if not need:
            return taken
    return []


def _drawn(world: World, product: str, day: int, qty: int) -> list[tuple[str, int]]:
    taken = [_take(world, part, per * qty, day) for part, per in world.bills[product].items()]
    return [use for uses in taken for use in uses] if all(taken) else []


def _use(world: World, kind: str, order: str, lot: str, qty: int, day: int) -> None:
    """Post a use; one in seven was first posted wrongly, on a lot of the same product, and taken back."""
    if world.rng.random() < 0.15:
        others = world.free(world.lots[lot]["product_code"], day)
        wrong = world.rng.choice([other for other in others if world.left[other] >= qty])
        world.post(kind, wrong, -qty, day, order_id=order)
        world.post(kind, wrong, qty, day, order_id=order, is_reversal=True)
    world.post(kind, lot, -qty, day, order_id=order)


def _make(
    world: World, product: str, day: int, qty: int, kind: str = "production", uses: Any = None
) -> str | None:
    """An order: draws its bill, makes a lot of at most the plan, sometimes seen by the shop floor."""
    uses = uses or _drawn(world, product, day, qty)
    if not uses:
        return None
    rng, order = world.rng, f"{world.site}:O{len(world.heads) + 1:03d}"
    lot = world.new_lot(product, day)
    words = ("consumption", "production") if kind == "production" else ("rework_in", "rework_out")
    for source, part in uses:
        _use(world, words[0], order, source, part, day)
        world.flows[source, lot] += part
    made = max(1, qty - rng.randint(0, qty // 8))
    first = rng.randint(1, made - 1) if made > 1 and rng.random() < 0.3 else made
    for part in (part for part in (first, made - first) if part):
        world.post(words[1], lot, part, day + 1, order_id=order)
    world.heads.append(
        {"order_id": order, "site_code": world.site, "product_id": f"{SYSTEM}:{product}", "lot_id": lot}
        | {"order_type_code": kind, "planned_qty": qty, "started_date": at(day), "finished_date": at(day + 1)}
    )
    if rng.random() < 0.4:
        seen = {
            "site_code": world.site,
            "order_id": order,
            "to_lot_id": lot,
            "uom_code": "C62",
            "used_at": at(day),
        }
        world.uses += [{**seen, "lot_id": source, "qty": part} for source, part in uses]
    return lot


def _subcontract(world: World, product: str, day: int, qty: int) -> None:
    """Parts given to a vendor come back as a lot; what the vendor used stands in the receipt's document."""
    uses = _drawn(world, product, day, qty)
    if not uses:
        return
    line = {"purchase_order_no": f"P{len(world.lines)}", "po_line_no": "10"}
    world.lines.append({"site_code": world.site, "is_subcontracted": True, **line})
    lot, posted = world.new_lot(product, day), {"document_no": f"V{len(world.lines)}", **line}
    for source, part in uses:
        world.post("consumption", source, -part, day, **posted)
        world.flows[source, lot] += part
    world.post("receipt", lot, qty, day, **posted)


def _sell(world: World, lot: str) -> None:
    """What becomes of a finished lot: reworked, moved on, sent in parts, returned, scrapped, kept."""
    rng, day = world.rng, world.lots[lot]["day"] + 2
    product, qty = world.lots[lot]["product_code"], world.left[lot]
    if rng.random() < 0.15 and qty > 4:
        part = rng.randint(2, qty)
        _make(world, product, day, part, "rework", [(lot, part)])
    elif rng.random() < 0.3 and qty > 4:
        _move(world, lot, day)
    for n in range(rng.randint(0, 3)):
        part = rng.randint(0, world.left[lot])
        if part:
            sent = {"customer_code": f"C{rng.randint(1, 3)}", "delivery_no": f"D{lot}{n}"}
            world.post("shipment", lot, -part, day + 3 + n, **sent)
            if rng.random() < 0.15:
                world.post("customer_return", lot, rng.randint(1, part), day + 10, **sent)
    if world.left[lot] and rng.random() < 0.3:
        world.post("scrap", lot, -rng.randint(1, world.left[lot]), day + 12)


def _move(world: World, lot: str, day: int) -> None:
    """Relabel to a new lot, split into two, or merge into one that took of another lot before."""
    product = world.lots[lot]["product_code"]
    merged = [t for s, t in world.flows if world.lots[s]["product_code"] == product and world.moved_on[s]]
    targets = [merged[0]] if merged and world.rng.random() < 0.4 else None
    for target in targets or [world.new_lot(product, day) for _ in range(world.rng.randint(1, 2))]:
        part = world.rng.randint(1, max(1, world.left[lot] // 2))
        if target != lot and part <= world.left[lot]:
            world.post("relabel", lot, -part, day, to_lot_id=target, to_product_code=product)
            world.left[target] += part
            world.came[target] += part
            world.moved_on[lot] += part
            world.flows[lot, target] += part


def _write_down(world: World) -> None:
    """Inspections of most lots, which state what came, and stock lists; counted before anything is lost."""
    for lot, qty in world.came.items():
        if world.rng.random() < 0.85:
            world.inspections.append({"site_code": world.site, "lot_id": lot, "lot_qty": qty})
    for day in LISTS:
        held: Counter[str] = Counter()
        for row in world.postings:
            if row["posting_date"] <= at(day):
                held[row["lot_id"]] += row["base_qty"]
                held[row.get("to_lot_id", "")] -= row["base_qty"]
        shown = {"site_code": world.site, "snapshot_date": at(day), "quality_qty": 0, "blocked_qty": 0}
        world.stock += [shown | {"lot_id": lot, "stock_qty": qty} for lot, qty in held.items() if lot and qty]
