"""Shop-floor extracts: JSON lines of both plants, and plant B's B2MML operations performance documents.

The shop floor writes bare codes without padding; lots are typed by operators (spelling.py).
"""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.world.quality import CHARACTERISTICS
from simulator.world.shopfloor import OPERATION_NAMES, REWORK_OP
from simulator.writers.landing import Landing, daily, monthly, weekly
from simulator.writers.spelling import typed_lot
from simulator.writers.tables import Tables, with_items
from simulator.writers.text import day_text, iso_local


def number(column: str) -> pl.Expr:
    """Thousandths as a JSON number."""
    return (pl.col(column) / 1000).round(3)


def operation_rows(world: World, tables: Tables, plant: str) -> pl.DataFrame:
    """Events of one plant with codes, lot, operation code and name."""
    rows = world.events.join(
        world.orders.select("order", "item", "order_no", "h0"), on="order", maintain_order="left"
    )
    rows = with_items(rows, tables, plant)
    made = world.lots.filter(pl.col("order") >= 0).select("order", "lot_no")
    rows = rows.join(made, on="order", maintain_order="left")
    kinds = world.machines.select("machine", op_type="type")
    rows = rows.join(kinds, on="machine", maintain_order="left").sort("end_t", "event")
    return rows.with_columns(
        op_code=op_code(),
        op_name=pl.when(pl.col("op") == REWORK_OP)
        .then(pl.lit("返工"))
        .otherwise(pl.col("op_type").replace_strict(OPERATION_NAMES, return_dtype=pl.String)),
        operator=pl.lit("OP") + (pl.col("order") * 7 % 40 + 101).cast(pl.String),
        day=pl.col("end_t") // 86400,
    )


def op_code() -> pl.Expr:
    """Operation code from the operation's position; rework has its own."""
    return (
        pl.when(pl.col("op") == REWORK_OP)
        .then(pl.lit("0090"))
        .otherwise(((pl.col("op") + 1) * 10).cast(pl.String).str.zfill(4))
    )


def event_id(plant: str) -> pl.Expr:
    """Event number of the shop-floor system."""
    return pl.lit(f"E{plant}") + pl.col("event").cast(pl.String).str.zfill(10)


def write_events(world: World, tables: Tables, out: Landing) -> None:
    """Operation events and material use of plant A."""
    rows = operation_rows(world, tables, "A")
    units = [pl.col(c).cast(pl.Float64).alias(f"{c}_qty") for c in ("input", "good", "scrap", "rework")]
    frame = rows.select(
        event_id("A").alias("event_id"),
        "order_no",
        operation_code="op_code",
        operation_name="op_name",
        equipment_id="machine_id",
        operator_id="operator",
        material_code="code",
        lot_no=typed_lot("lot_no", "event", "A"),
        started_at=iso_local("start_t"),
        ended_at=iso_local("end_t"),
    ).hstack(rows.select(*units, "pass_no", planned_unit_time_s=number("unit_ms")))
    out.jsonl("mes_a", "operation_event", frame, daily(world.days, rows["day"]))
    uses = use_rows(world, tables, "A")
    frame = uses.select(
        event_id("A").alias("event_id"),
        "order_no",
        operation_code=op_code(),
        material_code="code",
        lot_no=typed_lot("lot_no", "lot", "A"),
        to_material_code="to_code",
        to_lot_no=typed_lot("to_lot_no", "event", "A"),
        qty=number("qty"),
        uom="base",
        used_at=iso_local("used_t"),
        backflush=pl.lit(False),
    )
    out.jsonl("mes_a", "consumption", frame, weekly(world.days, uses["used_t"] // 86400))


def use_rows(world: World, tables: Tables, plant: str) -> pl.DataFrame:
    """Material used by the orders of one plant."""
    rows = with_items(world.uses, tables, plant).join(
        world.orders.select("order", "order_no"), on="order", maintain_order="left"
    )
    return rows.join(tables.items.select(to_item="item", to_code="code"), on="to_item", maintain_order="left")


def write_machines(world: World, tables: Tables, out: Landing, plant: str) -> None:
    """Machine states, shifts, measurements and sterilisation runs of one plant."""
    system = f"mes_{plant.lower()}"
    states = world.states.filter(pl.col("plant") == plant).sort("a", "machine")
    frame = states.select(
        equipment_id="machine_id", state="state", started_at=iso_local("a"), ended_at=iso_local("b")
    )
    out.jsonl(system, "machine_state", frame, monthly(world.days, states["a"] // 86400))
    shifts = world.shifts.filter(pl.col("plant") == plant).sort("start_t", "machine")
    shifts = shifts.with_columns(day=pl.col("start_t") // 86400, end_t=pl.col("start_t") + 28800)
    frame = shifts.select(
        equipment_id="machine_id",
        shift_code=pl.when(pl.col("half") % 2 == 0).then(pl.lit("D")).otherwise(pl.lit("E")),
        shift_date=day_text("day", "%Y-%m-%d"),
        started_at=iso_local("start_t"),
        ended_at=iso_local("end_t"),
        planned_busy_min=pl.col("busy"),
    )
    out.jsonl(system, "shift", frame, monthly(world.days, shifts["day"]))
    _write_measurements(world, tables, out, plant, system)
    runs = with_items(world.runs, tables, plant).sort("start_t", "lot")
    frame = runs.select(
        sterilisation_lot_no="run_no",
        equipment_id="machine_id",
        material_code="code",
        lot_no=typed_lot("lot_no", "lot", plant),
        qty=number("qty"),
        started_at=iso_local("start_t"),
        ended_at=iso_local("end_t"),
    )
    out.jsonl(system, "sterilisation", frame, monthly(world.days, runs["start_t"] // 86400))


def _write_measurements(world: World, tables: Tables, out: Landing, plant: str, system: str) -> None:
    rows = with_items(world.measurements, tables, plant).join(
        world.orders.select("order", "order_no"), on="order", maintain_order="left"
    )
    rows = rows.join(world.machines.select("machine", "machine_id"), on="machine", maintain_order="left")
    names, units = ({n: c[k] for n, c in enumerate(CHARACTERISTICS)} for k in (0, 1))
    frame = rows.select(
        event_id=event_id(plant),
        order_no="order_no",
        material_code="code",
        lot_no=typed_lot("lot_no", "event", plant),
        serial_no=pl.lit(None, dtype=pl.String),
        operation_code=op_code(),
        characteristic=pl.col("characteristic").replace_strict(names, return_dtype=pl.String),
        value=number("value"),
        unit=pl.col("characteristic").replace_strict(units, return_dtype=pl.String),
        lsl=number("lower"),
        usl=number("upper"),
        equipment_id="machine_id",
        measured_at=iso_local("at"),
    )
    out.jsonl(system, "measurement", frame, monthly(world.days, rows["at"] // 86400))
