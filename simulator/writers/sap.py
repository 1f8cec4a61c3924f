"""Plant A's ERP extracts: purchasing, production, quality and sales documents in SAP's habits."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.world.subcontract import is_with_vendor
from simulator.writers.landing import Landing, daily, weekly
from simulator.writers.sap_quality import write_inspections
from simulator.writers.sap_text import DATE, ENCODING, STORES, material, number, order, text
from simulator.writers.sap_trade import write_deliveries, write_packing, write_purchases, write_serials
from simulator.writers.tables import Tables, postings, with_items
from simulator.writers.text import day_text, padded, sap_lot, sap_number, time_text

_TYPES = {
    "receipt": "101",
    "return": "122",
    "provide": "541",
    "sub_use": "543",
    "consume": "261",
    "rework_in": "261",
    "produce": "101",
    "rework_out": "101",
    "sample": "333",
    "scrap": "551",
    "ship": "601",
    "cust_return": "651",
    "relabel": "309",
    "transfer": "321",
}
_REVERSED = {
    "receipt": "102",
    "return": "123",
    "sub_use": "544",
    "consume": "262",
    "rework_in": "262",
    "produce": "102",
    "rework_out": "102",
    "scrap": "552",
    "ship": "602",
    "relabel": "310",
}


def _references(rows: pl.DataFrame) -> pl.DataFrame:
    """Document number and line of the reversed posting."""
    target = rows.select(rev_of="seq", rev_doc="doc", rev_line="doc_line", rev_year=time_text("t", "%Y"))
    return rows.join(target, on="rev_of", how="left", maintain_order="left")


def write_mseg(world: World, tables: Tables, out: Landing) -> None:
    """Material document lines, a file per day."""
    rows = _references(postings(world, tables, "A", by_store=False))
    moved = (
        pl.when("rev")
        .then(pl.col("cls").replace_strict(_REVERSED, default=""))
        .otherwise(pl.col("cls").replace_strict(_TYPES))
    )
    is_relabel, away = pl.col("cls") == "relabel", is_with_vendor()
    is_sale = pl.col("cls").is_in(["ship", "cust_return"])
    frame = rows.with_columns(size=pl.col("qty").abs(), entry=pl.col("qty").abs() // pl.col("factor")).select(
        MBLNR=number("doc", 4_900_000_000, 10),
        MJAHR=time_text("t", "%Y"),
        ZEILE=pl.col("doc_line").cast(pl.String).str.zfill(4),
        BWART=moved,
        SHKZG=pl.when(pl.col("qty") > 0).then(pl.lit("S")).otherwise(pl.lit("H")),
        MATNR=material(),
        WERKS=pl.lit("1000"),
        LGORT=pl.when(away).then(pl.lit("")).otherwise(pl.col("kind").replace_strict(STORES)),
        CHARG=sap_lot("lot_no"),
        SOBKZ=pl.when(away).then(pl.lit("O")).otherwise(pl.lit("")),
        MENGE=sap_number("size"),
        MEINS="base",
        ERFMG=sap_number("entry"),
        ERFME=pl.when(pl.col("factor") > 1).then("pack").otherwise("base"),
        AUFNR=pl.when(pl.col("cls") == "sample").then(pl.lit("")).otherwise(order()),
        EBELN=number("po", 4_500_000_000, 10),
        EBELP=text((pl.col("po_pos") * 10).cast(pl.String).str.zfill(5)),
        LIFNR=padded(text(pl.col("supplier_code")), 10),
        KUNNR=padded(text(pl.col("customer_code")), 10),
        VBELN_IM=pl.when(is_sale).then(number("delivery", 80_000_000, 10)).otherwise(pl.lit("")),
        UMMAT=pl.when(is_relabel).then(material()).otherwise(pl.lit("")),
        UMCHA=pl.when(is_relabel).then(sap_lot("to_lot_no")).otherwise(pl.lit("")),
        SMBLN=number("rev_doc", 4_900_000_000, 10),
        SJAHR=text(pl.col("rev_year")),
        SMBLP=text(pl.col("rev_line").cast(pl.String).str.zfill(4)),
        XAUTO=pl.lit(""),
        BUDAT=time_text("t", DATE),
        CPUDT=time_text("t", DATE),
        CPUTM=time_text("t", "%H%M%S"),
        USNAM=pl.lit("U") + (pl.col("doc") % 37 + 100).cast(pl.String),
    )
    out.csv("sap_a", "mseg", frame, daily(world.days, rows["day"]), encoding=ENCODING)


def write_orders(world: World, tables: Tables, out: Landing) -> None:
    """Order heads and items; an item comes again with its receipt once the order is finished."""
    made = world.lots.filter(pl.col("order") >= 0).select("order", "lot_no", good="qty")
    rows = with_items(world.orders.rename({"kind": "order_kind"}), tables, "A").join(
        made, on="order", maintain_order="left"
    )
    rows = rows.with_columns(start_day=pl.col("start_t") // 86400, end_day=pl.col("end_t") // 86400)
    kind = pl.when(pl.col("order_kind") == 1).then(pl.lit("PP02")).otherwise(pl.lit("PP01"))
    head = rows.select(AUFNR=order(), AUART=kind, WERKS=pl.lit("1000"), ERDAT=day_text("start_day", DATE))
    out.csv("sap_a", "aufk", head, weekly(world.days, rows["start_day"]), encoding=ENCODING)
    first, last = weekly(world.days, rows["start_day"]), weekly(world.days, rows["end_day"])
    opened = rows.filter(first != last).with_columns(
        good=pl.lit(0, dtype=pl.Int64), end_day=pl.lit(None, dtype=pl.Int64)
    )
    both = pl.concat([opened, rows])
    frame = both.select(
        AUFNR=order(),
        POSNR=pl.lit("0001"),
        MATNR=material(),
        CHARG=sap_lot("lot_no"),
        PSMNG=sap_number("planned"),
        WEMNG=sap_number("good"),
        MEINS="base",
        GSTRI=day_text("start_day", DATE),
        GLTRI=day_text("end_day", DATE).fill_null("00000000"),
    )
    out.csv("sap_a", "afpo", frame, pl.concat([first.filter(first != last), last]), encoding=ENCODING)


def write_sap(world: World, tables: Tables, out: Landing) -> None:
    """All documents of plant A."""
    write_mseg(world, tables, out)
    write_orders(world, tables, out)
    write_purchases(world, tables, out)
    write_deliveries(world, tables, out)
    write_packing(world, tables, out)
    write_serials(world, tables, out)
    write_inspections(world, tables, out)
