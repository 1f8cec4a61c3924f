"""Arithmetic the KPI models share: exact ratios, plant-local days, months and nearest ranks.

Anything DuckDB and Spark spell differently for a KPI is spelled here once.
Run alone: `sqlmesh test` over tests/models/test_mart_*.yaml.
"""

from __future__ import annotations

from sqlglot import exp
from sqlmesh import macro
from sqlmesh.core.macros import MacroEvaluator

SCALE = 9  # decimals of a ratio
FRACTION = 6  # decimals kept of numerator and denominator


@macro()
def ratio(
    _: MacroEvaluator,
    numerator: exp.Expression,
    denominator: exp.Expression,
    decimals: exp.Expression | None = None,
) -> str:
    """Gives numerator / denominator to nine decimals, half away from zero; NULL unless denominator > 0.

    DuckDB divides DECIMALs as DOUBLE; whole-number arithmetic keeps the same digits on every engine.
    """
    scale = int(decimals.name) if decimals else SCALE
    top = f"CAST(CAST(({numerator.sql('duckdb')}) AS DECIMAL(38, {FRACTION})) * {10**FRACTION} AS HUGEINT)"
    base = f"CAST(CAST(({denominator.sql('duckdb')}) AS DECIMAL(38, {FRACTION})) * {10**FRACTION} AS HUGEINT)"
    rounded = f"SIGN({top}) * ((2 * ABS({top}) * {10**scale} + {base}) // (2 * {base}))"
    unit = f"CAST(0.{'1':0>{scale}} AS DECIMAL({scale + 1}, {scale}))"
    return f"CASE WHEN {base} > 0 THEN CAST({rounded} AS DECIMAL({37 - scale}, 0)) * {unit} END"


@macro()
def plant_date(_: MacroEvaluator, at: exp.Expression, site_code: exp.Column) -> str:
    """Gives the calendar day of a UTC timestamp on the clock of a plant.

    A plant that core.site does not know is counted in UTC, and CORE-SIT-001 keeps the release back.

    Raises:
        ValueError: the plant's column names no table: inside the look-up it would be the look-up's own.
    """
    if not site_code.table:
        raise ValueError(f"@plant_date needs <table>.{site_code.name}")
    zone = f"SELECT place.zone_name FROM core.site AS place WHERE place.site_code = {site_code.sql('duckdb')}"
    return f"CAST(({at.sql('duckdb')}) AT TIME ZONE COALESCE(({zone}), 'UTC') AS DATE)"


@macro()
def first_of_month(_: MacroEvaluator, day: exp.Expression) -> str:
    """Gives the first day of the month of a date."""
    return f"CAST(DATE_TRUNC('MONTH', {day.sql('duckdb')}) AS DATE)"


@macro()
def is_nearest_rank(
    _: MacroEvaluator, rank_no: exp.Expression, row_count: exp.Expression, percent: exp.Expression
) -> str:
    """Says whether a 1-based rank is the nearest rank ceil(percent/100 x n) of n ordered rows."""
    n, p = row_count.sql("duckdb"), percent.sql("duckdb")
    return f"{rank_no.sql('duckdb')} = ({n} * {p} + 99) // 100"
