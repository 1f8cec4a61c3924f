"""The records that a KPI of a month counts: what each adds, and where it stands in which source file.

kpi_records/<kpi_code>.sql names the records by the same conditions as the KPI's mart; here they are narrowed
to a cell. Numerators and denominators of its records sum up to the cell's own: tests hold every cell to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb

from lineage.why import NoWay

Better = Literal["higher", "lower"]
RECORDS = Path(__file__).parent / "kpi_records"
PARTS = ("product_id", "operation_code", "equipment_id", "supplier_id")
# Where high is better, records that fall short come first; where low is, records that add to it.
_FIRST = {"higher": "coalesce(numerator < denominator, FALSE)", "lower": "coalesce(numerator > 0, FALSE)"}
_SUM = "CAST(sum(CAST({0} AS DECIMAL(28, 6))) AS DECIMAL(28, 6)) AS {0}"


@dataclass(frozen=True)
class KpiCell:
    """One number: a KPI of plants in a month, of one product, operation, work unit or supplier if given."""

    kpi_code: str
    site_codes: tuple[str, ...]
    month: date
    product_id: str = ""
    operation_code: str = ""
    equipment_id: str = ""
    supplier_id: str = ""


@dataclass(frozen=True)
class KpiTotal:
    """How many records a number counts, and what they sum up to; medians and percentiles have no sums."""

    record_count: int
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class KpiRecord:
    """One record that a number counts.

    Attributes:
        record_id: The record's number in its system, or the lot's.
        day: The day it counts by; None when it has none.
        value: What is ranked, for medians and percentiles.
        file_name: Path below its landing root; '' when it has no address.
    """

    site_code: str
    record_id: str
    day: date | None
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    source_table: str
    file_name: str
    row_no: int | None


def explained_kpis() -> tuple[str, ...]:
    """KPIs whose records can be listed."""
    return tuple(sorted(file.stem for file in RECORDS.glob("*.sql")))


def total(con: duckdb.DuckDBPyConnection, cell: KpiCell) -> KpiTotal:
    """Returns the count and the sums of a cell's records.

    Raises:
        NoWay: the KPI has no query.
    """
    query, parameters = _narrowed(cell)
    sums = ", ".join(_SUM.format(column) for column in ("numerator", "denominator"))
    (row,) = con.cursor().execute(f"SELECT count(*), {sums} FROM ({query})", parameters).fetchall()
    return KpiTotal(*row)


def records(
    con: duckdb.DuckDBPyConnection, cell: KpiCell, better: Better, limit: int | None = None
) -> tuple[KpiRecord, ...]:
    """Returns a cell's records, those that make it worse first, then the newest; all of them without a limit.

    Raises:
        NoWay: the KPI has no query.
    """
    query, parameters = _narrowed(cell)
    order = f"{_FIRST[better]} DESC, day DESC NULLS LAST, record_id, _source_table, _row"
    rows = (
        con.cursor()
        .execute(
            f"""
        WITH kept AS (
          SELECT * FROM ({query})
          ORDER BY {order}
          LIMIT {"ALL" if limit is None else int(limit)}
        ), file AS (
          SELECT source_table, file_sha256, min(file_name) AS file_name FROM mart.file GROUP BY ALL
        )
        SELECT site_code, record_id, day,
          CAST(numerator AS DECIMAL(28, 6)), CAST(denominator AS DECIMAL(28, 6)),
          CAST(value AS DECIMAL(28, 9)),
          coalesce(_source_table, ''), coalesce(file_name, ''), _row
        FROM kept
        LEFT JOIN file ON file.source_table = kept._source_table AND file.file_sha256 = kept._file_sha256
        ORDER BY {order}
        """,
            parameters,
        )
        .fetchall()
    )
    return tuple(KpiRecord(*row) for row in rows)


def source_tables(con: duckdb.DuckDBPyConnection, kpi_code: str) -> tuple[str, ...]:
    """Returns the contracts whose files hold the records of a KPI.

    Raises:
        NoWay: the KPI has no query.
    """
    named = f"SELECT DISTINCT _source_table FROM ({_query(kpi_code)})"
    query = f"SELECT * FROM ({named}) WHERE _source_table IS NOT NULL ORDER BY ALL"
    return tuple(table for (table,) in con.cursor().execute(query).fetchall())


def _query(kpi_code: str) -> str:
    if kpi_code not in explained_kpis():
        raise NoWay(f"{kpi_code} names no records; explained are {', '.join(explained_kpis())}")
    return (RECORDS / f"{kpi_code}.sql").read_text(encoding="utf-8")


def _narrowed(cell: KpiCell) -> tuple[str, dict[str, object]]:
    """The KPI's query held to the cell, and its parameters."""
    query = _query(cell.kpi_code)
    parts = {name: value for name in PARTS if (value := getattr(cell, name))}
    same = "".join(f" AND {name} = ${name}" for name in parts)
    parameters = {"sites": list(cell.site_codes), "month": cell.month, **parts}
    return (
        f"SELECT * FROM ({query}) WHERE list_contains($sites, site_code) AND month = $month{same}",
        parameters,
    )
