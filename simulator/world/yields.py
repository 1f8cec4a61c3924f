"""Operation results: what enters each operation and comes out good, scrapped or to be reworked.

Quantities are whole base units here. A second pass repeats the operation for the units to be reworked.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.workdays import Ints
from simulator.world.catalogue import Catalogue

MAX_OPS = 2


def _rates(cat: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    """Scrap and rework probability per item and operation, fixed for the whole catalogue."""
    rng = np.random.default_rng(952)
    shape = (len(cat.items), MAX_OPS)
    return rng.uniform(0.001, 0.012, shape), rng.uniform(0.0, 0.02, shape)


def run_operations(
    cat: Catalogue, item: Ints, planned: Ints, rng: np.random.Generator
) -> tuple[pl.DataFrame, Ints]:
    """Events (row = index into `item`) of all operations and the good quantity of the last one."""
    scrap_rate, rework_rate = _rates(cat)
    ops = np.array([len(i.route) for i in cat.items], dtype=np.int64)[item]
    current = planned.copy()
    frames = []
    for k in range(MAX_OPS):
        row = np.flatnonzero(ops > k)
        entered = current[row]
        scrap = rng.binomial(entered, scrap_rate[item[row], k])
        rework = rng.binomial(entered - scrap, rework_rate[item[row], k])
        good = entered - scrap - rework
        frames.append(_frame(row, k, 1, entered, good, scrap, rework))
        lost = rng.binomial(rework, 0.1)
        again = rework > 0
        frames.append(
            _frame(row[again], k, 2, rework[again], (rework - lost)[again], lost[again], lost[again] * 0)
        )
        current[row] = good + rework - lost
    return pl.concat(frames), current


def rework_operation(planned: Ints, rng: np.random.Generator) -> tuple[pl.DataFrame, Ints]:
    """One second-pass operation per rework order."""
    scrap = rng.binomial(planned, 0.01)
    row = np.arange(len(planned), dtype=np.int64)
    return _frame(row, 9, 2, planned, planned - scrap, scrap, scrap * 0), planned - scrap


def _frame(
    row: Ints, op: int, number: int, entered: Ints, good: Ints, scrap: Ints, rework: Ints
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": row,
            "op": np.full(len(row), op, dtype=np.int64),
            "pass_no": np.full(len(row), number, dtype=np.int64),
            "input": entered,
            "good": good,
            "scrap": scrap,
            "rework": rework,
        }
    )
