"""Ratios, medians and percentiles of the key figures, formed once from the sums of all parts.

Every function takes sums (thousandths, counts, days) and gives the rows of one answer file.
"""

from __future__ import annotations

import polars as pl

from simulator.truth.frames import RATE, coded, month_of_day, quantity, ratio
from simulator.world.build import World


def oee(sums: pl.DataFrame) -> pl.DataFrame:
    """Availability, effectiveness, quality and their product per machine and shift."""
    rows = sums.with_columns(
        production_ms=pl.col("production_s") * 1000,
        top=pl.col("planned_run_ms") * pl.col("good"),
        bottom=pl.col("busy_s") * 1000 * pl.col("produced"),
        good_m=pl.col("good") * 1000,
        produced_m=pl.col("produced") * 1000,
    )
    return rows.select(
        "site_code",
        equipment_id="machine_id",
        shift_date=pl.from_epoch(pl.col("shift_day").cast(pl.Int32), time_unit="d"),
        shift_code=pl.when(pl.col("half") % 2 == 0).then(pl.lit("D")).otherwise(pl.lit("E")),
        planned_busy_s="busy_s",
        production_s="production_s",
        planned_run_s=quantity("planned_run_ms"),
        produced_qty=quantity("produced_m"),
        good_qty=quantity("good_m"),
        availability=ratio("production_s", "busy_s"),
        effectiveness=ratio("planned_run_ms", "production_ms"),
        quality=ratio("good", "produced"),
        oee=ratio("top", "bottom"),
    )


def batch_pass_rate(total: pl.DataFrame, world: World) -> pl.DataFrame:
    """Released, concession, rejected and decided lots."""
    rows = coded(
        total.with_columns(
            decided_lots=pl.col("accepted_lots") + pl.col("concession_lots") + pl.col("rejected_lots")
        ),
        world,
    )
    return rows.select(
        "site_code",
        "product_code",
        "month",
        "concession_lots",
        "rejected_lots",
        "decided_lots",
        released_lots="accepted_lots",
        pass_rate=ratio("accepted_lots", "decided_lots"),
    )


def first_pass_yield(total: pl.DataFrame, world: World) -> pl.DataFrame:
    """Good over entered units of the first pass."""
    rows = coded(total.with_columns(good_m=pl.col("good") * 1000, input_m=pl.col("input") * 1000), world)
    return rows.select(
        "site_code",
        "product_code",
        "operation_code",
        "month",
        good_qty=quantity("good_m"),
        entered_qty=quantity("input_m"),
        fpy=ratio("good", "input"),
    )


def rolled_yield(total: pl.DataFrame, world: World) -> pl.DataFrame:
    """Product of the exact first-pass yields; no item has more than two operations."""
    rows = (
        total.group_by("item", "month")
        .agg(
            operation_count=pl.len().cast(pl.Int64),
            top=pl.col("good").cast(pl.Int128).product(),
            bottom=pl.col("input").cast(pl.Int128).product(),
        )
        .sort("item", "month")
    )
    return coded(rows, world).select(
        "site_code", "product_code", "month", "operation_count", rty=ratio("top", "bottom")
    )


def supplier_performance(months: pl.DataFrame, world: World) -> pl.DataFrame:
    """Lots, quantities and punctuality per supplier, site and month."""
    who = world.parties.suppliers.select(
        supplier="party",
        site_code="plant",
        supplier_codes="code",
        true_supplier_key="entity",
    )
    rows = months.join(who, on="supplier", maintain_order="left")
    rows = rows.with_columns(
        inspected_lots=pl.col("accepted_lots") + pl.col("concession_lots") + pl.col("rejected_lots")
    )
    return rows.select(
        "site_code",
        "true_supplier_key",
        "supplier_codes",
        "month",
        "inspected_lots",
        "accepted_lots",
        "concession_lots",
        acceptance_rate=ratio("accepted_lots", "inspected_lots"),
        received_qty=quantity("received"),
        returned_qty=quantity("returned"),
        defective_qty=quantity("defective"),
        ppm=ratio("defective", "received", 1_000_000),
        return_rate=ratio("returned", "received"),
        lines_due="lines",
        lines_on_time="on_time",
        otd_rate=ratio("on_time", "lines"),
    )


