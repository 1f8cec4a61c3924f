"""Explosion and where-used of bills of material against a plain recursion over all ways."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.chaos.bom_oracle import BOM_TABLE, brute_force, fill, lists
from traceability.bom import BomCycle, UnknownProduct, bills_of, explode, where_used


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        con.execute(BOM_TABLE)
        yield con


@pytest.mark.parametrize("seed", range(20))
def test_equals_every_way_walked(seed: int, con: duckdb.DuckDBPyConnection) -> None:
    """Prevents a component counted once where two assemblies need it, or a quantity that is rounded."""
    dice = random.Random(seed)
    pairs = {tuple(sorted(dice.sample(range(12), 2))) for _ in range(18)}
    bills = [(f"P{a:02d}", f"P{b:02d}", Decimal(dice.randrange(1, 9_999_999)) / 10**6) for a, b in pairs]
    fill(con, bills)
    index = bills_of(con)
    for product in {product for bill in bills for product in bill[:2]}:
        expected = [brute_force(bills, product, is_up=is_up) for is_up in (False, True)]
        assert lists(index, product) == expected


def test_newest_bill_of_the_day_counts(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents an old quantity from being added to the new one, and next year's bill from counting today."""
    fill(con, [("A", "B", Decimal(2))], date(2024, 1, 1))
    fill(con, [("A", "B", Decimal(3)), ("A", "C", Decimal(1))], date(2025, 1, 1))
    assert [(line.product_id, line.qty) for line in explode(bills_of(con), "A")] == [("B", 3), ("C", 1)]
    assert [(line.product_id, line.qty) for line in explode(bills_of(con, on=date(2024, 6, 1)), "A")] == [
        ("B", 2)
    ]


def test_circle_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents an endless explosion, or a quantity that means nothing."""
    fill(con, [("A", "B", Decimal(1)), ("B", "C", Decimal(1)), ("C", "B", Decimal(1))])
    with pytest.raises(BomCycle, match="B, C"):
        explode(bills_of(con), "A")
    with pytest.raises(BomCycle):
        explode(bills_of(con), "B")


def test_unknown_product_is_named(con: duckdb.DuckDBPyConnection) -> None:
    """Prevents 'made of nothing' as the answer to a mistyped product."""
    fill(con, [("A", "B", Decimal(1))])
    with pytest.raises(UnknownProduct, match="X"):
        where_used(bills_of(con), "X")
