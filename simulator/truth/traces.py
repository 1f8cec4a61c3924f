"""Lot-level truth: genealogy edges, where every produced lot went, and coverage of finished lots."""

from __future__ import annotations

import polars as pl

from simulator.truth.frames import coded, month_of_time, quantity, ratio
from simulator.truth.partial import real_postings
from simulator.world.build import World
from simulator.world.packing import cartons
from simulator.world.stock import snapshots, with_vendors
from simulator.writers.text import sscc

_DEEPEST = 12  # more steps than any chain of lots, rework and relabelling included


def edges(world: World) -> pl.DataFrame:
    """Net edges between lots: from_lot, to_lot, order, qty, edge_type_code."""
    rows = real_postings(world)
    used = (
        rows.filter(pl.col("cls").is_in(["consume", "rework_in"]))
        .group_by("order", from_lot="lot")
        .agg(qty=-pl.col("qty").sum())
    )
    made = (
        rows.filter(pl.col("cls").is_in(["produce", "rework_out"]))
        .group_by("order", to_lot="lot")
        .agg(made=pl.col("qty").sum())
    )
    used = (
        used.filter(pl.col("qty") > 0)
        .join(made.filter(pl.col("made") > 0), on="order")
        .join(world.orders.select("order", "kind"), on="order")
    )
    word = pl.when(pl.col("kind") == 1).then(pl.lit("REWORK")).otherwise(pl.lit("CONSUME"))
    words = {"relabel": "RELABEL", "sub_use": "SUBCONTRACT"}
    moved = (
        rows.filter(pl.col("cls").is_in(list(words)))
        .group_by("cls", "to_lot", from_lot="lot")
        .agg(qty=-pl.col("qty").sum())
    )
    moved = moved.filter(pl.col("qty") > 0).with_columns(
        order=pl.lit(-1, dtype=pl.Int64), edge_type_code=_move_word(words)
    )
    columns = ["from_lot", "to_lot", "order", "qty", "edge_type_code"]
    every = pl.concat([used.with_columns(edge_type_code=word).select(columns), moved.select(columns)])
    numbered = world.lots.filter(pl.col("lot_no") != "").select(from_lot="lot")
    return every.join(numbered, on="from_lot", how="semi").sort("to_lot", "from_lot", "order")


def _move_word(words: dict[str, str]) -> pl.Expr:
    """A lot moved into several is split, several moved into one are merged."""
    is_merged = (pl.col("cls") == "relabel") & (pl.len().over("cls", "to_lot") > 1)
    is_split = (pl.col("cls") == "relabel") & (pl.len().over("cls", "from_lot") > 1)
    other = pl.col("cls").replace_strict(words)
    return pl.when(is_merged).then(pl.lit("MERGE")).when(is_split).then(pl.lit("SPLIT")).otherwise(other)


def genealogy(world: World) -> pl.DataFrame:
    """Edges in codes, as the genealogy truth file has them."""
    lots = coded(world.lots.select("lot", "item", "lot_no"), world)
    rows = edges(world).join(
        lots.rename({"lot": "from_lot", "lot_no": "from_lot_no", "product_code": "from_product_code"}),
        on="from_lot",
        maintain_order="left",
    )
    target = lots.select(to_lot="lot", to_lot_no="lot_no", to_product_code="product_code")
    rows = rows.join(target, on="to_lot", maintain_order="left")
    rows = rows.join(world.orders.select("order", "order_no"), on="order", how="left", maintain_order="left")
    return rows.select(
        "site_code",
        "edge_type_code",
        "from_product_code",
        "from_lot_no",
        "to_product_code",
        "to_lot_no",
        "order_no",
        qty=quantity("qty"),
    )


def packing(world: World) -> pl.DataFrame:
    """Cartons of plant A: SSCC, pallet, delivery, and the lot and quantity inside."""
    plants = [(n, i.plant) for n, i in enumerate(world.cat.items)]
    rows = cartons(world.lines).join(pl.DataFrame(plants, ["item", "plant"], orient="row"), on="item")
    rows = coded(rows.filter(pl.col("plant") == "A").drop("plant"), world)
    rows = rows.join(world.lots.select("lot", "lot_no"), on="lot").sort("carton")
    return rows.select(
        "site_code",
        "product_code",
        "lot_no",
        sscc=sscc("carton", extension=1),
        pallet_sscc=sscc("delivery"),
        delivery_no=(pl.col("delivery") + 80_000_000).cast(pl.String),
        qty=quantity("qty"),
    )


