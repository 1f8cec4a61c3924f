"""Calibrations of machines: due once a year, some late, some that find the machine out of tolerance.

What a machine does follows from its name alone, so that all parts of a large world agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zlib import crc32

import polars as pl

from simulator.workdays import EPOCH, Workdays

PASSED, ADJUSTED, FAILED = "合格", "调整后合格", "不合格"
_SCHEMA = {
    "machine_id": pl.String,
    "calibrated_day": pl.Int64,
    "due_day": pl.Int64,
    "result": pl.String,
    "certificate": pl.String,
}


def calibrations(machine_ids: Iterable[str], days: Workdays) -> pl.DataFrame:
    """Calibrations in the registers of the period: machine_id, calibrated_day, due_day, result, certificate.

    The register of a month holds those of the month before: what the last month brings is not known yet.
    """
    rows = [row for machine in sorted(set(machine_ids)) for row in _history(machine, days.start)]
    last = int(days.month_starts()[-1])
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").filter(pl.col("calibrated_day") < last)


def _history(machine: str, start: date) -> list[tuple[str, int, int, str, str]]:
    """The calibration before the start, then one a year; a failed one is repeated after the repair."""
    fate = crc32(machine.encode())
    due = _due(fate, start)
    rows = [_row(machine, due.replace(year=due.year - 1), due, PASSED)]
    on = due - timedelta(days=5) if fate % 7 else due + timedelta(days=18)  # one in seven is forgotten
    result = ADJUSTED if fate % 5 == 0 else FAILED if fate % 9 == 1 else PASSED
    rows.append(_row(machine, on, on + timedelta(days=365), result))
    if result == FAILED:
        repaired = on + timedelta(days=25)
        rows.append(_row(machine, repaired, repaired + timedelta(days=365), PASSED))
    return rows


def _due(fate: int, start: date) -> date:
    """The fifteenth of the machine's month, the first one not less than twenty days after the start."""
    month = fate // 16 % 12 + 1
    day = date(start.year, month, 15)
    return day if day >= start + timedelta(days=20) else day.replace(year=start.year + 1)


def _row(machine: str, on: date, due: date, result: str) -> tuple[str, int, int, str, str]:
    return (machine, (on - EPOCH).days, (due - EPOCH).days, result, f"CAL-{on:%y%m}-{machine}")
