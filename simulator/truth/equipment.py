"""In which state of calibration every operation and sterilisation run was made."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World
from simulator.world.calibration import ADJUSTED, FAILED, calibrations


def calibration_states(world: World) -> pl.DataFrame:
    """One row per operation: site_code, event_id, calibration_code."""
    used = world.events.join(world.machines.select("machine", "plant"), on="machine", maintain_order="left")
    used = used.select(
        "machine_id",
        site_code="plant",
        event_id=pl.lit("E") + pl.col("plant") + pl.col("event").cast(pl.String).str.zfill(10),
        day=pl.col("start_t") // 86400,
    )
    known = calibrations(world.machines["machine_id"], world.days)
    by_machine = {str(name[0]): part.rows() for name, part in known.group_by("machine_id")}
    codes = [_state(by_machine[row["machine_id"]], row["day"]) for row in used.iter_rows(named=True)]
    return used.select("site_code", "event_id", calibration_code=pl.Series(codes)).sort("event_id")


def _state(history: list[tuple[str, int, int, str, str]], day: int) -> str:
    """The state on a day: what the last calibration said, and what the next one found."""
    before = [row for row in sorted(history) if row[1] <= day]
    after = [row for row in sorted(history) if row[1] > day]
    if not before:
        return "recalibrated"
    if before[-1][3] == FAILED:
        return "failed"
    if day > before[-1][2]:
        return "overdue"
    return "doubtful" if after and after[0][3] in (ADJUSTED, FAILED) else "valid"
