"""Material planning: finished orders first, then level by level the lots that feed them, backwards in time.

finished orders ─▶ demand per component ─▶ lots early enough ─▶ FIFO allocation ─▶ next level
Every consumed lot is therefore received, inspected and accepted before the order that takes it starts.
Quantities are integers in thousandths of the base unit; decision is 0 accepted, 1 concession, 2 rejected.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world import fifo
from simulator.world.catalogue import AWAY_DAYS, Catalogue
from simulator.world.yields import run_operations

ACCEPTED, CONCESSION, REJECTED, OPEN = 0, 1, 2, -1


@dataclass
class Plan:
    """Growing lists of frames; ids are running row numbers over all frames of a list."""

    cat: Catalogue
    days: Workdays
    rng: np.random.Generator
    orders: list[pl.DataFrame] = field(default_factory=list)
    jobs: list[pl.DataFrame] = field(default_factory=list)
    events: list[pl.DataFrame] = field(default_factory=list)
    lots: list[pl.DataFrame] = field(default_factory=list)
    demands: list[pl.DataFrame] = field(default_factory=list)
    allocations: list[pl.DataFrame] = field(default_factory=list)
    n_orders: int = 0
    n_lots: int = 0

    def add_lots(self, frame: pl.DataFrame) -> Ints:
        """Append lots and give their ids."""
        ids = np.arange(self.n_lots, self.n_lots + frame.height, dtype=np.int64)
        self.lots.append(frame.with_columns(lot=pl.Series(ids)))
        self.n_lots += frame.height
        return ids

    def add_orders(self, item: Ints, planned: Ints, h0: Ints, events: pl.DataFrame, kind: int) -> Ints:
        """Append orders (kind 0 production, 1 rework) with their operation events; give their ids."""
        ids = np.arange(self.n_orders, self.n_orders + len(item), dtype=np.int64)
        self.n_orders += len(item)
        ops = _op_count(self.cat)[item] if kind == 0 else np.ones(len(item), dtype=np.int64)
        frame = {"order": ids, "item": item, "planned": planned, "h0": h0, "end_h": h0 + ops - 1}
        self.orders.append(pl.DataFrame(frame).with_columns(kind=pl.lit(kind, dtype=pl.Int64)))
        self.events.append(events.with_columns(order=pl.Series(ids[events["row"].to_numpy()])).drop("row"))
        if kind == 0:
            self.demands.append(_explode(self.cat, ids, item, planned, h0))
        return ids

    def add_jobs(self, item: Ints, planned: Ints, sent_w: Ints) -> Ints:
        """Append work given to a vendor with the parts it needs; ids are drawn from those of the orders."""
        ids = np.arange(self.n_orders, self.n_orders + len(item), dtype=np.int64)
        self.n_orders += len(item)
        self.jobs.append(pl.DataFrame({"job": ids, "sent_w": sent_w}))
        self.demands.append(_explode(self.cat, ids, item, planned, 2 * sent_w))
        return ids


def _op_count(cat: Catalogue) -> Ints:
    return np.array([len(i.route) for i in cat.items], dtype=np.int64)


def whole_units(cat: Catalogue) -> np.ndarray:
    """Which items are counted in pieces."""
    return cat.mask(uom="pcs")


def _explode(cat: Catalogue, order: Ints, item: Ints, planned: Ints, h0: Ints) -> pl.DataFrame:
    """One row per order and component: exact consumption in proportion to the BOM."""
    sort = np.argsort(cat.bom_parent, kind="stable")
    first = np.searchsorted(cat.bom_parent[sort], item)
    count = np.searchsorted(cat.bom_parent[sort], item, side="right") - first
    row = np.repeat(np.arange(len(item)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    line = sort[np.repeat(first, count) + offset]
    qty = planned[row] // 1000 * cat.bom_qty[line]
    return pl.DataFrame({"order": order[row], "item": cat.bom_component[line], "qty": qty, "h0": h0[row]})


def active_products(plan: Plan, share: float) -> Ints:
    """Finished items that are made at all at this scale and fit into the period."""
    fits = (plan.cat.level == 0) & (plan.cat.lead + 6 < plan.days.count)
    every = np.flatnonzero(fits & plan.cat.mask(kind="finished"))
    if not len(every):
        raise ValueError("the period is too short for the shortest chain of orders: give more days")
    keep = min(len(every), max(6, round(len(every) * share)))
    # evenly spread, so both plants and all families take part at every scale
    return every[np.linspace(0, len(every) - 1, keep).round().astype(np.int64)]


def plan_finished(plan: Plan, count: int, share: float) -> None:
    """Orders for finished devices over the period, with their lots and final decisions."""
    rng, cat = plan.rng, plan.cat
    products = active_products(plan, share)
    weight = rng.dirichlet(np.full(len(products), 4.0))
    item = np.concatenate([products, rng.choice(products, max(0, count - len(products)), p=weight)])
    earliest = cat.lead[item] + 1
    day = earliest + (rng.random(len(item)) * (plan.days.count - 3 - earliest)).astype(np.int64)
    h0 = 2 * day + rng.integers(0, 2, len(item))
    planned = (cat.lot_size[item] // 1000 * rng.choice([0.8, 0.9, 1.0, 1.1], len(item))).astype(np.int64)
    events, good = run_operations(cat, item, planned, rng)
    order = plan.add_orders(item, planned * 1000, h0, events, 0)
    add_finished_lots(plan, order, item, good * 1000, h0 + _op_count(cat)[item] - 1, (0.92, 0.025, 0.055))


def add_finished_lots(
    plan: Plan, order: Ints, item: Ints, good: Ints, end_h: Ints, odds: tuple[float, ...]
) -> Ints:
    """Lots of finished devices with sterilisation and decision days; open when decided after the period."""
    rng = plan.rng
    sterile = plan.cat.mask(is_sterile=True)[item]
    made = end_h // 2
    ready = made + sterile
    decided = ready + 1 + rng.integers(0, 3, len(item))
    decision = rng.choice([ACCEPTED, CONCESSION, REJECTED], len(item), p=list(odds))
    decision = np.where(decided < plan.days.count, decision, OPEN)
    sample = np.where(good >= 100_000, rng.integers(2, 9, len(item)) * 1000, 1000)
    sample = np.where(decision == OPEN, 0, np.minimum(sample, good))
    return plan.add_lots(lot_frame(item, order, good, sample, decision, made, decided))


def lot_frame(
    item: Ints, order: Ints, qty: Ints, sample: Ints, decision: Ints, made: Ints, decided: Ints
) -> pl.DataFrame:
    """The common columns of produced and purchased lots."""
    zero = np.zeros(len(item), dtype=np.int64)
    return pl.DataFrame(
        {
            "item": item,
            "order": order,
            "job": zero - 1,
            "qty": qty,
            "sample": sample,
            "part_reject": zero,
            "decision": decision,
            "made_w": made,
            "decided_w": decided,
            "split_w": zero - 1,
            "packs": zero,
            "twin": zero - 1,
        }
    )


def _candidates(plan: Plan, item: Ints) -> tuple[pl.DataFrame, pl.DataFrame, Ints]:
    """Drawn lots for the items: frame of lots without days, operation events, planned quantity."""
    rng, cat = plan.rng, plan.cat
    produced = _op_count(cat)[item] > 0
    share = rng.choice([0.85, 0.95, 1.0, 1.1], len(item))
    pack = np.array([i.pack_qty for i in cat.items], dtype=np.int64)[item]
    packs = np.maximum(1, (cat.lot_size[item] // 1000 * share / pack).round().astype(np.int64))
    planned = np.where(
        produced, np.maximum(1, (cat.lot_size[item] // 1000 * share).astype(np.int64)), packs * pack
    )
    events, good = run_operations(cat, item, planned, rng)
    qty = good * 1000
    pieces, batch = whole_units(cat)[item], cat.mask(is_batch=True)[item]
    sample = np.where(pieces, rng.integers(1, 6, len(item)) * 1000, 100)
    taken = batch & (produced | (rng.random(len(item)) < 0.4)) & (qty >= 20_000)
    sample = np.where(taken, sample, 0)
    partly = ~produced & batch & (rng.random(len(item)) < 0.05) & (qty >= 100_000)
    part = np.where(partly, -(-qty // 100_000) * 1000, 0)
    decision = np.where(batch & ~partly & (rng.random(len(item)) < 0.025), CONCESSION, ACCEPTED)
    frame = lot_frame(item, item * 0 - 1, qty, sample, decision, item * 0, item * 0)
    return (
        frame.with_columns(part_reject=pl.Series(part), packs=pl.Series(np.where(produced, 0, packs))),
        events,
        planned,
    )


def plan_level(plan: Plan, level: int) -> None:
    """Make the lots that serve all demand for the items of one low-level code, and allocate them."""
    cat = plan.cat
    at_level = np.flatnonzero(cat.level == level)
    demand = (
        pl.concat(plan.demands).filter(pl.col("item").is_in(at_level.tolist())).sort("item", "h0", "order")
    )
    if demand.is_empty():
        return
    d_item, d_qty = demand["item"].to_numpy(), demand["qty"].to_numpy()
    need = fifo.totals(d_item, d_qty, len(cat.items))
    draws = np.where(need > 0, np.ceil(need / (cat.lot_size * 0.55)).astype(np.int64) + 1, 0)
    item = np.repeat(np.arange(len(cat.items)), draws)
    lots, events, planned = _candidates(plan, item)
    usable = (lots["qty"] - lots["sample"] - lots["part_reject"]).to_numpy()
    base = fifo.stretch(need, fifo.totals(item, usable, len(cat.items)))
    supply, wanted = fifo.lay_out(item, usable, base), fifo.lay_out(d_item, d_qty, base)
    keep = (supply.begin < base[item] + need[item]) & (usable > 0)
    first = np.searchsorted(wanted.end, supply.begin[keep], side="right")
    need_w = demand["h0"].to_numpy()[first] // 2
    kept = np.flatnonzero(keep)
    ids = _schedule(plan, lots[kept], _take(events, kept), planned[kept], need_w)
    d, s, qty = fifo.allocate(wanted, fifo.Line(item[keep], supply.begin[keep], supply.end[keep]), base)
    plan.allocations.append(pl.DataFrame({"order": demand["order"].to_numpy()[d], "lot": ids[s], "qty": qty}))
    _add_rejected(plan, lots[kept], need_w, ids)


def _take(events: pl.DataFrame, kept: Ints) -> pl.DataFrame:
    """Events of the kept rows, renumbered."""
    numbers = pl.DataFrame({"row": kept, "new": np.arange(len(kept), dtype=np.int64)})
    return events.join(numbers, on="row", maintain_order="left").drop("row").rename({"new": "row"})


def _schedule(plan: Plan, lots: pl.DataFrame, events: pl.DataFrame, planned: Ints, need_w: Ints) -> Ints:
    """Set the days backwards from the need, create the orders of produced lots, append all lots."""
    rng, item = plan.rng, lots["item"].to_numpy()
    ops = _op_count(plan.cat)[item]
    decided = need_w - 1 - rng.integers(0, 3, len(item))
    end_h = 2 * (decided - 1) + rng.integers(0, 2, len(item))
    received = decided - rng.integers(1, 3, len(item))
    given_out = plan.cat.mask(is_subcontracted=True)[item]
    split = (lots["packs"].to_numpy() >= 2) & (rng.random(len(item)) < 0.12) & ~given_out
    split_w = np.where(split, received - rng.integers(1, 3, len(item)), -1)
    job = np.full(len(item), -1, dtype=np.int64)
    job[given_out] = plan.add_jobs(
        item[given_out], planned[given_out] * 1000, received[given_out] - AWAY_DAYS
    )
    order = np.full(len(item), -1, dtype=np.int64)
    made_here = np.flatnonzero(ops > 0)
    order[made_here] = plan.add_orders(
        item[made_here], planned[made_here] * 1000, (end_h - ops + 1)[made_here], _take(events, made_here), 0
    )
    made = np.where(ops > 0, end_h // 2, received)
    return plan.add_lots(
        lots.with_columns(
            order=pl.Series(order),
            job=pl.Series(job),
            made_w=pl.Series(made),
            decided_w=pl.Series(decided),
            split_w=pl.Series(split_w),
        )
    )


def _add_rejected(plan: Plan, lots: pl.DataFrame, need_w: Ints, ids: Ints) -> None:
    """Some lots were tried and rejected: they serve no demand and are replaced by their twin."""
    batch = plan.cat.mask(is_batch=True)[lots["item"].to_numpy()]
    pick = np.flatnonzero(batch & (plan.rng.random(lots.height) < 0.03))
    if not len(pick):
        return
    drawn, events, planned = _candidates(plan, lots["item"].to_numpy()[pick])
    drawn = drawn.with_columns(
        decision=pl.lit(REJECTED, dtype=pl.Int64),
        part_reject=pl.lit(0, dtype=pl.Int64),
        twin=pl.Series(ids[pick]),
    )
    _schedule(plan, drawn, events, planned, need_w[pick])
