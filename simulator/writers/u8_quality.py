"""Plant B: inspection vouchers with results, batch properties, month-end stock."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.world.planning import OPEN
from simulator.world.quality import CHARACTERISTICS
from simulator.writers.landing import Landing, monthly, weekly
from simulator.writers.sap_quality import inspections_of
from simulator.writers.tables import Tables, with_items
from simulator.writers.text import day_text, plain_number, time_text
from simulator.writers.u8_text import (
    DAY,
    ENCODING,
    SHORT_DAY,
    STORES,
    TIME,
    order_id,
    po_line_id,
    text_id,
)


def write_inspections(world: World, tables: Tables, out: Landing) -> None:
    """Inspection vouchers: written when created, again when decided; results come with the decision."""
    rows = inspections_of(world, tables, "B").rename({"po_line": "po_pos"})
    created, decided = weekly(world.days, rows["created_day"]), weekly(world.days, rows["decided_day"])
    undecided = rows["decision"] == OPEN
    first = undecided | (created != decided)
    opened = rows.filter(first).with_columns(decision=pl.lit(OPEN, dtype=pl.Int64))
    both = pl.concat([opened, rows.filter(~undecided)])
    zero, done = pl.lit("0"), pl.col("decision") != OPEN
    concession = pl.col("decision") == 1
    frame = both.select(
        ID=text_id("insp"),
        cCheckCode=pl.lit("JY") + text_id("insp").str.zfill(8),
        cVouchType=pl.when(pl.col("insp_kind") == 0).then(pl.lit("QM03")).otherwise(pl.lit("QM04")),
        cInvCode="code",
        cBatch="lot_no",
        cVenCode=pl.col("supplier_code").fill_null(""),
        iPOsID=po_line_id(),
        MoDId=order_id(),
        fQuantity=plain_number("qty"),
        fSampleQty=text_id("sample_size"),
        fRegQuantity=pl.when(done & ~concession).then(plain_number("accepted")).otherwise(zero),
        fDisQuantity=pl.when(done).then(plain_number("rejected")).otherwise(zero),
        fConQuantity=pl.when(concession).then(plain_number("accepted")).otherwise(zero),
        cResult=pl.col("decision").replace_strict(
            {0: "合格", 1: "让步接收", 2: "不合格", OPEN: ""}, return_dtype=pl.String
        ),
        dDate=day_text("created_day", DAY),
        dVerifyTime=pl.when(done).then(time_text("decided_t", TIME)).otherwise(pl.lit("")),
        cVerifier=pl.when(done).then("name").otherwise(pl.lit("")),
    )
    out.csv(
        "u8_b",
        "qmcheckvoucher",
        frame,
        pl.concat([created.filter(first), decided.filter(~undecided)]),
        encoding=ENCODING,
    )
    _write_results(world, rows.filter(~undecided), out)


def _write_results(world: World, done: pl.DataFrame, out: Landing) -> None:
    """Two measured values and the appearance, which is a word."""
    rows = done.select("insp", "decided_day").join(world.results, on="insp", maintain_order="left")
    names, units = ({n: c[k] for n, c in enumerate(CHARACTERISTICS)} for k in (0, 1))
    looks = pl.col("number") == 3
    result = pl.when("is_bad").then(pl.lit("不合格")).otherwise(pl.lit("合格"))
    blank = pl.lit("")
    frame = rows.with_columns(auto=pl.col("insp") * 10 + pl.col("number")).select(
        AutoID=text_id("auto"),
        ID=text_id("insp"),
        cItemName=pl.when(looks)
        .then(pl.lit("外观"))
        .otherwise(pl.col("characteristic").replace_strict(names, return_dtype=pl.String)),
        cValue=pl.when(looks).then(result).otherwise(plain_number("value")),
        cUnit=pl.when(looks)
        .then(blank)
        .otherwise(pl.col("characteristic").replace_strict(units, return_dtype=pl.String)),
        fLower=pl.when(looks).then(blank).otherwise(plain_number("lower")),
        fUpper=pl.when(looks).then(blank).otherwise(plain_number("upper")),
        cResult=result,
    )
    out.csv("u8_b", "qmcheckvouchers", frame, monthly(world.days, rows["decided_day"]), encoding=ENCODING)


def write_lots(world: World, tables: Tables, stock: pl.DataFrame, out: Landing) -> None:
    """Batch properties and month-end stock."""
    bought = world.buying.lot_line.join(
        world.buying.lines.select("line", "supplier"), on="line", maintain_order="left"
    )
    rows = (
        with_items(world.lots, tables, "B")
        .filter(pl.col("lot_no") != "")
        .join(bought, on="lot", how="left", maintain_order="left")
    )
    rows = rows.join(tables.suppliers, on="supplier", how="left", maintain_order="left")
    theirs = pl.when(pl.col("lot_kind") == 0).then(
        pl.lit("PH") + (pl.col("number") * 11 % 999_983).cast(pl.String)
    )
    frame = rows.select(
        cInvCode="code",
        cBatch="lot_no",
        dMadeDate=day_text("made_day", SHORT_DAY),
        dVDate=day_text("expiry_day", SHORT_DAY),
        cVenCode=pl.col("supplier_code").fill_null(""),
        cVenBatch=theirs.otherwise(pl.lit("")),
    )
    out.csv("u8_b", "batchproperty", frame, weekly(world.days, rows["made_t"] // 86400), encoding=ENCODING)
    held = with_items(stock, tables, "B")
    held = held.group_by("day", "code", "lot_no", "kind", maintain_order=True).agg(pl.col("qty").sum())
    frame = held.select(
        cInvCode="code",
        cBatch="lot_no",
        cWhCode=pl.col("kind").replace_strict(STORES),
        iQuantity=plain_number("qty"),
        dSnapshot=day_text("day", DAY),
    )
    out.csv("u8_b", "currentstock", frame, held["day"], encoding=ENCODING)
