"""The exact ratio behind every KPI, against fractions."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from unittest.mock import Mock

import duckdb
import pytest
from sqlglot import exp

from macros.kpi import is_nearest_rank, ratio

NANO = 10**9
CASES = [
    ("1", "3"),
    ("2", "3"),
    ("-2", "3"),
    ("1", "1024"),  # 0.0009765625: a tie at the ninth decimal, which DOUBLE arithmetic may round either way
    ("-1", "1024"),
    ("999999999.999", "0.001"),
    ("0.001", "999999999999.999"),
    ("155", "160"),
]


def expected(numerator: str, denominator: str) -> Decimal:
    """Half away from zero to nine decimals, by whole numbers."""
    exact = Fraction(numerator) / Fraction(denominator) * NANO
    rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    return rounded / NANO


def answer(numerator: str, denominator: str) -> Decimal | None:
    """What the warehouse computes."""
    sql = ratio(Mock(), exp.maybe_parse(numerator), exp.maybe_parse(denominator))
    row = duckdb.sql(f"SELECT {sql}").fetchone()
    assert row is not None
    value: Decimal | None = row[0]
    return value


@pytest.mark.parametrize(("numerator", "denominator"), CASES)
def test_ratio_is_exact(numerator: str, denominator: str) -> None:
    """Prevents last digits that depend on the engine: DuckDB divides DECIMALs as DOUBLE."""
    assert answer(numerator, denominator) == expected(numerator, denominator)


@pytest.mark.parametrize(("numerator", "denominator"), [("1", "0"), ("0", "0"), ("5", "-3"), ("NULL", "3")])
def test_ratio_of_nothing_is_unknown(numerator: str, denominator: str) -> None:
    """Prevents 0 % or 100 % where there was nothing to measure."""
    assert answer(numerator, denominator) is None


@pytest.mark.parametrize(
    ("percent", "count", "rank"), [(50, 1, 1), (50, 2, 1), (50, 11, 6), (90, 10, 9), (90, 11, 10), (90, 1, 1)]
)
def test_nearest_rank(percent: int, count: int, rank: int) -> None:
    """Prevents a percentile off by one: the nearest rank is ceil(p x n)."""
    sql = is_nearest_rank(Mock(), exp.column("i"), exp.maybe_parse(str(count)), exp.maybe_parse(str(percent)))
    assert duckdb.sql(f"SELECT i FROM range(1, {count} + 1) AS t(i) WHERE {sql}").fetchall() == [(rank,)]
