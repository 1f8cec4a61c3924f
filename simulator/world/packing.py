"""How plant A packs deliveries: a line in one to three cartons, all cartons of a delivery on its pallet.

Carton numbers follow from delivery, position and slot, so that parts of a large world never share one.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.world.shopfloor import slot_of

_CARTONS_AT_MOST = 3


def cartons(lines: pl.DataFrame) -> pl.DataFrame:
    """Rows of `lines` once per carton: line, delivery, position, item, lot, qty of the carton, carton, slot.

    A carton holds whole selling units of its line; the last one takes what is left.
    """
    packs = (lines["qty"] // (lines["factor"] * 1000)).to_numpy()
    count = np.minimum(packs, 1 + lines["line"].to_numpy() % _CARTONS_AT_MOST)
    row = np.repeat(np.arange(lines.height), count)
    slot = slot_of(row)
    share = packs[row] // count[row]
    share = np.where(slot == count[row] - 1, packs[row] - share * (count[row] - 1), share)
    packed = lines.select("line", "delivery", "position", "item", "lot", "factor", "t")[row].with_columns(
        slot=pl.Series(slot), packs=pl.Series(share)
    )
    number = pl.col("delivery") * 400 + pl.col("position") * 4 + pl.col("slot")
    return packed.with_columns(qty=pl.col("packs") * pl.col("factor") * 1000, carton=number).drop("packs")
