"""Plant A: inspection lots, decisions, results; batch master and batch stock."""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.world.build import World
from simulator.world.planning import OPEN
from simulator.world.quality import CHARACTERISTICS, INSPECTORS
from simulator.world.stock import with_vendors
from simulator.writers.landing import Landing, monthly, weekly
from simulator.writers.sap_text import DATE, ENCODING, STORES, material, number, order, text
from simulator.writers.tables import Tables, with_items
from simulator.writers.text import day_text, padded, sap_lot, sap_number, time_text


def _inspection_no() -> pl.Expr:
    kind = pl.when(pl.col("insp_kind") == 0).then(pl.lit("01")).otherwise(pl.lit("04"))
    return kind + pl.col("insp").cast(pl.String).str.zfill(10)


def inspections_of(world: World, tables: Tables, plant: str) -> pl.DataFrame:
    """Inspections of a plant with lot, order and purchase references."""
    rows = with_items(world.inspections.rename({"kind": "insp_kind"}), tables, plant)
    rows = rows.join(world.lots.select("lot", "lot_no"), on="lot", maintain_order="left")
    rows = rows.join(
        world.orders.select("order", "order_no", "number"), on="order", how="left", maintain_order="left"
    )
    bought = world.buying.lot_line.join(
        world.buying.lines.select("line", "po", "po_line", "supplier"), on="line", maintain_order="left"
    )
    rows = rows.join(bought, on="lot", how="left", maintain_order="left")
    return rows.join(tables.suppliers, on="supplier", how="left", maintain_order="left").with_columns(
        created_day=pl.col("created_t") // 86400,
        decided_day=pl.col("decided_t") // 86400,
        sampled=pl.col("sample_size") * 1000,
        name=pl.Series(np.array(INSPECTORS)[rows["inspector"].to_numpy()]),
    )


def write_inspections(world: World, tables: Tables, out: Landing) -> None:
    """Inspection lots, usage decisions and results."""
    rows = inspections_of(world, tables, "A")
    frame = rows.select(
        PRUEFLOS=_inspection_no(),
        ART=pl.when(pl.col("insp_kind") == 0).then(pl.lit("01")).otherwise(pl.lit("04")),
        WERK=pl.lit("1000"),
        MATNR=material(),
        CHARG=sap_lot("lot_no"),
        LIFNR=padded(text(pl.col("supplier_code")), 10),
        EBELN=number("po", 4_500_000_000, 10),
        EBELP=text((pl.col("po_line") * 10).cast(pl.String).str.zfill(5)),
        AUFNR=order(),
        LOSMENGE=sap_number("qty"),
        MENGENEINH="base",
        GESSTICHPR=sap_number("sampled"),
        ENSTEHDAT=day_text("created_day", DATE),
    )
    out.csv("sap_a", "qals", frame, weekly(world.days, rows["created_day"]), encoding=ENCODING)
    done = rows.filter(pl.col("decision") != OPEN).sort("decided_t", "insp")
    frame = done.select(
        PRUEFLOS=_inspection_no(),
        VBEWERTUNG=pl.when(pl.col("decision") == 2).then(pl.lit("R")).otherwise(pl.lit("A")),
        VCODE=pl.col("decision").replace_strict({0: "A", 1: "AC", 2: "R"}, return_dtype=pl.String),
        VDATUM=time_text("decided_t", DATE),
        VEZEIT=time_text("decided_t", "%H%M%S"),
        VNAME=pl.lit("QA") + (pl.col("inspector") + 1).cast(pl.String).str.zfill(2),
        LMENGE01=sap_number("accepted"),
        LMENGE04=sap_number("rejected"),
        DEFEKT=pl.col("defects").cast(pl.String),
    )
    out.csv("sap_a", "qave", frame, weekly(world.days, done["decided_day"]), encoding=ENCODING)
    _write_results(world, done, out)


