"""What becomes of rejected finished lots: inspected again, reworked into a new lot, scrapped, or kept."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.world.planning import REJECTED, Plan, add_finished_lots
from simulator.world.yields import rework_operation


def plan_rework(plan: Plan) -> pl.DataFrame:
    """Fate of rejected finished lots: columns lot, fate (reinspect|rework|scrap), day, new_lot."""
    rng, cat = plan.rng, plan.cat
    lots = pl.concat(plan.lots)
    finished = cat.mask(kind="finished")[lots["item"].to_numpy()]
    bad = lots.filter(pl.Series(finished) & (pl.col("decision") == REJECTED))
    serial = cat.mask(is_serial=True)[bad["item"].to_numpy()]
    draw, day = rng.random(bad.height), bad["decided_w"].to_numpy() + rng.integers(2, 5, bad.height)
    fate = np.where(draw < 0.25, 0, np.where((draw < 0.75) & ~serial, 1, 2))
    fate = np.where(day + 7 < plan.days.count, fate, 3)  # too late in the year: stays blocked
    again = np.flatnonzero(fate == 1)
    qty = (bad["qty"] - bad["sample"]).to_numpy()[again]
    events, good = rework_operation(qty // 1000, rng)
    item, h0 = bad["item"].to_numpy()[again], 2 * day[again]
    order = plan.add_orders(item, qty, h0, events, 1)
    new = add_finished_lots(plan, order, item, good * 1000, h0, (0.95, 0.0, 0.05))
    plan.allocations.append(pl.DataFrame({"order": order, "lot": bad["lot"].to_numpy()[again], "qty": qty}))
    new_lot = np.full(bad.height, -1, dtype=np.int64)
    new_lot[again] = new
    return pl.DataFrame({"lot": bad["lot"], "fate": fate, "day": day, "new_lot": new_lot})
