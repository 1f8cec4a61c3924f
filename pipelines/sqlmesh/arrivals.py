"""The arrivals calendar as SQL: which extract was promised for which period, and what came of it.

promises of the contracts + mart.file + a day -> arrival_query() -> one row per contract, plant and period
The day up to which is judged is passed in: mart.as_of in the model, any day in `medlake arrivals --on`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.sqlmesh.typed.repairs import literal
from quality_rules.contract import Contract
from quality_rules.contract_arrival import EVERY_DAY, Arrival, load_calendar

QUERY = Path(__file__).with_name("arrivals.sql")
# The working day the data speaks to; without any movement nothing has been due yet.
UNTIL = "(SELECT MAX(as_of_date) FROM mart.as_of)"
OWNER = "data_platform"
GRAIN = ("source_table", "site_code", "period_start_date")
DESCRIPTION = (
    "Arrivals calendar (到货日历): every extract a source has promised, whether it came, and when; "
    "periods without promise appear when a file came."
)
COLUMNS = {
    "source_table": ("TEXT", "Contract id"),
    "tenant_code": ("TEXT", "Tenant of the contract, mostly the plant"),
    "site_code": ("TEXT", "Plant in the file's name, empty when one file serves all"),
    "period_start_date": ("DATE", "First day of the period the extract stands for"),
    "period_end_date": ("DATE", "Last day of the period"),
    "due_date": ("DATE", "Last day on which the extract is on time"),
    "is_expected": ("BOOLEAN", "The contract promises an extract for the period"),
    "file_count": ("BIGINT", "Files loaded for the period"),
    "refused_file_count": ("BIGINT", "Files for the period that were rejected"),
    "rows_in": ("BIGINT", "Records in the loaded files"),
    "first_loaded_at": ("TIMESTAMPTZ", "When the first file was loaded, UTC"),
    "state_code": (
        "TEXT",
        "on_time, late, backfilled, empty, refused, missing, quiet, pending, not_expected",
    ),
    "volume_code": ("TEXT", "high or low against the 20 extracts before by a factor of 10, else usual"),
    "rule_id": ("TEXT", "Rule that raises the alarm, empty when there is none"),
    "severity_code": ("TEXT", "What the alarm does to the release: warn or block"),
}
# What each column is made of; the others are words of the contracts. A test holds it equal to the query.
_STATUS = (("mart.file", "status"),)
_PERIOD = (("mart.as_of", "as_of_date"), ("mart.file", "file_name"))
_ROWS = (("mart.file", "rows_in"), *_STATUS)
_JUDGED = (*_PERIOD, ("mart.file", "loaded_at"), *_ROWS)
LINEAGE = {
    "period_start_date": _PERIOD,
    "period_end_date": _PERIOD,
    "due_date": _PERIOD,
    "file_count": _STATUS,
    "refused_file_count": _STATUS,
    "rows_in": _ROWS,
    "first_loaded_at": (("mart.file", "loaded_at"), *_STATUS),
    "state_code": _JUDGED,
    "volume_code": _ROWS,
    "rule_id": _JUDGED,
    "severity_code": _JUDGED,
}
ALARMS = {
    "DQ-ARR-001": "未到 | missing",
    "DQ-ARR-002": "迟到 | late",
    "DQ-ARR-003": "已到但被拒收 | came, but was refused",
    "DQ-ARR-004": "数据量异常 | unusual volume",
}
STEPS = {"P1D": "1 DAY", "P7D": "7 DAY", "P1M": "1 MONTH", "P1Y": "1 YEAR"}
UNITS = {"P1D": "day", "P7D": "week", "P1M": "month", "P1Y": "year"}


def arrival_query(contracts: Iterable[Contract], until: str) -> str:
    """The calendar up to a day.

    Args:
        contracts: Those that promise extracts are held to it.
        until: SQL of one day; a period is judged once its due date lies before that day.
    """
    promised = [(contract, contract.arrival) for contract in contracts if contract.arrival]
    rows = [row for contract, promise in promised for row in _promises(contract, promise)]
    partners = [
        f"({literal(contract.id)}, {literal(partner)})"
        for contract, promise in promised
        for partner in promise.partners
    ]
    idle = [
        f"({literal(calendar)}, DATE {literal(day.isoformat())})"
        for calendar in sorted({promise.calendar for _, promise in promised} - {EVERY_DAY})
        for day in sorted(load_calendar(calendar))
    ]
    columns = ", ".join(f"{name}::{kind} AS {name}" for name, (kind, _) in COLUMNS.items())
    return QUERY.read_text(encoding="utf-8").format(
        promises=_values(rows, _promise_columns()),
        partners=_values(partners, ("source_table", "partner_table")),
        idle=_values(idle, ("calendar", "idle_day")),
        until=until,
        start_of_file=_period_start("unit", "file_day"),
        start_of_promise=_period_start("promise.unit", "promise.start_day"),
        columns=columns,
    )


def judged_arrivals(
    connection: duckdb.DuckDBPyConnection,
    contracts: Iterable[Contract],
    on: date | None,
    *,
    every: bool = False,
) -> list[dict[str, Any]]:
    """The calendar of a release by plant, table and period: its alarms, or every period.

    Args:
        connection: An open release.
        contracts: Those that promise extracts are held to it.
        on: Judge as of this day; by default the day the data speaks to.
        every: Periods without an alarm too.
    """
    query = arrival_query(contracts, day_literal(on) if on else UNTIL)
    chosen = "" if every else "WHERE rule_id <> '' "
    result = connection.execute(
        f"SELECT * FROM ({query}) {chosen}ORDER BY tenant_code, source_table, site_code, period_start_date"
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def day_literal(day: date) -> str:
    """A day as SQL."""
    return f"DATE {literal(day.isoformat())}"


def _period_start(unit: str, day: str) -> str:
    """First day of the period a day lies in; SQLMesh takes a truncation's unit as a word, not as a column."""
    cases = " ".join(
        f"WHEN {literal(name)} THEN DATE_TRUNC({literal(name)}, {day})" for name in UNITS.values()
    )
    return f"(CASE {unit} {cases} END)::DATE"


def _promise_columns() -> tuple[str, ...]:
    return (
        *("source_table", "tenant_code", "site_code", "unit", "step", "latency_days", "calendar"),
        *("start_day", "quiet_periods", "severity_code", "day_pattern", "site_pattern"),
    )


def _promises(contract: Contract, promise: Arrival) -> Iterator[str]:
    """One row per plant that sends."""
    for site in promise.sites or ("",):
        texts = (contract.id, contract.tenant, site, UNITS[promise.period])
        yield (
            f"({', '.join(map(literal, texts))}, INTERVAL {STEPS[promise.period]}, {promise.latency_days}, "
            f"{literal(promise.calendar)}, {day_literal(promise.start)}, {promise.quiet}, "
            f"{literal(promise.severity)}, {literal(contract.extract_date or '')}, "
            f"{literal(promise.site_pattern or '')})"
        )


def _values(rows: list[str], names: tuple[str, ...]) -> str:
    """A table of literals; without rows, one that is empty."""
    if not rows:
        return f"SELECT {', '.join(f'NULL AS {name}' for name in names)} WHERE FALSE"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS listed({', '.join(names)})"