def _write_results(world: World, done: pl.DataFrame, out: Landing) -> None:
    rows = done.select("insp", "insp_kind", "decided_day").join(
        world.results, on="insp", maintain_order="left"
    )
    names = {n: c[0] for n, c in enumerate(CHARACTERISTICS)}
    units = {n: c[1] for n, c in enumerate(CHARACTERISTICS)}
    frame = rows.select(
        PRUEFLOS=_inspection_no(),
        MERKNR=(pl.col("number") * 10).cast(pl.String).str.zfill(4),
        KURZTEXT=pl.col("characteristic").replace_strict(names, return_dtype=pl.String),
        MITTELWERT=sap_number("value"),
        MASSEINHSW=pl.col("characteristic").replace_strict(units, return_dtype=pl.String),
        TOLERANZUN=sap_number("lower"),
        TOLERANZOB=sap_number("upper"),
        MBEWERTG=pl.when("is_bad").then(pl.lit("R")).otherwise(pl.lit("A")),
    )
    out.csv("sap_a", "qamr", frame, monthly(world.days, rows["decided_day"]), encoding=ENCODING)


def write_lots(world: World, tables: Tables, stock: pl.DataFrame, out: Landing) -> None:
    """Batch master and month-end batch stock."""
    lines = world.buying.lot_line.join(
        world.buying.lines.select("line", "supplier"), on="line", maintain_order="left"
    )
    rows = (
        with_items(world.lots, tables, "A")
        .filter(pl.col("lot_no") != "")
        .join(lines, on="lot", how="left", maintain_order="left")
    )
    rows = rows.join(tables.suppliers, on="supplier", how="left", maintain_order="left").with_columns(
        created=pl.col("made_t") // 86400
    )
    coated = pl.lit("C") + pl.col("number").cast(pl.String) + "-" + day_text("made_day", "%y%m")
    bought = pl.lit("V") + pl.col("supplier_code") + "-" + (pl.col("number") * 7 % 99991).cast(pl.String)
    theirs = pl.when(pl.col("job") >= 0).then(coated).when(pl.col("lot_kind") == 0).then(bought)
    frame = rows.select(
        MATNR=material(),
        CHARG=sap_lot("lot_no"),
        HSDAT=day_text("made_day", DATE),
        VFDAT=day_text("expiry_day", DATE),
        LICHA=theirs.otherwise(pl.lit("")),
        LIFNR=padded(text(pl.col("supplier_code")), 10),
        ERSDA=day_text("created", DATE),
    )
    out.csv("sap_a", "mch1", frame, weekly(world.days, rows["created"]), encoding=ENCODING)
    held = with_items(stock, tables, "A").filter(pl.col("lot_no") != "")
    frame = held.select(
        MATNR=material(),
        WERKS=pl.lit("1000"),
        LGORT=pl.col("kind").replace_strict(STORES),
        CHARG=sap_lot("lot_no"),
        CLABS=sap_number("free"),
        CINSM=sap_number("quality"),
        CSPEM=sap_number("blocked"),
        STICHTAG=day_text("day", DATE),
    )
    out.csv("sap_a", "mchb", frame, held["day"], encoding=ENCODING)
    _write_vendor_stock(world, tables, out)


def _write_vendor_stock(world: World, tables: Tables, out: Landing) -> None:
    """Month-end stock of the lots provided to vendors."""
    held = with_items(with_vendors(world), tables, "A").join(
        tables.suppliers, on="supplier", maintain_order="left"
    )
    frame = held.select(
        MATNR=material(),
        WERKS=pl.lit("1000"),
        CHARG=sap_lot("lot_no"),
        SOBKZ=pl.lit("O"),
        LIFNR=padded(pl.col("supplier_code"), 10),
        LBLAB=sap_number("qty"),
        STICHTAG=day_text("day", DATE),
    )
    out.csv("sap_a", "mslb", frame, held["day"], encoding=ENCODING)
