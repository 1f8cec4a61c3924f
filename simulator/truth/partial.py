"""Key figures of one part of the world as sums that can be added up over the parts.

Quantities are integers (thousandths, units where said), times local seconds, `item`, `supplier` row numbers.
Everything is derived from the world's own tables, never from the extract files.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from simulator.truth.frames import month_of_day, month_of_time
from simulator.world.build import World
from simulator.world.planning import ACCEPTED, CONCESSION, OPEN, REJECTED
from simulator.world.shopfloor import REWORK_OP

_DECISIONS = (("accepted_lots", ACCEPTED), ("concession_lots", CONCESSION), ("rejected_lots", REJECTED))


def real_postings(world: World) -> pl.DataFrame:
    """Postings that count: drafts are none."""
    return world.movements.filter(~pl.col("draft"))


def final_decisions(world: World) -> pl.DataFrame:
    """Latest final decision per lot: lot, item, decision, decided_t."""
    decided = world.inspections.filter((pl.col("kind") == 1) & (pl.col("decision") != OPEN)).sort(
        "decided_t", "insp"
    )
    return decided.group_by("lot", maintain_order=True).agg(pl.col("item", "decision", "decided_t").last())


def pass_counts(world: World) -> pl.DataFrame:
    """Decided lots per item and month."""
    rows = final_decisions(world).with_columns(month=month_of_time("decided_t"))
    counts = [(pl.col("decision") == code).sum().cast(pl.Int64).alias(name) for name, code in _DECISIONS]
    return rows.group_by("item", "month").agg(counts)


def first_pass(world: World) -> pl.DataFrame:
    """Units entered and good at the first pass, per item, operation and month."""
    rows = world.events.filter(pl.col("pass_no") == 1).join(world.orders.select("order", "item"), on="order")
    code = (
        pl.when(pl.col("op") == REWORK_OP)
        .then(pl.lit("0090"))
        .otherwise(((pl.col("op") + 1) * 10).cast(pl.String).str.zfill(4))
    )
    rows = rows.with_columns(operation_code=code, month=month_of_time("end_t"))
    return rows.group_by("item", "operation_code", "month").agg(pl.col("good").sum(), pl.col("input").sum())


def supplier_lots(world: World) -> pl.DataFrame:
    """Incoming decisions per supplier and month."""
    bought = world.buying.lot_line.join(world.buying.lines.select("line", "supplier"), on="line")
    rows = world.inspections.filter((pl.col("kind") == 0) & (pl.col("decision") != OPEN)).join(
        bought, on="lot"
    )
    counts = [(pl.col("decision") == code).sum().cast(pl.Int64).alias(name) for name, code in _DECISIONS]
    rows = rows.with_columns(month=month_of_time("decided_t"))
    return rows.group_by("supplier", "month").agg(*counts, defective=pl.col("rejected").sum())


def supplier_quantities(world: World) -> pl.DataFrame:
    """Net received and net returned quantity per supplier and month of posting."""
    rows = real_postings(world).filter(pl.col("cls").is_in(["receipt", "return"]))
    rows = rows.join(world.buying.lines.select(po_line="line", supplier="supplier"), on="po_line")
    rows = rows.with_columns(month=month_of_time("t"))
    received = pl.col("qty").filter(pl.col("cls") == "receipt").sum()
    returned = -pl.col("qty").filter(pl.col("cls") == "return").sum()
    return rows.group_by("supplier", "month").agg(received=received, returned=returned)


def supplier_lines(world: World) -> pl.DataFrame:
    """Order lines and those on time, per supplier and due day; on time = filled in [due - 3 days, due]."""
    pack = np.array([i.pack_qty for i in world.cat.items], dtype=np.int64)
    lines = world.buying.lines
    ordered = lines.select(
        "line",
        "supplier",
        "due_day",
        wanted=pl.col("ordered_packs") * pl.Series(pack[lines["item"].to_numpy()]) * 1000,
    )
    got = (
        real_postings(world)
        .filter(pl.col("cls") == "receipt")
        .group_by("po_line", day=pl.col("t") // 86400)
        .agg(pl.col("qty").sum())
    )
    got = (
        got.sort("po_line", "day")
        .with_columns(total=pl.col("qty").cum_sum().over("po_line"))
        .rename({"po_line": "line"})
    )
    filled = (
        got.join(ordered, on="line")
        .filter(pl.col("total") >= pl.col("wanted"))
        .group_by("line")
        .agg(filled=pl.col("day").min())
    )
    rows = ordered.join(filled, on="line", how="left")
    late = pl.col("due_day") - pl.col("filled")
    on_time = late.is_between(0, 3).fill_null(False).cast(pl.Int64)
    return rows.group_by("supplier", "due_day").agg(lines=pl.len().cast(pl.Int64), on_time=on_time.sum())


def sold_units(world: World) -> pl.DataFrame:
    """Shipped less returned by customers, per item and month of posting."""
    rows = real_postings(world).filter(pl.col("cls").is_in(["ship", "cust_return"]))
    return (
        rows.with_columns(month=month_of_time("t")).group_by("item", "month").agg(sold=-pl.col("qty").sum())
    )


def complaints(world: World) -> pl.DataFrame:
    """Complaints received per item and month."""
    rows = world.quality.complaint.with_columns(month=month_of_day("received_day"))
    return rows.group_by("item", "month").agg(complaint_count=pl.len().cast(pl.Int64))


def release_seconds(world: World) -> pl.DataFrame:
    """Seconds from the end of production or sterilisation to the accepting decision, per released lot."""
    ends = (
        world.lots.filter(pl.col("order") >= 0)
        .select("lot", "order")
        .join(world.orders.select("order", "end_t"), on="order")
    )
    every = (
        pl.concat([ends.select("lot", "end_t"), world.runs.select("lot", "end_t")])
        .group_by("lot")
        .agg(pl.col("end_t").max())
    )
    rows = final_decisions(world).filter(pl.col("decision") == ACCEPTED).join(every, on="lot")
    return rows.select(
        "item", month=month_of_time("decided_t"), seconds=pl.col("decided_t") - pl.col("end_t")
    )


def shift_sums(world: World) -> pl.DataFrame:
    """Seconds and quantities of every machine and shift; planned run time in milliseconds."""
    done = pl.col("good") + pl.col("scrap") + pl.col("rework")
    sums = world.events.group_by("machine", "half").agg(
        production_s=(pl.col("end_t") - pl.col("start_t")).sum(),
        planned_run_ms=(pl.col("unit_ms") * done).sum(),
        produced=done.sum(),
        good=pl.col("good").sum(),
    )
    rows = world.shifts.join(sums, on=["machine", "half"], how="left", maintain_order="left")
    return rows.select(
        "machine_id",
        "half",
        site_code="plant",
        shift_day=pl.col("start_t") // 86400,
        busy_s=pl.col("busy") * 60,
        production_s=pl.col("production_s").fill_null(0),
        planned_run_ms=pl.col("planned_run_ms").fill_null(0),
        produced=pl.col("produced").fill_null(0),
        good=pl.col("good").fill_null(0),
    )


def capas(world: World) -> pl.DataFrame:
    """Days of every corrective action as known at the end of the period: what comes later is unknown."""
    end = int(world.days.month_ends()[-1])
    known = pl.when(pl.col("extended_day") > end).then("original_day").otherwise("due_day")
    closed = pl.when(pl.col("closed_day") <= end).then("closed_day")
    return world.quality.capa.select("plant", "opened_day", "original_day", due_day=known, closed_day=closed)


def last_posting_day(world: World) -> int:
    """Epoch day of the last posting."""
    return int(real_postings(world)["t"].to_numpy().max() // 86400)
