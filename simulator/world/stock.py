"""Month-end stock per lot, split into free, in quality inspection and blocked."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.world.planning import ACCEPTED, CONCESSION, OPEN
from simulator.world.subcontract import is_with_vendor


def lot_changes(world: World) -> pl.DataFrame:
    """Signed quantity per lot and time; a relabelling takes from one lot and gives to the other."""
    posted = world.movements.filter(~pl.col("draft") & ~is_with_vendor())
    given = posted.filter(pl.col("cls") == "relabel").select("item", "t", lot="to_lot", qty=-pl.col("qty"))
    return pl.concat([posted.select("item", "t", "lot", "qty"), given])


def _blocked_parts(world: World) -> pl.DataFrame:
    """Blocked quantities of lots that are free otherwise: partly rejected receipts and customer returns."""
    partly = world.lots.filter((pl.col("part_reject") > 0) & (pl.col("decision") == ACCEPTED))
    rejected = partly.select("lot", t="decided_t", qty="part_reject")
    back = world.movements.filter(~pl.col("draft") & (pl.col("cls") == "cust_return")).select(
        "lot", "t", "qty"
    )
    sent = world.movements.filter(~pl.col("draft") & (pl.col("cls") == "return")).join(
        partly.select("lot"), on="lot", how="semi"
    )
    from_returns = world.returns.filter(pl.col("scrap_day") >= 0)
    scrapped = from_returns.select(
        "lot",
        "qty",
        t=pl.Series(
            world.days.at(from_returns["scrap_day"].to_numpy(), from_returns["scrap_day"].to_numpy() * 0)
        ),
    )
    return pl.concat(
        [rejected, back, sent.select("lot", "t", "qty"), scrapped.select("lot", "t", qty=-pl.col("qty"))]
    )


def _at(changes: pl.DataFrame, end: int) -> pl.DataFrame:
    return changes.filter(pl.col("t") < end).group_by("lot").agg(pl.col("qty").sum())


def snapshots(world: World) -> pl.DataFrame:
    """Columns day, item, lot, qty, free, quality, blocked at each month end; empty lots are left out."""
    changes, parts = lot_changes(world), _blocked_parts(world)
    decided = world.inspections.filter(pl.col("decision") != OPEN).sort("decided_t", "insp")
    frames = []
    for day in world.days.month_ends().tolist():
        end = (day + 1) * 86400
        stock = _at(changes, end).filter(pl.col("qty") != 0)
        part = _at(parts, end).rename({"qty": "part"})
        latest = decided.filter(pl.col("decided_t") < end).group_by("lot").agg(pl.col("decision").last())
        stock = stock.join(part, on="lot", how="left").join(latest, on="lot", how="left")
        frames.append(stock.sort("lot").with_columns(day=pl.lit(day, dtype=pl.Int64)))
    every = pl.concat(frames).join(
        world.lots.select("lot", "item", "lot_no"), on="lot", maintain_order="left"
    )
    return _split(every)


def with_vendors(world: World) -> pl.DataFrame:
    """Columns day, item, lot, lot_no, supplier, qty: provided lots that lie with a vendor at a month end."""
    posted = world.movements.filter(is_with_vendor()).join(
        world.buying.lines.select(po_line="line", supplier="supplier"), on="po_line", maintain_order="left"
    )
    frames = []
    for day in world.days.month_ends().tolist():
        held = posted.filter(pl.col("t") < (day + 1) * 86400).group_by("item", "lot", "supplier")
        frames.append(held.agg(pl.col("qty").sum()).with_columns(day=pl.lit(day, dtype=pl.Int64)))
    every = pl.concat(frames).filter(pl.col("qty") != 0).sort("day", "lot", "supplier")
    return every.join(world.lots.select("lot", "lot_no"), on="lot", maintain_order="left")


def _split(stock: pl.DataFrame) -> pl.DataFrame:
    uninspected = (pl.col("lot_no") == "") | pl.col("decision").is_in([ACCEPTED, CONCESSION])
    part = pl.col("part").fill_null(0).clip(0, pl.col("qty"))
    zero = pl.lit(0, dtype=pl.Int64)
    good = pl.when(uninspected)
    return stock.with_columns(
        free=good.then(pl.col("qty") - part).otherwise(zero),
        quality=pl.when(~uninspected.fill_null(False) & pl.col("decision").is_null())
        .then("qty")
        .otherwise(zero),
        blocked=good.then(part).when(pl.col("decision").is_not_null()).then("qty").otherwise(zero),
    ).select("day", "item", "lot", "lot_no", "qty", "free", "quality", "blocked")
