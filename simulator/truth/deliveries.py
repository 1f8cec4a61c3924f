"""Who got what: per lot and customer the quantity delivered and returned, and how many devices went along."""

from __future__ import annotations

import polars as pl

from simulator.truth.frames import coded, quantity
from simulator.world.build import World


def lot_consignee(world: World) -> pl.DataFrame:
    """One row per lot and customer; quantities in base units, returns not taken off what was delivered."""
    keys = ["item", "lot", "customer"]
    sent = world.lines.group_by(keys).agg(delivered=pl.col("qty").sum())
    back = world.returns.group_by(keys).agg(returned=pl.col("qty").sum())
    holder = world.lines.select("lot", "delivery", "customer").unique()
    devices = (
        world.serials.filter(pl.col("delivery").is_not_null())
        .join(holder, on=["lot", "delivery"])
        .group_by(keys)
        .agg(device_count=pl.len().cast(pl.Int64))
    )
    rows = sent.join(back, on=keys, how="left").join(devices, on=keys, how="left")
    rows = rows.with_columns(pl.col("returned", "device_count").fill_null(0)).sort(keys)
    named = rows.join(world.lots.select("lot", "lot_no"), on="lot", maintain_order="left").join(
        world.parties.customers.select(customer="party", customer_code="code"),
        on="customer",
        maintain_order="left",
    )
    return coded(named, world).select(
        "site_code",
        "product_code",
        "lot_no",
        "customer_code",
        delivered_qty=quantity("delivered"),
        returned_qty=quantity("returned"),
        device_count="device_count",
    )
