"""Plant B's shop floor: one B2MML V7 OperationsPerformance document per working day, times in UTC.

A document is head, one OperationsResponse per order, foot; later parts of a large world append responses, the
foot is written last.
"""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.writers.landing import Landing, daily
from simulator.writers.mes import event_id, op_code, operation_rows, use_rows
from simulator.writers.spelling import typed_lot
from simulator.writers.tables import Tables
from simulator.writers.text import iso_utc, plain_number

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<OperationsPerformance xmlns="http://www.mesa.org/xml/B2MML">\n<ID>OP-B</ID>\n'
_FOOT = "</OperationsPerformance>\n"
_DATA = (
    ("InputQty", "input"),
    ("GoodQty", "good"),
    ("ScrapQty", "scrap"),
    ("ReworkQty", "rework"),
    ("PassNo", "pass_no"),
)


def _tag(name: str, value: pl.Expr) -> pl.Expr:
    return pl.lit(f"<{name}>") + value + pl.lit(f"</{name}>")


def _material(use: str, code: str, lot: pl.Expr, qty: pl.Expr, unit: str) -> pl.Expr:
    inside = (
        _tag("MaterialUse", pl.lit(use))
        + _tag("MaterialDefinitionID", pl.col(code))
        + _tag("MaterialLotID", lot)
    )
    quantity = _tag("QuantityString", qty) + _tag("UnitOfMeasure", pl.col(unit))
    return _tag("MaterialActual", inside + _tag("Quantity", quantity)) + "\n"


def _consumed(world: World, tables: Tables) -> pl.DataFrame:
    uses = use_rows(world, tables, "B")
    line = _material("Consumed", "code", typed_lot("lot_no", "lot", "B"), plain_number("qty"), "base")
    return (
        uses.select("event", line=line)
        .group_by("event", maintain_order=True)
        .agg(consumed=pl.col("line").str.join(""))
    )


def _segments(world: World, tables: Tables) -> pl.DataFrame:
    rows = operation_rows(world, tables, "B")
    rows = rows.join(_consumed(world, tables), on="event", how="left", maintain_order="left")
    data = [_segment_data(name, pl.col(column).cast(pl.String)) for name, column in _DATA]
    rows = rows.with_columns(output=pl.col("good") * 1000)
    produced = _material(
        "Produced", "code", typed_lot("lot_no", "event", "B"), plain_number("output"), "base"
    )
    body = pl.concat_str(
        [
            _tag("ID", event_id("B")),
            _tag("ProcessSegmentID", op_code()),
            _tag("Description", pl.col("op_name")),
            _tag("ActualStartTime", iso_utc("start_t")),
            _tag("ActualEndTime", iso_utc("end_t")),
            pl.lit("\n"),
            *data,
            _segment_data("PlannedUnitTime", plain_number("unit_ms")),
            _tag("PersonnelActual", _tag("PersonID", pl.col("operator"))),
            _tag("EquipmentActual", _tag("EquipmentID", pl.col("machine_id"))),
            pl.lit("\n"),
            produced,
            pl.col("consumed").fill_null(""),
        ]
    )
    return rows.select(
        "day", "order_no", segment=pl.lit("<SegmentResponse>") + body + pl.lit("</SegmentResponse>\n")
    )


def _segment_data(name: str, value: pl.Expr) -> pl.Expr:
    return _tag("SegmentData", pl.lit(f"<ID>{name}</ID>") + _tag("Value", _tag("ValueString", value)))


def write_performance(world: World, tables: Tables, out: Landing) -> None:
    """Append the responses of one part of the world to the daily documents."""
    rows = _segments(world, tables)
    rows = rows.with_columns(file_day=daily(world.days, rows["day"]))
    orders = rows.group_by("file_day", "order_no", maintain_order=True).agg(pl.col("segment").str.join(""))
    response = (
        "<OperationsResponse>"
        + _tag("OperationsRequestID", pl.col("order_no"))
        + "\n"
        + pl.col("segment")
        + "</OperationsResponse>\n"
    )
    days = (
        orders.select("file_day", response=response)
        .group_by("file_day", maintain_order=True)
        .agg(pl.col("response").str.join(""))
    )
    for day, text in days.iter_rows():
        path = out.path("mes_b", "operations_performance", day, "xml")
        out.text(path, ((_HEAD if path not in out.files else "") + text).encode())
    out.rows["mes_b/segment_response"] += rows.height
    out.rows["mes_b/material_actual"] += rows.height + use_rows(world, tables, "B").height


def close_documents(out: Landing) -> None:
    """Write the end of every document."""
    for path in sorted(out.files):
        if path.parent.name == "operations_performance":
            out.text(path, _FOOT.encode())
