"""Plant B's ERP extracts in Yonyou U8's habits: red documents, drafts, naive local times, GB18030."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.writers.landing import Landing, daily, monthly, weekly
from simulator.writers.tables import Tables, postings, with_items
from simulator.writers.text import day_text, plain_number, time_text
from simulator.writers.u8_quality import write_inspections
from simulator.writers.u8_text import (
    DAY,
    ENCODING,
    SHORT_DAY,
    STORES,
    TIME,
    dispatch_id,
    order_id,
    po_line_id,
    text_id,
)

_VOUCHER = {
    "receipt": "01",
    "return": "01",
    "produce": "10",
    "rework_out": "10",
    "consume": "11",
    "rework_in": "11",
    "ship": "32",
    "cust_return": "32",
    "scrap": "09",
    "sample": "09",
}
_ROUTE = {
    "receipt": "采购入库",
    "return": "采购退货",
    "produce": "产成品入库",
    "rework_out": "返工入库",
    "consume": "生产领用",
    "rework_in": "返工领用",
    "ship": "销售出库",
    "cust_return": "销售退货",
    "scrap": "报废",
    "sample": "取样",
}
_PREFIX = {"01": "RK", "10": "CP", "11": "LL", "32": "XS", "09": "QT"}


def write_vouchers(world: World, tables: Tables, out: Landing) -> None:
    """Stock vouchers, heads and lines, a file per day."""
    rows = postings(world, tables, "B", by_store=True).filter(pl.col("cls") != "relabel")
    rows = rows.with_columns(
        voucher=pl.col("cls").replace_strict(_VOUCHER, default=""),
        name=pl.col("cls").replace_strict(_ROUTE, default=""),
    )
    demands = world.demands.select("order", "item", "demand")
    rows = rows.join(demands, on=["order", "item"], how="left", maintain_order="left")
    heads = rows.filter(pl.col("doc_line") == 1)
    approved = pl.when("draft").then(pl.lit(""))
    frame = heads.select(
        ID=text_id("doc"),
        cVouchType="voucher",
        cCode=pl.col("voucher").replace_strict(_PREFIX, default="") + text_id("doc").str.zfill(9),
        dDate=time_text("t", SHORT_DAY),
        cVenCode=pl.col("supplier_code").fill_null(""),
        cCusCode=pl.col("customer_code").fill_null(""),
        cWhCode=pl.col("kind").replace_strict(STORES),
        cRdName=pl.when("rev").then(pl.lit("红字冲销")).otherwise("name"),
        cHandler=approved.otherwise(pl.lit("库管") + (pl.col("doc") % 7 + 1).cast(pl.String)),
        dnmaketime=time_text("t", TIME),
        dnverifytime=approved.otherwise(pl.from_epoch(pl.col("t") + 30, time_unit="s").dt.strftime(TIME)),
    )
    out.csv("u8_b", "rdrecord", frame, daily(world.days, heads["day"]), encoding=ENCODING)
    outward = pl.col("voucher").is_in(["11", "32", "09"])
    rows = rows.with_columns(
        signed=pl.when(outward).then(-pl.col("qty")).otherwise(pl.col("qty")) // pl.col("factor")
    )
    order_ref = (
        pl.when(pl.col("voucher") == "11")
        .then(text_id("demand_id"))
        .when(pl.col("voucher") == "10")
        .then(order_id())
    )
    frame = rows.with_columns(demand_id=pl.col("demand") + world.counters.allocation + 700_000).select(
        AutoID=text_id("row"),
        ID=text_id("doc"),
        cInvCode="code",
        cBatch="lot_no",
        iQuantity=plain_number("signed"),
        cUnit=pl.when(pl.col("factor") > 1).then("pack").otherwise("base"),
        iPOsID=po_line_id(),
        iMPoIds=order_ref.otherwise(pl.lit("")),
        iDLsID=dispatch_id(),
    )
    out.csv("u8_b", "rdrecords", frame, daily(world.days, rows["day"]), encoding=ENCODING)


def write_form_changes(world: World, tables: Tables, out: Landing) -> None:
    """Form changes (形态转换): what a lot became, a line before and a line after in a group of its own."""
    rows = postings(world, tables, "B", by_store=True).filter(pl.col("cls") == "relabel")
    rows = rows.with_columns(moved=-pl.col("qty"))
    heads = rows.unique("doc", keep="first", maintain_order=True)
    frame = heads.select(
        ID=text_id("doc"),
        cAVCode=pl.lit("XT") + text_id("doc").str.zfill(9),
        cVouchType=pl.lit("15"),
        dAVDate=time_text("t", SHORT_DAY),
        cHandler=pl.lit("库管") + (pl.col("doc") % 7 + 1).cast(pl.String),
        dnmaketime=time_text("t", TIME),
    )
    out.csv("u8_b", "assemvouch", frame, daily(world.days, heads["day"]), encoding=ENCODING)
    sides = [("转换前", "lot_no", 0), ("转换后", "to_lot_no", 1)]
    lines = [
        rows.select(
            AutoID=(pl.col("row") * 2 + n).cast(pl.String),
            ID=text_id("doc"),
            iGroupNO=text_id("doc_line"),
            bAVType=pl.lit(word),
            cInvCode="code",
            cAVBatch=lot,
            iAVQuantity=plain_number("moved"),
            cUnit="base",
        )
        for word, lot, n in sides
    ]
    days = daily(world.days, pl.concat([rows["day"], rows["day"]]))
    out.csv("u8_b", "assemvouchs", pl.concat(lines), days, encoding=ENCODING)


def write_orders(world: World, tables: Tables, out: Landing) -> None:
    """Production order lines (status 3, later 4) and their material allocations."""
    made = world.lots.filter(pl.col("order") >= 0).select("order", "lot_no")
    rows = with_items(world.orders.rename({"kind": "order_kind"}), tables, "B").join(
        made, on="order", maintain_order="left"
    )
    start, end = weekly(world.days, rows["start_t"] // 86400), weekly(world.days, rows["end_t"] // 86400)
    opened = rows.filter(start != end).with_columns(status=pl.lit("3"))
    both = pl.concat([opened, rows.with_columns(status=pl.lit("4"))])
    frame = both.select(
        MoDId=order_id(),
        MoCode="order_no",
        MoClass=(pl.col("order_kind") + 1).cast(pl.String),
        InvCode="code",
        Qty=plain_number("planned"),
        MoLotCode="lot_no",
        Status="status",
        StartDate=time_text("start_t", DAY),
        DueDate=time_text("end_t", DAY),
    )
    out.csv("u8_b", "mom_orderdetail", frame, pl.concat([start.filter(start != end), end]), encoding=ENCODING)
    needs = with_items(world.demands.drop("h0"), tables, "B").join(
        world.orders.select("order", "number", "start_t"), on="order", maintain_order="left"
    )
    frame = needs.with_columns(demand_id=pl.col("demand") + world.counters.allocation + 700_000).select(
        AllocateId=text_id("demand_id"), MoDId=order_id(), InvCode="code", Qty=plain_number("qty")
    )
    out.csv("u8_b", "mom_moallocate", frame, weekly(world.days, needs["start_t"] // 86400), encoding=ENCODING)


def write_purchases(world: World, tables: Tables, out: Landing) -> None:
    """Purchase orders; every fortieth is a draft that nobody approved."""
    lines = world.buying.lines.rename({"po_line": "po_pos"})
    rows = (
        with_items(lines, tables, "B")
        .join(tables.suppliers, on="supplier", maintain_order="left")
        .sort("po", "po_pos")
    )
    rows = rows.join(
        world.parties.suppliers.select("currency", supplier="party"), on="supplier", maintain_order="left"
    )
    drafts = rows.filter(pl.col("po") % 40 == 0).with_columns(po=pl.col("po") + 50_000_000)
    rows = pl.concat(
        [rows.with_columns(verifier=pl.lit("采购主管")), drafts.with_columns(verifier=pl.lit(""))]
    )
    heads = rows.unique("po", keep="first", maintain_order=True)
    frame = heads.select(
        POID=text_id("po"),
        cPOID=pl.lit("PO25") + text_id("po").str.zfill(8),
        dPODate=day_text("ordered_day", SHORT_DAY),
        cVenCode="supplier_code",
        cexch_name=pl.col("currency").replace_strict({"CNY": "人民币", "USD": "美元"}, default="美元"),
        cVerifier="verifier",
    )
    out.csv("u8_b", "po_pomain", frame, monthly(world.days, heads["ordered_day"]), encoding=ENCODING)
    frame = rows.with_columns(qty=pl.col("ordered_packs") * 1000).select(
        ID=po_line_id(),
        POID=text_id("po"),
        cInvCode="code",
        iQuantity=plain_number("qty"),
        cUnit="pack",
        iUnitPrice=plain_number("price", 4),
        dArriveDate=day_text("due_day", DAY),
    )
    out.csv("u8_b", "po_podetails", frame, monthly(world.days, rows["ordered_day"]), encoding=ENCODING)


def write_dispatches(world: World, tables: Tables, out: Landing) -> None:
    """Delivery notes, one row per line."""
    rows = with_items(world.lines, tables, "B").join(tables.customers, on="customer", maintain_order="left")
    rows = rows.join(world.lots.select("lot", "lot_no"), on="lot", maintain_order="left").sort(
        "delivery", "position"
    )
    frame = rows.with_columns(sold=pl.col("qty") // pl.col("factor")).select(
        cDLCode=pl.lit("FH") + text_id("delivery").str.zfill(8),
        iDLsID=dispatch_id(),
        dDate=time_text("t", SHORT_DAY),
        cCusCode="customer_code",
        cInvCode="code",
        cBatch="lot_no",
        iQuantity=plain_number("sold"),
        cUnit=pl.when(pl.col("factor") > 1).then("pack").otherwise("base"),
    )
    out.csv("u8_b", "dispatchlist", frame, weekly(world.days, rows["t"] // 86400), encoding=ENCODING)


def write_u8(world: World, tables: Tables, out: Landing) -> None:
    """All documents of plant B."""
    write_vouchers(world, tables, out)
    write_form_changes(world, tables, out)
    write_orders(world, tables, out)
    write_purchases(world, tables, out)
    write_inspections(world, tables, out)
    write_dispatches(world, tables, out)
