"""Deliveries of released lots to customers, customer returns, and the serial numbers that went along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.workdays import Ints, Workdays
from simulator.world.catalogue import Catalogue
from simulator.world.parties import Parties
from simulator.world.planning import ACCEPTED, CONCESSION, OPEN
from simulator.world.shopfloor import slot_of


@dataclass(frozen=True)
class Sales:
    """`lines` one per delivery line, `returns` one per returned line, `serials` one per device."""

    lines: pl.DataFrame
    returns: pl.DataFrame
    serials: pl.DataFrame


def saleable(
    cat: Catalogue, days: Workdays, lots: pl.DataFrame, inspections: pl.DataFrame, relabels: pl.DataFrame
) -> pl.DataFrame:
    """Finished lots whose latest decision lets them go: lot, item, qty, from_w."""
    finished = cat.mask(kind="finished")[lots["item"].to_numpy()]
    last = inspections.filter((pl.col("kind") == 1) & (pl.col("decision") != OPEN)).sort("decided_t", "insp")
    last = last.group_by("lot", maintain_order=True).agg(
        pl.col("decision").last(), pl.col("decided_t").last()
    )
    good = last.filter(pl.col("decision").is_in([ACCEPTED, CONCESSION])).select("lot", final_t="decided_t")
    moved = relabels.group_by("from_lot", maintain_order=True).agg(
        out=pl.col("qty").sum(), out_w=pl.col("day").max()
    )
    pool = lots.filter(pl.Series(finished)).join(good, on="lot", maintain_order="left")
    pool = pool.join(moved, left_on="lot", right_on="from_lot", how="left", maintain_order="left")
    pool = pool.with_columns(left=pl.col("qty") - pl.col("sample") - pl.col("out").fill_null(0))
    day = np.searchsorted(days.day(np.arange(days.count)), pool["final_t"].to_numpy() // 86400)
    from_w = np.maximum(day, pool["out_w"].fill_null(0).to_numpy()) + 1
    return pool.select("lot", "item", qty="left", from_w=pl.Series(from_w.astype(np.int64))).filter(
        pl.col("qty") > 0
    )


def sell(
    cat: Catalogue,
    days: Workdays,
    pool: pl.DataFrame,
    parties: Parties,
    first_delivery: int,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Delivery lines: each lot goes out in up to four parts, whole packs where the item is sold in packs."""
    parts = rng.integers(0, 5, pool.height)
    row = np.repeat(np.arange(pool.height), parts)
    item = pool["item"].to_numpy()[row]
    pack = np.array([i.pack_qty for i in cat.items], dtype=np.int64)[item]
    in_packs = (pack > 1) & (rng.random(len(row)) < 0.5)
    factor = np.where(in_packs, pack, 1)
    share = rng.uniform(0.6, 1.0, len(row)) / np.repeat(np.maximum(parts, 1), parts)
    units = (pool["qty"].to_numpy()[row] / 1000 * share / factor).astype(np.int64)
    customer = _customers(cat, item, parties, rng)
    day = pool["from_w"].to_numpy()[row] + rng.integers(0, 15, len(row))
    day = day + (customer - day) % 5  # every customer has a fixed delivery weekday in a five-day rhythm
    lines = pl.DataFrame(
        {
            "lot": pool["lot"].to_numpy()[row],
            "item": item,
            "customer": customer,
            "day": day,
            "factor": factor,
            "qty": units * factor * 1000,
        }
    )
    lines = lines.filter((pl.col("qty") > 0) & (pl.col("day") < days.count)).sort("day", "customer", "lot")
    key = lines["day"].to_numpy() * 1_000_000 + lines["customer"].to_numpy()
    _, number = np.unique(key, return_inverse=True)
    t = days.at(lines["day"].to_numpy(), 15 * 3600 + number.astype(np.int64) * 37 % 7200)
    return (
        lines.with_columns(
            delivery=pl.Series(number.astype(np.int64) + first_delivery),
            position=pl.Series(slot_of(key) + 1),
            t=pl.Series(t),
        )
        .with_row_index("line")
        .with_columns(pl.col("line").cast(pl.Int64))
    )


def _customers(cat: Catalogue, item: Ints, parties: Parties, rng: np.random.Generator) -> Ints:
    """A customer known to the plant of the item; few large ones take most."""
    out = np.zeros(len(item), dtype=np.int64)
    for plant in ("A", "B"):
        known = parties.customers.filter((pl.col("plant") == plant) & pl.col("is_active"))["party"].to_numpy()
        mine = np.flatnonzero(cat.mask(plant=plant)[item])
        out[mine] = known[(rng.random(len(mine)) ** 2 * len(known)).astype(np.int64)]
    return out


def take_back(lines: pl.DataFrame, days: Workdays, rng: np.random.Generator) -> pl.DataFrame:
    """Customer returns: a small part of some delivery lines, half of it scrapped (`scrap_day` else -1)."""
    picked = lines.filter(pl.Series(rng.random(lines.height) < 0.03))
    day = picked["day"].to_numpy() + rng.integers(5, 16, picked.height)
    units = np.maximum(
        1, (picked["qty"].to_numpy() // 1000 * rng.uniform(0.005, 0.03, picked.height)).astype(np.int64)
    )
    scrap = np.where(rng.random(picked.height) < 0.5, day + 3, -1)
    returns = picked.select("line", "lot", "item", "customer", "delivery", "position").with_columns(
        day=pl.Series(day),
        qty=pl.Series(units * 1000),
        scrap_day=pl.Series(np.where(scrap < days.count, scrap, -1)),
    )
    return returns.filter(pl.col("day") < days.count)


def serials(cat: Catalogue, lots: pl.DataFrame, lines: pl.DataFrame, first_number: int) -> pl.DataFrame:
    """One row per serialised device: serial, item, lot, order, made_t, delivery, sent_t (null in stock)."""
    mine = lots.filter(pl.Series(cat.mask(is_serial=True)[lots["item"].to_numpy()]))
    units = mine["qty"].to_numpy() // 1000
    row = np.repeat(np.arange(mine.height), units)
    devices = mine.select("lot", "item", "order", "made_t", "sample")[row].with_columns(
        unit=pl.Series(slot_of(row)), serial=pl.Series(np.arange(len(row), dtype=np.int64) + first_number)
    )
    sent = lines.filter(pl.Series(cat.mask(is_serial=True)[lines["item"].to_numpy()])).sort("lot", "line")
    count = sent["qty"].to_numpy() // 1000
    at = np.repeat(np.arange(sent.height), count)
    gone = sent.select("lot", "delivery", sent_t="t")[at].with_columns(
        unit=pl.Series(slot_of(sent["lot"].to_numpy()[at]))
    )
    gone = gone.join(mine.select("lot", "sample"), on="lot", maintain_order="left")
    gone = gone.select("lot", "delivery", "sent_t", unit=pl.col("unit") + pl.col("sample") // 1000)
    return devices.join(gone, on=["lot", "unit"], how="left", maintain_order="left").drop("sample")
