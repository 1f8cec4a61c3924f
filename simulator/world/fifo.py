"""First-in-first-out allocation of demand to lots, without a loop per row.

Each material has its own stretch of a number line; demands and lots lie on it end to end in time order, so a
lot serves exactly the demands whose interval it overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.workdays import Ints


@dataclass(frozen=True)
class Line:
    """Intervals on the number line; rows are sorted by material."""

    material: Ints
    begin: Ints
    end: Ints


def totals(material: Ints, qty: Ints, materials: int) -> Ints:
    """Sum of qty per material index."""
    out = np.zeros(materials, dtype=np.int64)
    np.add.at(out, material, qty)
    return out


def stretch(demand: Ints, supply: Ints) -> Ints:
    """First position of each material's stretch."""
    length = np.maximum(demand, supply) + 1
    return np.concatenate([[0], np.cumsum(length)[:-1]])


def lay_out(material: Ints, qty: Ints, base: Ints) -> Line:
    """Place rows (sorted by material) end to end inside their material's stretch."""
    running = np.cumsum(qty)
    before = running - qty
    if len(material):
        first = np.concatenate([[True], material[1:] != material[:-1]])
        group_start = np.maximum.accumulate(np.where(first, np.arange(len(material)), 0))
        before = before - before[group_start]
    begin = base[material] + before
    return Line(material, begin, begin + qty)


def allocate(demand: Line, supply: Line, base: Ints) -> tuple[Ints, Ints, Ints]:
    """Demand row, supply row and quantity of every overlap."""
    points = np.unique(np.concatenate([demand.end, supply.end, base]))
    before = np.concatenate([[-1], points[:-1]])
    d = np.searchsorted(demand.end, points, side="left")
    s = np.searchsorted(supply.end, points, side="left")
    inside = (d < len(demand.end)) & (s < len(supply.end))
    d, s, before, points = d[inside], s[inside], before[inside], points[inside]
    real = (
        (before >= demand.begin[d]) & (before >= supply.begin[s]) & (demand.material[d] == supply.material[s])
    )
    return d[real], s[real], (points - before)[real]
