"""Look-up frames the writers share: item codes and units, partner codes, order and document numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulator.world.build import World
from simulator.world.catalogue import Catalogue, Item
from simulator.world.parties import Parties
from simulator.world.shopfloor import slot_of
from simulator.writers.text import SAP_UOM, U8_UOM


@dataclass(frozen=True)
class Tables:
    """`items`: item, code, plant, kind, base, pack; `suppliers` and `customers`: row number and code."""

    items: pl.DataFrame
    suppliers: pl.DataFrame
    customers: pl.DataFrame


def _base(item: Item) -> str:
    if item.plant == "A":
        return "EA" if item.uom == "pcs" and item.kind == "raw" else SAP_UOM[item.uom]
    return U8_UOM.get(item.uom, item.piece_name)


def build_tables(cat: Catalogue, parties: Parties) -> Tables:
    """Look-ups that do not depend on the part of the world."""
    rows = [(n, i.code, i.plant, i.kind, _base(i), i.pack_uom) for n, i in enumerate(cat.items)]
    items = pl.DataFrame(rows, schema=["item", "code", "plant", "kind", "base", "pack"], orient="row")
    return Tables(
        items=items,
        suppliers=parties.suppliers.select(supplier="party", supplier_code="code"),
        customers=parties.customers.select(customer="party", customer_code="code"),
    )


def with_items(frame: pl.DataFrame, tables: Tables, plant: str) -> pl.DataFrame:
    """Rows of one plant with code, base and pack unit."""
    mine = tables.items.filter(pl.col("plant") == plant).drop("plant")
    keep = frame.drop("plant") if "plant" in frame.columns else frame
    return keep.join(mine, on="item", how="inner", maintain_order="left")


def postings(world: World, tables: Tables, plant: str, *, by_store: bool) -> pl.DataFrame:
    """Movements of one plant with document number, line and all references resolved to codes."""
    frame = with_items(world.movements, tables, plant)
    frame = frame.join(world.lots.select("lot", "lot_no", "job"), on="lot", maintain_order="left")
    frame = frame.join(
        world.lots.select(to_lot="lot", to_lot_no="lot_no"), on="to_lot", how="left", maintain_order="left"
    )
    frame = frame.join(
        world.orders.select("order", "order_no", "number"), on="order", how="left", maintain_order="left"
    )
    lines = world.buying.lines.select("line", "po", "po_line", "supplier").rename(
        {"line": "po_ref", "po_line": "po_pos"}
    )
    frame = frame.join(lines, left_on="po_line", right_on="po_ref", how="left", maintain_order="left")
    sent = world.lines.select("line", "delivery", "position")
    frame = frame.join(sent, on="line", how="left", maintain_order="left")
    frame = frame.join(tables.suppliers, on="supplier", how="left", maintain_order="left")
    frame = frame.join(tables.customers, on="customer", how="left", maintain_order="left")
    return _documents(frame, world.counters.movement, by_store=by_store)


def _documents(frame: pl.DataFrame, first: int, *, by_store: bool) -> pl.DataFrame:
    """Rows posted together share a document; its number is the running number of its first row."""
    store = ["kind"] if by_store else []
    # what a vendor used of our parts stands in the document of the goods receipt, one lot in each
    used = pl.col("cls") == "sub_use"
    frame = frame.with_columns(
        doc_cls=pl.when(used).then(pl.lit("receipt")).otherwise("cls"),
        came_in=pl.when(used).then("to_lot").when(pl.col("job") >= 0).then("lot").otherwise(-1),
    )
    keys = ["t", "doc_cls", "rev", "draft", "order", "po", "delivery", "came_in", *store]
    frame = frame.sort(*keys, "seq", nulls_last=False)
    changed = pl.any_horizontal([pl.col(k).ne_missing(pl.col(k).shift(1)) for k in keys])
    group = frame.select(changed.cast(pl.Int64).cum_sum().alias("g"))["g"].to_numpy()
    line = slot_of(group)
    row = np.arange(frame.height, dtype=np.int64)
    return frame.with_columns(
        doc=pl.Series(row - line + first),
        doc_line=pl.Series(line + 1),
        row=pl.Series(row + first),
        day=pl.col("t") // 86400,
    )
