"""Operations on machines: four slots per shift, two shifts a day, no overlap on a machine.

An operation lies inside one shift, so planned run time never exceeds the machine's running time and the
effectiveness of a shift is never above one. A machine is planned busy for the work given to it, with time for
setting up and for what goes wrong; the rest of the shift is spare capacity and no loss (ISO 22400-2: PBT).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.catalogue import Catalogue

SHIFT_SECONDS, SLOT_SECONDS, SLOTS = 28800, 7200, 4
FIRST_HOUR = 8
SETUP_MIN = 8  # planned per operation
BUSY_STEP_MIN = 5  # planners round up to this
SLOWEST, FASTEST = 0.85, 0.99  # pace of a run against its standard time
PERIOD_HALVES = 42  # half days of about a month
REWORK_OP = 9
OPERATION_NAMES = {
    "assemble": "组装",
    "blow": "吹塑成型",
    "bond": "粘接",
    "braid": "编织",
    "cap": "旋盖",
    "cnc": "数控加工",
    "coat": "涂层",
    "dose": "喷液",
    "dry": "烘干",
    "extrude": "挤出",
    "fill": "灌装",
    "forge": "锻造",
    "leak": "检漏",
    "mix": "混料",
    "mould": "注塑",
    "pack": "包装",
    "polish": "抛光",
    "print": "印刷",
    "vacuum": "抽真空",
    "wash": "清洗",
    "ster": "灭菌",
}


@dataclass(frozen=True)
class ShopFloor:
    """`events` with machine and times, `machines` with their numbers, both keyed by `machine`."""

    events: pl.DataFrame
    machines: pl.DataFrame


def slot_of(key: Ints) -> Ints:
    """Running number inside each run of equal keys; `key` is sorted."""
    if not len(key):
        return key
    first = np.concatenate([[True], key[1:] != key[:-1]])
    start = np.maximum.accumulate(np.where(first, np.arange(len(key)), 0))
    return np.arange(len(key), dtype=np.int64) - start


def _type_table(cat: Catalogue) -> np.ndarray:
    """Machine group of each item's operation: plant times operation type."""
    table = np.full((len(cat.items), 2), -1, dtype=np.int64)
    for n, item in enumerate(cat.items):
        for k, op in enumerate(item.route):
            table[n, k] = (item.plant == "B") * len(cat.op_types) + cat.op_types.index(op)
    return table


def _groups(cat: Catalogue, item: Ints, op: Ints) -> Ints:
    table = _type_table(cat)
    last = np.array([max(0, len(i.route) - 1) for i in cat.items], dtype=np.int64)
    return np.asarray(table[item, np.where(op == REWORK_OP, last[item], op)], dtype=np.int64)


def _unit_ms(cat: Catalogue, item: Ints, op: Ints) -> Ints:
    """Standard time per unit in milliseconds: a full lot takes about an hour."""
    speed = np.random.default_rng(953).uniform(0.85, 1.15, (len(cat.items), REWORK_OP + 1))
    return np.maximum(1, (3_600_000 / (cat.lot_size[item] / 1000) * speed[item, op]).astype(np.int64))