def _sums(world: World) -> pl.DataFrame:
    """Per lot: produced, shipped, consumed, scrapped, sampled in thousandths; a relabelled quantity counts as
    consumed where it left and as produced where it arrived."""
    rows = real_postings(world)
    into = pl.when(pl.col("cls").is_in(["produce", "rework_out"])).then("qty").otherwise(0)
    out = {
        "shipped": ["ship", "cust_return"],
        "consumed": ["consume", "rework_in", "relabel", "sub_use"],
        "scrapped": ["scrap"],
        "sampled": ["sample"],
    }
    sides = {k: -pl.col("qty").filter(pl.col("cls").is_in(v)).sum() for k, v in out.items()}
    own = rows.group_by("lot").agg(
        produced=into.sum(),
        **sides,
        first_t=pl.col("t").filter(pl.col("cls").is_in(["produce", "rework_out"])).min(),
    )
    arrived = (
        rows.filter(pl.col("cls") == "relabel")
        .group_by(lot="to_lot")
        .agg(arrived=-pl.col("qty").sum(), arrived_t=pl.col("t").min())
    )
    both = (
        world.lots.filter(pl.col("lot_kind") > 0)
        .select("lot", "item", "lot_no")
        .join(own, on="lot", how="left")
        .join(arrived, on="lot", how="left")
    )
    filled = both.with_columns(pl.col("produced", *out, "arrived").fill_null(0))
    return filled.with_columns(
        produced=pl.col("produced") + pl.col("arrived"), first_t=pl.coalesce("first_t", "arrived_t")
    ).sort("lot")


def completeness(world: World) -> pl.DataFrame:
    """Where every produced lot went; `origin_code` tells relabelled lots from produced ones."""
    stock = pl.concat(
        [frame.select("day", "lot", "qty") for frame in (snapshots(world), with_vendors(world))]
    )
    last = stock.filter(pl.col("day") == stock["day"].max()).group_by("lot").agg(stock=pl.col("qty").sum())
    rows = (
        _sums(world)
        .join(last, on="lot", how="left", maintain_order="left")
        .with_columns(pl.col("stock").fill_null(0))
    )
    parts = ("shipped", "consumed", "scrapped", "sampled", "stock")
    rows = coded(rows.with_columns(accounted=pl.sum_horizontal(parts)), world)
    origin = pl.when(pl.col("arrived") > 0).then(pl.lit("relabel")).otherwise(pl.lit("production"))
    return rows.select(
        "site_code",
        "product_code",
        "lot_no",
        origin_code=origin,
        month=month_of_time("first_t"),
        produced_qty=quantity("produced"),
        **{f"{p}_qty": quantity(p) for p in parts},
        accounted_qty=quantity("accounted"),
        completeness=ratio("accounted", "produced"),
    )


def coverage(world: World) -> pl.DataFrame:
    """Finished lots of production orders, and those whose every upstream leaf is a received lot."""
    links = edges(world).select("from_lot", "to_lot")
    received = (
        real_postings(world)
        .filter(pl.col("cls") == "receipt")
        .group_by("lot")
        .agg(pl.col("qty").sum())
        .filter(pl.col("qty") > 0)
    )
    nodes = pl.concat(
        [links.select(lot="from_lot"), world.lots.filter(pl.col("order") >= 0).select("lot")]
    ).unique()
    bad = nodes.join(links.select(lot="to_lot"), on="lot", how="anti").join(received, on="lot", how="anti")
    for _ in range(_DEEPEST):
        above = links.join(bad, left_on="from_lot", right_on="lot", how="semi").select(lot="to_lot")
        bad = pl.concat([bad, above]).unique()
    finished = pl.Series([i.kind == "finished" for i in world.cat.items])
    made = world.lots.join(world.orders.filter(pl.col("kind") == 0).select("order"), on="order", how="semi")
    made = made.filter(finished[made["item"].to_numpy()]).with_columns(month=month_of_time("made_t"))
    covered = (~pl.col("lot").is_in(bad["lot"].implode())).cast(pl.Int64).sum()
    return made.group_by("item", "month").agg(finished_lots=pl.len().cast(pl.Int64), covered_lots=covered)
