"""What the shop-floor systems know: material used per operation, and measurements with their limits."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.world.catalogue import Catalogue
from simulator.world.quality import CHARACTERISTICS, measured
from simulator.world.shopfloor import REWORK_OP


def material_use(
    cat: Catalogue, orders: pl.DataFrame, events: pl.DataFrame, allocations: pl.DataFrame, lots: pl.DataFrame
) -> pl.DataFrame:
    """One row per order and consumed lot, booked on one of the order's operations."""
    ops = np.array([max(1, len(i.route)) for i in cat.items], dtype=np.int64)
    used = allocations.join(lots.select("lot", "item", "lot_no"), on="lot", maintain_order="left")
    made = lots.filter(pl.col("order") >= 0).select("order", to_item="item", to_lot_no="lot_no")
    used = used.join(made, on="order", maintain_order="left").join(
        orders.select("order", "kind"), on="order", maintain_order="left"
    )
    op = used["item"].to_numpy() % ops[used["to_item"].to_numpy()]
    used = used.with_columns(op=pl.Series(np.where(used["kind"].to_numpy() == 1, REWORK_OP, op)))
    first = events.filter((pl.col("pass_no") == 1) | (pl.col("op") == REWORK_OP)).select(
        "order", "op", "event", "start_t"
    )
    used = used.join(first, on=["order", "op"], maintain_order="left")
    return used.filter(pl.col("lot_no") != "").rename({"start_t": "used_t"}).sort("used_t", "order", "lot")


def measurements(
    events: pl.DataFrame, orders: pl.DataFrame, lots: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Three readings of two characteristics for half of the first-pass operations."""
    chosen = events.filter((pl.col("pass_no") == 1) & pl.Series(rng.random(events.height) < 0.5))
    row = np.repeat(np.arange(chosen.height), 6)
    reading = np.tile(np.arange(6, dtype=np.int64), chosen.height)
    frame = chosen.select("event", "order", "op", "machine", "start_t", "end_t")[row]
    frame = frame.join(orders.select("order", "item"), on="order", maintain_order="left")
    made = lots.filter(pl.col("order") >= 0).select("order", "lot_no")
    frame = frame.join(made, on="order", maintain_order="left")
    kind = (frame["item"].to_numpy() + frame["op"].to_numpy() + reading % 2) % len(CHARACTERISTICS)
    value, lower, upper = measured(kind, np.zeros(len(kind), dtype=bool), rng)
    span = (frame["end_t"] - frame["start_t"]).to_numpy()
    at = frame["start_t"].to_numpy() + span * (reading + 1) // 8
    return frame.with_columns(
        characteristic=pl.Series(kind),
        value=pl.Series(value),
        lower=pl.Series(lower),
        upper=pl.Series(upper),
        at=pl.Series(at),
        reading=pl.Series(reading),
    ).sort("at", "event", "reading")
