"""Plant A: purchase orders, deliveries, their packing and serial numbers."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.world.packing import cartons
from simulator.world.shopfloor import slot_of
from simulator.writers.landing import Landing, monthly, weekly
from simulator.writers.sap_text import DATE, ENCODING, material, number, order
from simulator.writers.tables import Tables, with_items
from simulator.writers.text import day_text, padded, sap_lot, sap_number, sscc


def write_purchases(world: World, tables: Tables, out: Landing) -> None:
    """Purchase order heads and lines, a file per month."""
    rows = with_items(world.buying.lines, tables, "A").join(
        tables.suppliers, on="supplier", maintain_order="left"
    )
    rows = rows.join(
        world.parties.suppliers.select(supplier="party", currency="currency"),
        on="supplier",
        maintain_order="left",
    )
    heads = rows.unique("po", keep="first", maintain_order=True).sort("po")
    frame = heads.select(
        EBELN=number("po", 4_500_000_000, 10),
        BSART=pl.lit("NB"),
        LIFNR=padded(pl.col("supplier_code"), 10),
        BEDAT=day_text("ordered_day", DATE),
        WAERS="currency",
    )
    out.csv("sap_a", "ekko", frame, monthly(world.days, heads["ordered_day"]), encoding=ENCODING)
    given_out = world.cat.mask(is_subcontracted=True)
    rows = rows.sort("po", "po_line").with_columns(
        qty=pl.col("ordered_packs") * 1000,
        given_out=pl.col("item").replace_strict(dict(enumerate(given_out.tolist()))),
    )
    frame = rows.select(
        EBELN=number("po", 4_500_000_000, 10),
        EBELP=(pl.col("po_line") * 10).cast(pl.String).str.zfill(5),
        MATNR=material(),
        WERKS=pl.lit("1000"),
        MENGE=sap_number("qty"),
        MEINS="pack",
        NETPR=(pl.col("price") // 10000).cast(pl.String)
        + "."
        + (pl.col("price") // 100 % 100).cast(pl.String).str.zfill(2),
        EINDT=day_text("due_day", DATE),
        PSTYP=pl.when("given_out").then(pl.lit("3")).otherwise(pl.lit("0")),
    )
    out.csv("sap_a", "ekpo", frame, monthly(world.days, rows["ordered_day"]), encoding=ENCODING)


def write_deliveries(world: World, tables: Tables, out: Landing) -> None:
    """Delivery heads and lines in the sales unit."""
    rows = with_items(world.lines, tables, "A").join(tables.customers, on="customer", maintain_order="left")
    rows = rows.join(world.lots.select("lot", "lot_no"), on="lot", maintain_order="left").sort(
        "delivery", "position"
    )
    rows = rows.with_columns(sold=pl.col("qty") // pl.col("factor"), sent_day=pl.col("t") // 86400)
    heads = rows.unique("delivery", keep="first", maintain_order=True)
    frame = heads.select(
        VBELN=number("delivery", 80_000_000, 10),
        KUNNR=padded(pl.col("customer_code"), 10),
        WADAT_IST=day_text("sent_day", DATE),
    )
    out.csv("sap_a", "likp", frame, weekly(world.days, heads["sent_day"]), encoding=ENCODING)
    frame = rows.select(
        VBELN=number("delivery", 80_000_000, 10),
        POSNR=(pl.col("position") * 10).cast(pl.String).str.zfill(6),
        MATNR=material(),
        CHARG=sap_lot("lot_no"),
        LFIMG=sap_number("sold"),
        MEINS=pl.when(pl.col("factor") > 1).then("pack").otherwise("base"),
        WERKS=pl.lit("1000"),
    )
    out.csv("sap_a", "lips", frame, weekly(world.days, rows["sent_day"]), encoding=ENCODING)


def write_packing(world: World, tables: Tables, out: Landing) -> None:
    """Handling units and their items: lots in cartons, the cartons of a delivery on its pallet."""
    rows = with_items(cartons(world.lines), tables, "A")
    rows = rows.join(world.lots.select("lot", "lot_no"), on="lot", maintain_order="left")
    rows = rows.with_columns(sent_day=pl.col("t") // 86400).sort("delivery", "position", "slot")
    rows = rows.with_columns(place=pl.Series(slot_of(rows["delivery"].to_numpy()) + 1))
    pallets = rows.unique("delivery", keep="first", maintain_order=True)
    unit = {"VPOBJKEY": number("delivery", 80_000_000, 10), "ERDAT": day_text("sent_day", DATE)}
    pallet, carton = number("delivery", 5_000_000, 10), number("carton", 6_000_000_000, 10)
    frame = pl.concat(
        [
            pallets.select(VENUM=pallet, EXIDV=sscc("delivery"), **unit),
            rows.select(VENUM=carton, EXIDV=sscc("carton", extension=1), **unit),
        ]
    )
    days = pl.concat([pallets["sent_day"], rows["sent_day"]])
    out.csv("sap_a", "vekp", frame, weekly(world.days, days), encoding=ENCODING)
    position = (pl.col("position") * 10).cast(pl.String).str.zfill(6)
    none, delivery = pl.lit(""), number("delivery", 80_000_000, 10)
    loaded = {"UNVEL": carton, "VBELN": delivery, "POSNR": none, "MATNR": none, "CHARG": none}
    filled = {"UNVEL": none, "VBELN": delivery, "POSNR": position, "MATNR": material()}
    filled |= {"CHARG": sap_lot("lot_no")}
    items = pl.concat(
        [
            rows.select(
                VENUM=carton, VEPOS=pl.lit("000001"), VELIN=pl.lit("1"), **filled, VEMNG=sap_number("qty")
            ).with_columns(VEMEH=rows["base"]),
            rows.select(
                VENUM=pallet, VEPOS=pl.col("place").cast(pl.String).str.zfill(6), VELIN=pl.lit("3"), **loaded
            ).with_columns(VEMNG=pl.lit("1.000"), VEMEH=pl.lit("ST")),
        ]
    )
    out.csv("sap_a", "vepo", items, weekly(world.days, pl.concat([rows["sent_day"]] * 2)), encoding=ENCODING)


def write_serials(world: World, tables: Tables, out: Landing) -> None:
    """Serial numbers when made, and again when delivered."""
    rows = with_items(world.serials, tables, "A").join(
        world.lots.select("lot", "lot_no"), on="lot", maintain_order="left"
    )
    rows = rows.join(world.orders.select("order", "order_no"), on="order", maintain_order="left")
    made = monthly(world.days, rows["made_t"] // 86400)
    sent = monthly(world.days, (rows["sent_t"].fill_null(0)) // 86400)
    early = rows["delivery"].is_not_null() & (made == sent)
    first = rows.with_columns(delivery=pl.when(early).then("delivery").otherwise(None))
    later = rows["delivery"].is_not_null() & ~early
    both = pl.concat([first, rows.filter(later)])
    frame = both.select(
        SERNR=pl.lit("SN25") + pl.col("serial").cast(pl.String).str.zfill(8),
        MATNR=material(),
        CHARG=sap_lot("lot_no"),
        AUFNR=order(),
        VBELN=number("delivery", 80_000_000, 10),
    )
    out.csv("sap_a", "objk", frame, pl.concat([made, sent.filter(later)]), encoding=ENCODING)
