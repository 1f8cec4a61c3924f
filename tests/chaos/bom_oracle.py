"""Bills of material exploded by the plainest means: every way is walked on its own."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb

from traceability.bom import explode, where_used
from traceability.index import Index

Bill = tuple[str, str, Decimal]
BOM_TABLE = """
CREATE SCHEMA core;
CREATE TABLE core.bom (
  parent_product_id TEXT, component_product_id TEXT, component_qty DECIMAL(18, 6), valid_from_date DATE
)
"""


def fill(con: duckdb.DuckDBPyConnection, bills: list[Bill], valid_from: date = date(2024, 1, 1)) -> None:
    """Puts bills of one day into the table."""
    con.executemany("INSERT INTO core.bom VALUES (?, ?, ?, ?)", [(*bill, valid_from) for bill in bills])


def brute_force(bills: list[Bill], root: str, *, is_up: bool) -> dict[str, tuple[int, Fraction]]:
    """Depth and quantity of everything below (or above) a product: every way is walked on its own."""
    next_of: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for parent, component, qty in bills:
        start, end = (component, parent) if is_up else (parent, component)
        next_of[start].append((end, Fraction(qty)))
    found: dict[str, tuple[int, Fraction]] = {}

    def go(product: str, depth: int, amount: Fraction) -> None:
        for end, qty in next_of[product]:
            least, so_far = found.get(end, (depth + 1, Fraction(0)))
            found[end] = (min(least, depth + 1), so_far + amount * qty)
            go(end, depth + 1, amount * qty)

    go(root, 0, Fraction(1))
    return found


def lists(bills: Index, product: str) -> list[dict[str, tuple[int, Fraction]]]:
    """Explosion and where-used list of a product, as ``brute_force`` gives them."""
    return [
        {line.product_id: (line.depth, Fraction(line.qty)) for line in ask(bills, product)}
        for ask in (explode, where_used)
    ]
