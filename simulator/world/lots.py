"""Lots with their numbers and dates, sterilisation runs, and relabel / split / merge in both plants."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.catalogue import Catalogue
from simulator.world.planning import ACCEPTED, Plan, lot_frame
from simulator.world.shopfloor import slot_of

RELABEL, SPLIT, MERGE = 0, 1, 2
_RUN_LOTS = 8


def relabel(plan: Plan, fates: pl.DataFrame) -> pl.DataFrame:
    """Choose accepted finished lots and move them to new lots of their plant: from_lot, to_lot, qty, day."""
    cat, rng = plan.cat, plan.rng
    lots = pl.concat(plan.lots)
    late = lots["decided_w"].to_numpy() + 8 >= plan.days.count
    moves, offset = [], 0
    for plant in ("A", "B"):
        fit = cat.mask(plant=plant, kind="finished", is_serial=False)[lots["item"].to_numpy()]
        pool = lots.filter(pl.Series(fit & ~late & (lots["decision"] == ACCEPTED).to_numpy())).sort(
            "item", "decided_w", "lot"
        )
        draw = rng.random(pool.height)
        parts = [
            _single(pool.filter(pl.Series(draw < 0.03))),
            _split(pool.filter(pl.Series((draw >= 0.03) & (draw < 0.06)))),
            _merge(pool.filter(pl.Series(draw >= 0.94))),
        ]
        for part in parts:
            moves.append(part.with_columns(target=pl.col("target") + offset))
            offset += int(part["target"].to_numpy().max(initial=-1)) + 1
    return _with_targets(plan, pl.concat(moves))


def _moves(pool: pl.DataFrame, target: Ints, qty: pl.Expr | Ints) -> pl.DataFrame:
    frame = pool.select(
        "item", "made_w", "decided_w", from_lot="lot", usable=pl.col("qty") - pl.col("sample")
    )
    value = pl.Series(qty) if isinstance(qty, np.ndarray) else qty
    return frame.with_columns(target=pl.Series(target), qty=value).drop("usable")


def _single(pool: pl.DataFrame) -> pl.DataFrame:
    return _moves(pool, np.arange(pool.height, dtype=np.int64), pl.col("usable"))


def _split(pool: pl.DataFrame) -> pl.DataFrame:
    twice = pl.concat([pool, pool])
    units = (twice["qty"] - twice["sample"]).to_numpy() // 1000
    share = np.repeat([4, 3], pool.height)
    return _moves(twice, np.arange(twice.height, dtype=np.int64), units * share // 10 * 1000)


def _merge(pool: pl.DataFrame) -> pl.DataFrame:
    """Neighbouring lots of one item go in pairs into one new lot."""
    rank = slot_of(pool["item"].to_numpy())
    size = pool.select(pl.len().over("item"))["len"].to_numpy().astype(np.int64)
    paired = rank < size // 2 * 2
    pool, rank = pool.filter(pl.Series(paired)), rank[paired]
    target = np.cumsum(rank % 2 == 0) - 1
    return _moves(pool, target.astype(np.int64), pl.col("usable"))


def _with_targets(plan: Plan, moves: pl.DataFrame) -> pl.DataFrame:
    """Create the new lots; a merged lot is as old as its oldest part and waits for its youngest."""
    target = moves.group_by("target", maintain_order=True).agg(
        pl.col("item").first(), pl.col("qty").sum(), pl.col("made_w").min(), day=pl.col("decided_w").max() + 1
    )
    zero = np.zeros(target.height, dtype=np.int64)
    day = target["day"].to_numpy()
    frame = lot_frame(
        target["item"].to_numpy(),
        zero - 1,
        target["qty"].to_numpy(),
        zero,
        zero + ACCEPTED,
        target["made_w"].to_numpy(),
        day + 1,
    )
    ids = plan.add_lots(frame)
    found = target.select("target", "day").with_columns(to_lot=pl.Series(ids))
    return moves.join(found, on="target", maintain_order="left").select(
        "item", "from_lot", "to_lot", "qty", "day"
    )


def finish_lots(plan: Plan, orders: pl.DataFrame, relabels: pl.DataFrame, first_number: int) -> pl.DataFrame:
    """All lots with dates in epoch days, local seconds of making and deciding, and their numbers."""
    cat, days, rng = plan.cat, plan.days, plan.rng
    lots = pl.concat(plan.lots).join(
        orders.select("order", "end_t"), on="order", how="left", maintain_order="left"
    )
    item, made_w = lots["item"].to_numpy(), lots["made_w"].to_numpy()
    given_out = cat.mask(is_subcontracted=True)[item]
    purchased = cat.mask(kind="raw")[item] | cat.mask(kind="packaging")[item] | given_out
    received = days.at(made_w, 9 * 3600 + rng.integers(0, 7200, len(item)))
    split_t = days.at(np.maximum(lots["split_w"].to_numpy(), 0), 9 * 3600 + rng.integers(0, 7200, len(item)))
    made_t = np.where(purchased, received, lots["end_t"].fill_null(0).to_numpy() + 300)
    made_t = np.where(made_t <= 300, days.at(made_w, np.full(len(item), 43200)), made_t)
    made = made_t // 86400 - np.where(purchased & ~given_out, rng.integers(5, 60, len(item)), 0)
    shelf = np.array([i.shelf_days for i in cat.items], dtype=np.int64)[item]
    decided = days.at(
        np.minimum(lots["decided_w"].to_numpy(), days.count - 1), 9 * 3600 + rng.integers(0, 28000, len(item))
    )
    kind = np.where(
        purchased, 0, np.where(np.isin(lots["lot"].to_numpy(), relabels["to_lot"].to_numpy()), 2, 1)
    )
    frame = lots.drop("end_t").with_columns(
        lot_kind=pl.Series(kind),
        made_t=pl.Series(made_t),
        split_t=pl.Series(split_t),
        made_day=pl.Series(made),
        expiry_day=pl.Series(made + shelf),
        decided_t=pl.Series(decided),
        number=pl.Series(np.arange(len(item)) + first_number),
    )
    return frame.with_columns(lot_no=_lot_numbers(cat, frame))


def _lot_numbers(cat: Catalogue, lots: pl.DataFrame) -> pl.Series:
    """Canonical lot numbers: plant A within ten characters, purchased ones numeric; plant B dashed."""
    item = lots["item"].to_numpy()
    stem = {
        ("A", "finished"): "F",
        ("A", "semifinished"): "S",
        ("B", "finished"): "B",
        ("B", "semifinished"): "BCP",
    }
    prefix = pl.Series(np.array([stem.get((i.plant, i.kind), "YL") for i in cat.items])[item])
    in_a, batch = pl.Series(cat.mask(plant="A")[item]), pl.Series(cat.mask(is_batch=True)[item])
    made = pl.from_epoch(pl.col("made_t"), time_unit="s")
    month_a = made.dt.strftime("%y") + made.dt.month().replace_strict(
        {n: f"{n:X}" for n in range(1, 13)}, return_dtype=pl.String
    )
    number = pl.col("number").cast(pl.String)
    letter = pl.when(pl.col("lot_kind") == 2).then(pl.lit("T")).otherwise(prefix)
    text_a = (
        pl.when(pl.col("lot_kind") == 0)
        .then((pl.col("number") + 30_000_000).cast(pl.String))
        .otherwise(letter + month_a + number.str.zfill(6))
    )
    text_b = prefix + made.dt.strftime("%y%m") + "-" + number.str.zfill(6)
    text = pl.when(in_a).then(text_a).otherwise(text_b)
    return lots.select(pl.when(batch).then(text).otherwise(pl.lit("")).alias("lot_no"))["lot_no"]


def sterilise(cat: Catalogue, days: Workdays, lots: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Runs of up to eight lots on the working day after production: plant, run, chamber, times, lot."""
    sterile = cat.mask(is_sterile=True)[lots["item"].to_numpy()] & (lots["order"].to_numpy() >= 0)
    pool = lots.filter(pl.Series(sterile) & (pl.col("made_w") + 1 < days.count)).select(
        "lot", "item", "qty", "made_w"
    )
    in_b = cat.mask(plant="B")[pool["item"].to_numpy()].astype(np.int64)
    pool = pool.with_columns(in_b=pl.Series(in_b)).sort("in_b", "made_w", "lot")
    key = pool["in_b"].to_numpy() * 10_000 + pool["made_w"].to_numpy()
    chamber = slot_of(key) // _RUN_LOTS
    run_key = key * 1000 + chamber
    _, run = np.unique(run_key, return_inverse=True)
    runs = int(run.max()) + 1 if len(run) else 0
    begin = 29700 + rng.integers(0, 1800, runs)
    length = rng.integers(36000, 46000, runs)
    start = days.at(pool["made_w"].to_numpy() + 1, begin[run])
    return pool.with_columns(
        chamber=pl.Series(chamber), start_t=pl.Series(start), end_t=pl.Series(start + length[run])
    ).drop("made_w")
