"""Master data of both plants: complete on the first day, afterwards a monthly delta of changed records.

A changed record differs in a text that no key figure depends on (specification, city); the last state wins.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from simulator.world.build import World
from simulator.world.catalogue import Catalogue
from simulator.writers.landing import Landing
from simulator.writers.tables import Tables
from simulator.writers.text import day_text, padded, plain_number, sap_number
from simulator.writers.udi import package_code, primary_code

_RATES = {"USD": 7_180_000, "EUR": 7_760_000, "JPY": 47_500, "GBP": 9_050_000}
_CREATED = 18_000  # epoch day on which the oldest materials were created


def _items(cat: Catalogue, tables: Tables, plant: str) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {
        "name_zh": [i.name_zh for i in cat.items],
        "name_en": [i.name_en for i in cat.items],
        "spec": [i.spec for i in cat.items],
        "is_batch": [i.is_batch for i in cat.items],
        "is_serial": [i.is_serial for i in cat.items],
        "shelf": [i.shelf_days for i in cat.items],
        "pack_qty": [i.pack_qty for i in cat.items],
        "di": [primary_code(n) if i.kind == "finished" else "" for n, i in enumerate(cat.items)],
        "pack_di": [
            package_code(n) if i.kind == "finished" and i.pack_qty > 1 else ""
            for n, i in enumerate(cat.items)
        ],
    }
    frame = tables.items.with_columns([pl.Series(k, v) for k, v in columns.items()])
    return frame.filter(pl.col("plant") == plant).with_columns(
        created=(_CREATED + pl.col("item") * 7).cast(pl.Int64)
    )


def _monthly(frame: pl.DataFrame, key: str, changed: pl.Expr, world: World) -> tuple[pl.DataFrame, pl.Series]:
    """All rows on the first day, then every month the rows whose turn it is, with the changed text."""
    frames, days = [frame], [world.days.month_starts()[0]] * frame.height
    for month, day in enumerate(world.days.month_starts().tolist()[1:], start=1):
        part = frame.filter((pl.col(key) + month) % 29 == 0)
        frames.append(part.with_columns(changed + f" V{month}"))
        days += [day] * part.height
    return pl.concat(frames), pl.Series(days, dtype=pl.Int64)


def write_masters_a(world: World, tables: Tables, out: Landing) -> None:
    """Materials, texts, units, BOM, partners and exchange rates of plant A."""
    items, day = _monthly(_items(world.cat, tables, "A"), "item", pl.col("spec"), world)
    kinds = {"finished": "FERT", "semifinished": "HALB", "raw": "ROH", "packaging": "VERP"}
    code = padded(pl.col("code"), 18)
    mara = items.select(
        MATNR=code,
        MTART=pl.col("kind").replace_strict(kinds),
        MEINS="base",
        XCHPF=pl.when("is_batch").then(pl.lit("X")).otherwise(pl.lit("")),
        EAN11="di",
        MHDHB=pl.col("shelf").cast(pl.String),
        SERNP=pl.when("is_serial").then(pl.lit("Z001")).otherwise(pl.lit("")),
        NORMT="spec",
        ERSDA=day_text("created", "%Y%m%d"),
    )
    out.csv("sap_a", "mara", mara, day, encoding="utf-8-sig")
    texts = [
        items.select(MATNR=code, SPRAS=pl.lit(lang), MAKTX=pl.col(name))
        for lang, name in (("1", "name_zh"), ("E", "name_en"))
    ]
    out.csv("sap_a", "makt", pl.concat(texts), pl.concat([day, day]), encoding="utf-8-sig")
    packed = items["pack_qty"] > 1
    marm = items.filter(packed).select(
        MATNR=code, MEINH="pack", UMREZ=pl.col("pack_qty").cast(pl.String), UMREN=pl.lit("1"), EAN11="pack_di"
    )
    base = items.select(MATNR=code, MEINH="base", UMREZ=pl.lit("1"), UMREN=pl.lit("1"), EAN11="di")
    out.csv(
        "sap_a", "marm", pl.concat([base, marm]), pl.concat([day, day.filter(packed)]), encoding="utf-8-sig"
    )
    _write_bom(world, tables, out, "A")
    _write_partners_a(world, out)
    _write_rates(world, out)


def _bom(world: World, tables: Tables, plant: str) -> pl.DataFrame:
    cat = world.cat
    codes = tables.items.select("item", "code", "base")
    lines = pl.DataFrame({"parent": cat.bom_parent, "item": cat.bom_component, "qty": cat.bom_qty})
    parents = tables.items.filter(pl.col("plant") == plant).select(parent="item", parent_code="code")
    return lines.join(parents, on="parent", maintain_order="left").join(
        codes, on="item", maintain_order="left"
    )


def _write_bom(world: World, tables: Tables, out: Landing, plant: str) -> None:
    lines = _bom(world, tables, plant)
    day = pl.Series([world.days.month_starts()[0]] * lines.height, dtype=pl.Int64)
    if plant == "A":
        frame = lines.select(
            MATNR=padded(pl.col("parent_code"), 18),
            WERKS=pl.lit("1000"),
            IDNRK=padded(pl.col("code"), 18),
            MENGE=sap_number("qty"),
            MEINS="base",
            DATUV=pl.lit("20240101"),
        )
        out.csv("sap_a", "stpo", frame, day, encoding="utf-8-sig")
        return
    frame = lines.select(
        cPsCode="parent_code",
        cInvCode="code",
        BaseQtyN=plain_number("qty"),
        cUnit="base",
        EffBegDate=pl.lit("2024-1-1"),
    )
    out.csv("u8_b", "bom", frame, day, encoding="gb18030")


def _write_partners_a(world: World, out: Landing) -> None:
    mine = world.parties.suppliers.filter(pl.col("plant") == "A")
    rows, day = _monthly(mine, "party", pl.col("city"), world)
    frame = rows.select(
        LIFNR=padded(pl.col("code"), 10),
        NAME1="name",
        LAND1="country",
        ORT01="city",
        STCD5="uscc",
        SPERR=pl.lit(""),
    )
    out.csv("sap_a", "lfa1", frame, day, encoding="utf-8-sig")
    mine = world.parties.customers.filter(pl.col("plant") == "A")
    rows, day = _monthly(mine, "party", pl.col("city"), world)
    frame = rows.select(
        KUNNR=padded(pl.col("code"), 10), NAME1="name", LAND1="country", ORT01="city", STCD5="uscc"
    )
    out.csv("sap_a", "kna1", frame, day, encoding="utf-8-sig")


def _write_rates(world: World, out: Landing) -> None:
    """Monthly rates that move by a fixed pattern."""
    rows = [
        (day, currency, rate + rate * ((n * 37 + len(currency) * 11) % 23 - 11) // 1000)
        for n, day in enumerate(world.days.month_starts().tolist())
        for currency, rate in _RATES.items()
    ]
    frame = pl.DataFrame(rows, schema=["day", "currency", "rate"], orient="row")
    rate = (
        (pl.col("rate") // 1_000_000).cast(pl.String)
        + "."
        + (pl.col("rate") % 1_000_000).cast(pl.String).str.zfill(6)
    )
    text = frame.select(
        FCURR="currency", TCURR=pl.lit("CNY"), GDATU=day_text("day", "%Y%m%d"), UKURS=rate.str.slice(0, 7)
    )
    out.csv("sap_a", "tcurr", text, frame["day"], encoding="utf-8-sig")


def write_masters_b(world: World, tables: Tables, out: Landing) -> None:
    """Inventory, units, BOM and partners of plant B."""
    items, day = _monthly(_items(world.cat, tables, "B"), "item", pl.col("spec"), world)
    classes = {"finished": "01", "semifinished": "02", "raw": "03", "packaging": "04"}
    yes = pl.lit("是"), pl.lit("否")
    frame = items.select(
        cInvCode="code",
        cInvName="name_zh",
        cInvStd="spec",
        cInvCCode=pl.col("kind").replace_strict(classes),
        cComUnitCode="base",
        bInvBatch=pl.when("is_batch").then(yes[0]).otherwise(yes[1]),
        bSerial=pl.when("is_serial").then(yes[0]).otherwise(yes[1]),
        iMassDate=pl.col("shelf").cast(pl.String),
        dSDate=day_text("created", "%Y-%m-%d"),
    )
    out.csv("u8_b", "inventory", frame, day, encoding="gb18030")
    packed = items["pack_qty"] > 1
    units = items.filter(packed).select(
        cInvCode="code", cComunitCode="pack", iChangRate=pl.col("pack_qty").cast(pl.String)
    )
    single = items.select(cInvCode="code", cComunitCode="base", iChangRate=pl.lit("1"))
    one = (items["pack_qty"] == 1) & (items["pack"] != "")
    same = items.filter(one).select(cInvCode="code", cComunitCode="pack", iChangRate=pl.lit("1"))
    days = pl.concat([day, day.filter(packed), day.filter(one)])
    out.csv("u8_b", "computationunit", pl.concat([single, units, same]), days, encoding="gb18030")
    _write_bom(world, tables, out, "B")
    _write_partners_b(world, out)


def _write_partners_b(world: World, out: Landing) -> None:
    short = pl.col("name").str.slice(0, 6).str.strip_chars()
    mine = world.parties.suppliers.filter(pl.col("plant") == "B")
    rows, day = _monthly(mine, "party", pl.col("address"), world)
    frame = rows.select(
        cVenCode="code",
        cVenName="name",
        cVenAbbName=short,
        cVenRegCode="uscc",
        cVenAddress="address",
        bFreeze=pl.lit("否"),
    )
    out.csv("u8_b", "vendor", frame, day, encoding="gb18030")
    mine = world.parties.customers.filter(pl.col("plant") == "B")
    rows, day = _monthly(mine, "party", pl.col("address"), world)
    frame = rows.select(
        cCusCode="code", cCusName="name", cCusAbbName=short, cCusRegCode="uscc", cCusAddress="address"
    )
    out.csv("u8_b", "customer", frame, day, encoding="gb18030")