def schedule(
    cat: Catalogue, days: Workdays, orders: pl.DataFrame, events: pl.DataFrame, rng: np.random.Generator
) -> ShopFloor:
    """Give every event its machine, start and end (local seconds)."""
    joined = events.join(orders.select("order", "item", "h0"), on="order", maintain_order="left")
    first = joined.filter((pl.col("pass_no") == 1) | (pl.col("op") == REWORK_OP))
    item, op = first["item"].to_numpy(), first["op"].to_numpy()
    half = first["h0"].to_numpy() + np.where(op == REWORK_OP, 0, op)
    group = _groups(cat, item, op)
    sort = np.lexsort((first["order"].to_numpy(), half, group))
    rank = np.empty(len(sort), dtype=np.int64)
    rank[sort] = slot_of((group * 10_000 + half)[sort])
    needed = np.zeros(2 * len(cat.op_types), dtype=np.int64)
    np.maximum.at(needed, group, rank // SLOTS + 1)
    base = np.concatenate([[0], np.cumsum(needed)[:-1]])
    machine, slot = rank // SLOTS, rank % SLOTS
    begin = days.at(half // 2, (half % 2) * SHIFT_SECONDS + FIRST_HOUR * 3600 + slot * SLOT_SECONDS)
    setup = begin + rng.integers(0, 300, len(item))
    started = setup + rng.integers(300, 700, len(item))
    timed = first.with_columns(
        machine=pl.Series(base[group] + machine),
        half=pl.Series(half),
        setup_t=pl.Series(setup),
        start_t=pl.Series(started),
        unit_ms=pl.Series(_unit_ms(cat, item, op)),
        pace=pl.Series(rng.uniform(SLOWEST, FASTEST, len(item))),
    )
    return ShopFloor(_with_second_pass(timed, joined), _machines(cat, needed))


def _with_second_pass(timed: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """End times, and second passes right after the first one on the same machine."""
    seconds = (pl.col("unit_ms") * pl.col("input") / pl.col("pace") / 1000).ceil().cast(pl.Int64)
    timed = timed.with_columns(end_t=pl.col("start_t") + seconds)
    second = joined.filter((pl.col("pass_no") == 2) & (pl.col("op") != REWORK_OP)).join(
        timed.select("order", "op", "machine", "half", "unit_ms", "pace", first_end="end_t"),
        on=["order", "op"],
        maintain_order="left",
    )
    second = second.with_columns(setup_t=pl.col("first_end"), start_t=pl.col("first_end") + 120)
    second = second.with_columns(end_t=pl.col("start_t") + seconds).drop("first_end")
    return pl.concat([timed, second.select(timed.columns)]).sort("order", "op", "pass_no")


def _machines(cat: Catalogue, needed: Ints) -> pl.DataFrame:
    rows = []
    for group, count in enumerate(needed.tolist()):
        plant, kind = divmod(group, len(cat.op_types))
        rows += [{"plant": "AB"[plant], "type": cat.op_types[kind], "number": n} for n in range(count)]
    schema = {"plant": pl.String, "type": pl.String, "number": pl.Int64}
    return (
        pl.DataFrame(rows, schema=schema)
        .with_row_index("machine")
        .with_columns(pl.col("machine").cast(pl.Int64))
    )


def machine_states(events: pl.DataFrame, days: Workdays, rng: np.random.Generator) -> pl.DataFrame:
    """SETUP, RUN and the IDLE or DOWN gaps of every shift in which a machine works."""
    shift_start = pl.Series(_shift_start(events["half"].to_numpy(), days))
    base = events.select("machine", "half", "setup_t", "start_t", "end_t").with_columns(
        shift_start=shift_start
    )
    base = base.sort("machine", "half", "setup_t")
    over = ["machine", "half"]
    base = base.with_columns(before=pl.col("end_t").shift(1).over(over).fill_null(pl.col("shift_start")))
    tail = base.group_by(over, maintain_order=True).agg(
        a=pl.col("end_t").max(), b=pl.col("shift_start").first() + SHIFT_SECONDS
    )
    parts = [
        base.select("machine", state=pl.lit("SETUP"), a="setup_t", b="start_t"),
        base.select("machine", state=pl.lit("RUN"), a="start_t", b="end_t"),
        base.select("machine", state=pl.lit("IDLE"), a="before", b="setup_t"),
        tail.select("machine", state=pl.lit("IDLE"), a="a", b="b"),
    ]
    states = pl.concat(parts).filter(pl.col("b") > pl.col("a")).sort("machine", "a")
    down = pl.Series(rng.random(states.height) < 0.08) & (pl.col("state") == "IDLE")
    return states.with_columns(state=pl.when(down).then(pl.lit("DOWN")).otherwise("state"))


def _planned_busy(events: pl.DataFrame, machines: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Minutes planned per worked shift: run time at the slowest pace with room for losses, and setting up.

    Losses differ by machine, by plant and month, and by shift; a machine never runs longer than planned busy.
    """
    run_min = pl.col("unit_ms") * pl.col("input") / 60_000
    first = (pl.col("pass_no") == 1) | (pl.col("op") == REWORK_OP)
    worked = events.group_by("machine", "half").agg(run_min=run_min.sum(), jobs=first.sum())
    worked = worked.sort("machine", "half")
    machine, period = worked["machine"].to_numpy(), worked["half"].to_numpy() // PERIOD_HALVES
    plant = (machines["plant"] == "B").cast(pl.Int64).to_numpy()[machine]
    losses = (
        rng.uniform(0, 0.25, machines.height)[machine]
        + rng.uniform(0, 0.20, (2, int(period.max(initial=0)) + 1))[plant, period]
        + rng.uniform(0, 0.10, worked.height)
    )
    busy = worked["run_min"] * pl.Series(1 / SLOWEST + losses) + worked["jobs"] * SETUP_MIN
    steps = (busy / BUSY_STEP_MIN).ceil().cast(pl.Int64)
    return worked.select("machine", "half", busy=steps * BUSY_STEP_MIN)


def _shift_start(half: Ints, days: Workdays) -> Ints:
    return days.at(half // 2, (half % 2) * SHIFT_SECONDS + FIRST_HOUR * 3600)


def shifts(
    events: pl.DataFrame, machines: pl.DataFrame, days: Workdays, rng: np.random.Generator
) -> pl.DataFrame:
    """Shifts worked, and day shifts without work whose planned busy time (`busy`, minutes) is zero."""
    worked = _planned_busy(events, machines, rng)
    every = machines.select("machine").join(
        pl.DataFrame({"half": np.arange(days.count, dtype=np.int64) * 2}), how="cross"
    )
    idle = every.join(worked, on=["machine", "half"], how="anti").with_columns(busy=pl.lit(0, dtype=pl.Int64))
    both = pl.concat([worked, idle]).sort("machine", "half")
    return both.with_columns(start_t=pl.Series(_shift_start(both["half"].to_numpy(), days)))
