"""Purchase orders and goods receipts for the purchased lots.

Consecutive lots of one item and supplier share an order line; lines of one supplier and day share an order.
Due dates are set around the last receipt, so that most lines are on time, some early, some late.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.catalogue import Catalogue
from simulator.world.shopfloor import slot_of


@dataclass(frozen=True)
class Purchasing:
    """`lines` (one per order line), `receipts` (one per lot and delivery), `lot_line` (lot, line)."""

    lines: pl.DataFrame
    receipts: pl.DataFrame
    lot_line: pl.DataFrame


def buy(
    cat: Catalogue,
    days: Workdays,
    lots: pl.DataFrame,
    approved: np.ndarray,
    first_order: int,
    rng: np.random.Generator,
) -> Purchasing:
    """Order lines and receipts that bring every purchased lot."""
    bought = lots.filter(pl.col("lot_kind") == 0).sort("item", "made_w", "lot")
    line = _group(bought, rng)
    bought = bought.with_columns(line=pl.Series(line))
    item_of_line = bought.group_by("line", maintain_order=True).agg(
        pl.col("item").first(),
        pl.col("packs").sum(),
        first_w=pl.col("made_w").min(),
        last_w=pl.col("made_w").max(),
    )
    lines = _lines(days, item_of_line, approved, first_order, rng)
    return Purchasing(lines, _receipts(cat, bought), bought.select("lot", "line"))


def _group(bought: pl.DataFrame, rng: np.random.Generator) -> Ints:
    """Line number of each lot: rejected twins always come on a line of their own."""
    item, twin = bought["item"].to_numpy(), bought["twin"].to_numpy() >= 0
    changes = np.concatenate([[True], item[1:] != item[:-1]]) if len(item) else np.zeros(0, dtype=bool)
    after_twin = np.concatenate([[False], twin[:-1]]) if len(item) else changes
    fresh = changes | twin | after_twin | (rng.random(len(item)) < 0.65)
    return np.cumsum(fresh) - 1


def _lines(
    days: Workdays, lines: pl.DataFrame, approved: np.ndarray, first_order: int, rng: np.random.Generator
) -> pl.DataFrame:
    count, item = lines.height, lines["item"].to_numpy()
    ordered_w = lines["first_w"].to_numpy() - rng.integers(7, 22, count)
    supplier = approved[item, (rng.random(count) < 0.3).astype(np.int64)]
    fate = rng.choice([0, 1, 2], count, p=[0.8, 0.08, 0.12])  # on time, late, too early
    on_time, late, early = rng.integers(0, 4, count), rng.integers(1, 8, count), rng.integers(4, 10, count)
    shift = np.select([fate == 0, fate == 1], [on_time, -late], early)
    due = days.day(lines["last_w"].to_numpy()) + shift
    base_price = np.random.default_rng(954).uniform(0.8, 90.0, (approved.shape[0], 1))
    price = (base_price[item, 0] * rng.uniform(0.95, 1.05, count) * 10_000).astype(np.int64)
    frame = lines.with_columns(
        supplier=pl.Series(supplier),
        ordered_packs=pl.col("packs") + pl.Series((rng.random(count) < 0.04).astype(np.int64)),
        ordered_day=pl.Series(days.day(ordered_w)),
        due_day=pl.Series(due),
        price=pl.Series(price),
    ).sort("supplier", "ordered_day", "line")
    key = frame["supplier"].to_numpy() * 1_000_000 + frame["ordered_day"].to_numpy()
    _, order = np.unique(key, return_inverse=True)
    frame = frame.with_columns(
        po=pl.Series(order.astype(np.int64) + first_order), po_line=pl.Series(slot_of(key) + 1)
    )
    return frame.drop("packs", "first_w", "last_w").sort("line")


def _receipts(cat: Catalogue, bought: pl.DataFrame) -> pl.DataFrame:
    """One receipt per lot, or two when the lot came in parts; quantities in packs and base units."""
    early = bought.filter(pl.col("split_w") >= 0).select(
        "lot", "item", "line", t="split_t", packs=pl.col("packs") // 2
    )
    split = pl.col("split_w") >= 0
    rest = pl.when(split).then(pl.col("packs") - pl.col("packs") // 2).otherwise(pl.col("packs"))
    last = bought.select("lot", "item", "line", t="made_t", packs=rest)
    pack = np.array([i.pack_qty for i in cat.items], dtype=np.int64)
    both = pl.concat([early, last])
    qty = both["packs"].to_numpy() * pack[both["item"].to_numpy()] * 1000
    return both.with_columns(qty=pl.Series(qty)).sort("t", "lot")
