"""Inspections of purchased lots, produced lots, relabelled lots and re-inspections, with their results."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.catalogue import Catalogue
from simulator.world.planning import ACCEPTED, CONCESSION, OPEN, REJECTED

_LOT_LIMITS = np.array([8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000])
_SAMPLES = np.array([2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250])
# characteristic, unit, nominal, tolerance in thousandths of the unit
CHARACTERISTICS = (
    ("尺寸偏差", "mm", 0, 50),
    ("抗拉强度", "N", 25000, 10000),
    ("密封压力", "kPa", 300000, 40000),
    ("含水率", "%", 600, 400),
    ("pH", "1", 7200, 600),
    ("外径", "mm", 4500, 100),
)
INSPECTORS = ("张敏", "李伟", "王芳", "刘洋", "陈静")


def inspect(
    cat: Catalogue,
    days: Workdays,
    lots: pl.DataFrame,
    fates: pl.DataFrame,
    relabels: pl.DataFrame,
    first_number: int,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """All inspections in order of creation; `insp` is the running number, kind 0 incoming, 1 final."""
    batch = pl.Series(cat.mask(is_batch=True)[lots["item"].to_numpy()])
    own = lots.filter(batch).select(
        "lot",
        "item",
        "order",
        "decision",
        "decided_t",
        "part_reject",
        "qty",
        created_t="made_t",
        kind=(pl.col("lot_kind") > 0).cast(pl.Int64),
        moved=pl.lit(0, dtype=pl.Int64),
        again=pl.lit(0, dtype=pl.Int64),
    )
    moved = relabels.group_by("to_lot", maintain_order=True).agg(pl.col("day").first())
    moved = moved.select(
        lot="to_lot", at=pl.Series(days.at(moved["day"].to_numpy(), np.full(moved.height, 43200)))
    )
    own = (
        own.join(moved, on="lot", how="left", maintain_order="left")
        .with_columns(
            created_t=pl.coalesce("at", "created_t"), moved=pl.col("at").is_not_null().cast(pl.Int64)
        )
        .drop("at")
    )
    every = pl.concat([own, _again(lots, fates, days, rng)]).sort("created_t", "lot")
    return _with_numbers(every, first_number, rng)


def _again(lots: pl.DataFrame, fates: pl.DataFrame, days: Workdays, rng: np.random.Generator) -> pl.DataFrame:
    """Second inspections of rejected lots: most end in a concession."""
    chosen = fates.filter(pl.col("fate") == 0).join(lots.drop("decision"), on="lot", maintain_order="left")
    count = chosen.height
    decision = np.where(rng.random(count) < 0.7, CONCESSION, ACCEPTED).astype(np.int64)
    decided = days.at(chosen["day"].to_numpy(), 9 * 3600 + rng.integers(0, 28000, count))
    return chosen.select(
        "lot",
        "item",
        "order",
        decision=pl.Series(decision),
        decided_t=pl.Series(decided),
        part_reject=pl.lit(0, dtype=pl.Int64),
        qty=pl.col("qty") - pl.col("sample"),
        created_t=pl.col("decided_t") + 3600,
        kind=pl.lit(1, dtype=pl.Int64),
        moved=pl.lit(0, dtype=pl.Int64),
        again=pl.lit(1, dtype=pl.Int64),
    )


def _with_numbers(every: pl.DataFrame, first_number: int, rng: np.random.Generator) -> pl.DataFrame:
    count, decision, qty = every.height, every["decision"].to_numpy(), every["qty"].to_numpy()
    size = _SAMPLES[np.searchsorted(_LOT_LIMITS, qty // 1000)]
    size = np.minimum(size, np.maximum(1, qty // 1000))
    bad = np.choose(
        np.maximum(decision, 0),
        [rng.random(count) < 0.15, rng.integers(1, 3, count), rng.integers(2, 6, count)],
    )
    bad = np.where(decision == OPEN, 0, np.minimum(bad.astype(np.int64), size))
    rejected = np.where(
        decision == REJECTED, qty, np.where(decision == ACCEPTED, every["part_reject"].to_numpy(), 0)
    )
    return every.with_columns(
        insp=pl.Series(np.arange(count, dtype=np.int64) + first_number),
        sample_size=pl.Series(size),
        defects=pl.Series(bad),
        rejected=pl.Series(rejected),
        accepted=pl.Series(np.where(decision == OPEN, 0, qty - rejected)),
        inspector=pl.Series(rng.integers(0, len(INSPECTORS), count)),
    )


def results(inspections: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Three characteristics per decided inspection; a rejected lot misses the limit of the first one."""
    decided = inspections.filter(pl.col("decision") != OPEN)
    insp = np.repeat(decided["insp"].to_numpy(), 3)
    number = np.tile(np.arange(3, dtype=np.int64), decided.height)
    kind = (np.repeat(decided["item"].to_numpy(), 3) + number) % len(CHARACTERISTICS)
    bad = (np.repeat(decided["decision"].to_numpy(), 3) == REJECTED) & (number == 0)
    value, lower, upper = measured(kind, bad, rng)
    return pl.DataFrame(
        {
            "insp": insp,
            "number": number + 1,
            "characteristic": kind,
            "value": value,
            "lower": lower,
            "upper": upper,
            "is_bad": bad,
        }
    )


def measured(kind: Ints, bad: np.ndarray, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Values in thousandths with their limits; bad ones lie above the upper limit."""
    nominal = np.array([c[2] for c in CHARACTERISTICS], dtype=np.int64)[kind]
    tolerance = np.array([c[3] for c in CHARACTERISTICS], dtype=np.int64)[kind]
    spread = np.clip(rng.normal(0.0, 0.3, len(kind)), -0.98, 0.98)
    value = nominal + (spread * tolerance).astype(np.int64)
    value = np.where(bad, nominal + tolerance + 1 + tolerance // 5, value)
    return value, nominal - tolerance, nominal + tolerance
