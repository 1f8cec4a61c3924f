"""Assemble one part of the world: plan ─▶ machines ─▶ lots ─▶ purchases, inspections, sales ─▶ postings.

A large scale is made of several parts that share products, partners and calendar but nothing else, so memory
stays bounded; `Counters` keep every number unique across the parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from simulator.workdays import Workdays
from simulator.world import execution, movements, purchasing, quality, sales, shopfloor
from simulator.world import lots as lot_rooms
from simulator.world.catalogue import Catalogue
from simulator.world.parties import Parties
from simulator.world.planning import Plan, plan_finished, plan_level
from simulator.world.qms import QualityEvents, quality_events
from simulator.world.rework import plan_rework

ORDERS_PER_SCALE = 2200  # finished orders of scale 1: about 300,000 rows in all extracts


@dataclass(frozen=True)
class Counters:
    """Next free number of each kind of document."""

    order: int = 1
    lot: int = 1
    purchase: int = 1
    inspection: int = 1
    delivery: int = 1
    serial: int = 1
    movement: int = 1
    allocation: int = 1
    ncr: int = 1
    deviation: int = 1
    capa: int = 1
    complaint: int = 1
    change: int = 1
    chamber: int = 0
    machines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """One part of the clean world; items, parties, lots and orders are linked by row numbers."""

    cat: Catalogue
    days: Workdays
    parties: Parties
    counters: Counters
    orders: pl.DataFrame
    events: pl.DataFrame
    machines: pl.DataFrame
    lots: pl.DataFrame
    relabels: pl.DataFrame
    demands: pl.DataFrame
    allocations: pl.DataFrame
    runs: pl.DataFrame
    buying: purchasing.Purchasing
    inspections: pl.DataFrame
    results: pl.DataFrame
    lines: pl.DataFrame
    returns: pl.DataFrame
    serials: pl.DataFrame
    movements: pl.DataFrame
    uses: pl.DataFrame
    measurements: pl.DataFrame
    states: pl.DataFrame
    shifts: pl.DataFrame
    quality: QualityEvents


@dataclass(frozen=True)
class _Making:
    orders: pl.DataFrame
    events: pl.DataFrame
    machines: pl.DataFrame
    lots: pl.DataFrame
    relabels: pl.DataFrame
    fates: pl.DataFrame
    demands: pl.DataFrame
    allocations: pl.DataFrame
    jobs: pl.DataFrame


def _order_frame(plan: Plan, events: pl.DataFrame, first: int) -> pl.DataFrame:
    times = events.group_by("order").agg(pl.col("start_t").min(), pl.col("end_t").max())
    orders = pl.concat(plan.orders).join(times, on="order", maintain_order="left")
    plant = pl.Series(np.array([i.plant for i in plan.cat.items])[orders["item"].to_numpy()])
    number = pl.col("order") + first
    text = (
        pl.when(plant == "A")
        .then((number + 1_000_000).cast(pl.String))
        .otherwise(pl.lit("SC") + number.cast(pl.String).str.zfill(8))
    )
    return orders.with_columns(plant=plant, order_no=text, number=number)


def _machine_names(machines: pl.DataFrame, taken: dict[str, int]) -> pl.DataFrame:
    """Machine numbers go on where the parts before ended."""
    key = machines["plant"] + "-" + machines["type"].str.to_uppercase()
    offset = (
        key.replace_strict(taken, default=0, return_dtype=pl.Int64)
        if taken
        else pl.zeros(len(key), dtype=pl.Int64, eager=True)
    )
    number = machines["number"] + offset + 1
    return machines.with_columns(
        machine_id=key + "-" + number.cast(pl.String).str.zfill(2), key=key, last=number
    )


def _make(
    cat: Catalogue, days: Workdays, scale: float, share: float, counters: Counters, rng: np.random.Generator
) -> _Making:
    plan = Plan(cat, days, rng)
    plan_finished(plan, max(8, round(ORDERS_PER_SCALE * scale)), share)
    fates = plan_rework(plan)
    relabels = lot_rooms.relabel(plan, fates)
    for level in range(1, int(cat.level.max()) + 1):
        plan_level(plan, level)
    floor = shopfloor.schedule(cat, days, pl.concat(plan.orders), pl.concat(plan.events), rng)
    orders = _order_frame(plan, floor.events, counters.order)
    lots = lot_rooms.finish_lots(plan, orders, relabels, counters.lot)
    machines = _machine_names(floor.machines, counters.machines)
    events = floor.events.join(machines.select("machine", "machine_id"), on="machine", maintain_order="left")
    events = events.join(orders.select("order", "number"), on="order", maintain_order="left").with_columns(
        event=pl.col("number") * 100 + pl.col("op") * 10 + pl.col("pass_no")
    )
    return _Making(
        orders,
        events.drop("number"),
        machines,
        lots,
        relabels,
        fates,
        _demands(plan),
        pl.concat(plan.allocations),
        pl.concat(plan.jobs),
    )


def _demands(plan: Plan) -> pl.DataFrame:
    """What each order needs: BOM components, and for rework orders the rejected lot's item."""
    orders = pl.concat(plan.orders)
    rework = orders.filter(pl.col("kind") == 1).select("order", "item", qty="planned", h0="h0")
    every = pl.concat([*plan.demands, rework]).sort("order", "item")
    return every.with_columns(demand=pl.Series(np.arange(every.height, dtype=np.int64)))