def capa_closure(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Due and closed on time by month of the approved due date, and the same by the original one."""
    names = {
        "due_day": ("due_count", "closed_on_time_count"),
        "original_day": ("original_due_count", "original_on_time_count"),
    }
    parts = []
    for column, (due, on_time) in names.items():
        mine = rows.filter(pl.col(column) <= as_of).with_columns(month=month_of_day(column))
        hit = (pl.col("closed_day") <= pl.col(column)).fill_null(False).cast(pl.Int64).sum()
        parts.append(
            mine.group_by(site_code="plant", month="month").agg(
                pl.len().cast(pl.Int64).alias(due), hit.alias(on_time)
            )
        )
    both = (
        parts[0]
        .join(parts[1], on=["site_code", "month"], how="full", coalesce=True)
        .sort("site_code", "month")
    )
    both = both.with_columns(pl.col(pl.Int64).fill_null(0))
    return both.with_columns(
        on_time_rate=ratio("closed_on_time_count", "due_count"),
        original_on_time_rate=ratio("original_on_time_count", "original_due_count"),
    )


def _nearest_rank(column: str, percent: int) -> pl.Expr:
    """Value at rank ceil(percent/100 * n) of the sorted column."""
    return pl.col(column).sort().get((pl.len() * percent + 99) // 100 - 1)


def capa_cycle_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Days from opening to closing, by month of closing."""
    closed = rows.filter(pl.col("closed_day").is_not_null()).with_columns(
        month=month_of_day("closed_day"), days=pl.col("closed_day") - pl.col("opened_day")
    )
    return (
        closed.group_by(site_code="plant", month="month")
        .agg(
            closed_count=pl.len().cast(pl.Int64),
            median_days=_nearest_rank("days", 50),
            p90_days=_nearest_rank("days", 90),
        )
        .sort("site_code", "month")
    )


def complaint_rate(received: pl.DataFrame, sold: pl.DataFrame, world: World, as_of: int) -> pl.DataFrame:
    """Complaints of the month over units sold in it and the eleven months before."""
    window = [sold.with_columns(pl.col("month").dt.offset_by(f"{n}mo")) for n in range(12)]
    units = pl.concat(window).group_by("item", "month").agg(pl.col("sold").sum())
    rows = received.join(units, on=["item", "month"], how="full", coalesce=True).with_columns(
        pl.col("complaint_count", "sold").fill_null(0)
    )
    end = pl.from_epoch(pl.lit(as_of, dtype=pl.Int32), time_unit="d")
    rows = coded(rows.filter(pl.col("month") <= end).sort("item", "month"), world)
    # one complaint per thousandth of a unit is a billion per unit: counts are given in units
    return rows.select(
        "site_code",
        "product_code",
        "month",
        "complaint_count",
        units_sold_12m=quantity("sold"),
        cpm=ratio("complaint_count", "sold", 1_000_000_000),
    )


def release_cycle_time(rows: pl.DataFrame, world: World) -> pl.DataFrame:
    """Hours to release, nearest-rank median and 90th percentile."""
    sums = (
        rows.group_by("item", "month")
        .agg(
            released_lots=pl.len().cast(pl.Int64),
            median=_nearest_rank("seconds", 50),
            p90=_nearest_rank("seconds", 90),
        )
        .sort("item", "month")
    )
    hours = [((pl.col(c) * 2000 + 3600) // 7200).alias(c) for c in ("median", "p90")]
    return coded(sums.with_columns(hours), world).select(
        "site_code",
        "product_code",
        "month",
        "released_lots",
        median_hours=quantity("median"),
        p90_hours=quantity("p90"),
    )


def genealogy_coverage(total: pl.DataFrame, world: World) -> pl.DataFrame:
    """Finished lots and covered ones."""
    return coded(total, world).select(
        "site_code",
        "product_code",
        "month",
        "finished_lots",
        "covered_lots",
        coverage=ratio("covered_lots", "finished_lots").cast(RATE),
    )


def duplicates(world: World) -> pl.DataFrame:
    """The true company behind every partner code, and what a record alone proves of it."""
    parts = []
    for entity, frame in (("supplier", world.parties.suppliers), ("customer", world.parties.customers)):
        parts.append(
            frame.select(
                entity=pl.lit(entity),
                site_code="plant",
                code="code",
                true_entity_key="entity",
                exact_entity_key="exact_entity",
            )
        )
    return pl.concat(parts)
