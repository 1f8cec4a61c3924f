"""Which material numbers are one product: those whose sales unit carries the same GTIN."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.writers.udi import primary_code


def products(world: World) -> pl.DataFrame:
    """One row per material number: site_code, product_code, true_product_key."""
    rows = [
        (item.plant, item.code, f"gtin:{primary_code(n)}" if item.kind == "finished" else "")
        for n, item in enumerate(world.cat.items)
    ]
    frame = pl.DataFrame(rows, schema=["site_code", "product_code", "true_product_key"], orient="row")
    system = pl.col("site_code").replace_strict({"A": "sap_a:", "B": "u8_b:"})
    alone = system + pl.col("product_code")
    key = pl.when(pl.col("true_product_key") == "").then(alone).otherwise("true_product_key")
    return frame.with_columns(true_product_key=key).sort("site_code", "product_code")
