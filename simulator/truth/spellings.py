"""Which lot every spelling of the shop-floor and quality systems means."""

from __future__ import annotations

import polars as pl

from simulator.truth.frames import coded
from simulator.world.build import World
from simulator.writers.spelling import typed_lot, with_recorded_lot

_KEYS = ["source_system", "site_code", "product_code", "lot_text", "lot_no"]


def lot_spellings(world: World) -> pl.DataFrame:
    """One row per system, plant, product and spelling, with the number of the lot in the ERP."""
    rows = pl.concat([_typed(world, plant) for plant in ("A", "B")] + [_recorded(world)])
    return rows.filter(pl.col("lot_no") != "").unique().sort(_KEYS)


def _typed(world: World, plant: str) -> pl.DataFrame:
    made = world.lots.filter(pl.col("order") >= 0).select("order", "item", "lot_no")
    places = [
        (world.events.select("order", "event").join(made, on="order"), "lot_no", "event"),
        (world.uses, "lot_no", "lot"),
        (world.uses.select("event", item="to_item", lot_no="to_lot_no"), "lot_no", "event"),
        (world.runs, "lot_no", "lot"),
    ]
    rows = pl.concat(
        [frame.select("item", "lot_no", lot_text=typed_lot(lot, salt, plant)) for frame, lot, salt in places]
    )
    mine = coded(rows, world).filter(pl.col("site_code") == plant)
    return mine.with_columns(source_system=pl.lit(f"mes_{plant.lower()}")).select(_KEYS)


def _recorded(world: World) -> pl.DataFrame:
    events, counters = world.quality, world.counters
    rows = pl.concat(
        [
            with_recorded_lot(frame, world.runs, first).select("item", "lot_no", "lot_text")
            for frame, first in ((events.ncr, counters.ncr), (events.complaint, counters.complaint))
        ]
    )
    return coded(rows, world).with_columns(source_system=pl.lit("qms")).select(_KEYS)