def _runs(
    cat: Catalogue, days: Workdays, lots: pl.DataFrame, first: int, rng: np.random.Generator
) -> pl.DataFrame:
    runs = lot_rooms.sterilise(cat, days, lots, rng).join(
        lots.select("lot", "lot_no"), on="lot", maintain_order="left"
    )
    plant = pl.when(pl.col("in_b") == 1).then(pl.lit("B")).otherwise(pl.lit("A"))
    number = (pl.col("chamber") + first + 1).cast(pl.String).str.zfill(2)
    day = pl.from_epoch("start_t", time_unit="s").dt.strftime("%y%m%d")
    return runs.with_columns(
        plant=plant, machine_id=plant + "-STER-" + number, run_no=pl.lit("EO") + day + plant + number
    )


def build_world(
    cat: Catalogue,
    days: Workdays,
    parties: Parties,
    approved: np.ndarray,
    *,
    scale: float,
    share: float,
    counters: Counters,
    rng: np.random.Generator,
) -> tuple[World, Counters]:
    """One part of the world and the counters for the next one."""
    made = _make(cat, days, scale, share, counters, rng)
    lots, orders = made.lots, made.orders
    runs = _runs(cat, days, lots, counters.chamber, rng)
    buying = purchasing.buy(cat, days, lots, approved, counters.purchase, rng)
    inspections = quality.inspect(cat, days, lots, made.fates, made.relabels, counters.inspection, rng)
    pool = sales.saleable(cat, days, lots, inspections, made.relabels)
    lines = sales.sell(cat, days, pool, parties, counters.delivery, rng)
    returns = sales.take_back(lines, days, rng)
    sources = movements.Sources(
        cat,
        days,
        orders,
        lots,
        made.allocations,
        made.jobs,
        buying,
        inspections,
        made.fates,
        made.relabels,
        lines,
        returns,
    )
    serials = sales.serials(cat, lots, lines, counters.serial)
    world = World(
        cat=cat,
        days=days,
        parties=parties,
        counters=counters,
        orders=orders,
        events=made.events,
        machines=made.machines,
        lots=lots,
        relabels=made.relabels,
        demands=made.demands,
        allocations=made.allocations,
        runs=runs,
        buying=buying,
        inspections=inspections,
        results=quality.results(inspections, rng),
        lines=lines,
        returns=returns,
        serials=serials,
        movements=movements.build_movements(sources, rng),
        uses=execution.material_use(cat, orders, made.events, made.allocations, lots),
        measurements=execution.measurements(made.events, orders, lots, rng),
        states=shopfloor.machine_states(made.events, days, rng).join(
            made.machines.select("machine", "machine_id", "plant"), on="machine", maintain_order="left"
        ),
        shifts=shopfloor.shifts(made.events, made.machines, days, rng).join(
            made.machines.select("machine", "machine_id", "plant"), on="machine", maintain_order="left"
        ),
        quality=quality_events(days, orders, lots, inspections, made.fates, lines, scale, rng),
    )
    return world, _advance(counters, world)


def _advance(counters: Counters, world: World) -> Counters:
    machines = {
        **counters.machines,
        **{k: int(v) for k, v in world.machines.group_by("key").agg(pl.col("last").max()).iter_rows()},
    }
    return replace(
        counters,
        order=movements.next_free(world.orders["number"].to_numpy(), counters.order),
        lot=counters.lot + world.lots.height,
        purchase=movements.next_free(world.buying.lines["po"].to_numpy(), counters.purchase),
        inspection=counters.inspection + world.inspections.height,
        delivery=movements.next_free(world.lines["delivery"].to_numpy(), counters.delivery),
        serial=counters.serial + world.serials.height,
        movement=counters.movement + world.movements.height,
        allocation=counters.allocation + world.demands.height,
        ncr=counters.ncr + world.quality.ncr.height,
        deviation=counters.deviation + world.quality.deviation.height,
        capa=counters.capa + world.quality.capa.height,
        complaint=counters.complaint + world.quality.complaint.height,
        change=counters.change + world.quality.change.height,
        chamber=counters.chamber + 1 + int(world.runs["chamber"].to_numpy().max(initial=-1)),
        machines=machines,
    )
