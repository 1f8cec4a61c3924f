"""Bills of material over all levels: what a product is made of, and where it is used.

core.bom → index of products → reach → quantities multiplied along every way and added up, exactly.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from traceability.index import Direction, Index, Reach, build, open_index
from traceability.index.edge_table import edge_ends, edge_values

QTY_SCALE = 6
# Ten levels of six decimal places are still exact.
DIGITS = 80


class UnknownProduct(LookupError):
    """No bill of material names the product."""


class BomCycle(ValueError):
    """A product is, over some levels, a component of itself: no quantity can be given."""


@dataclass(frozen=True)
class BomLine:
    """A product of an explosion or a where-used list.

    Attributes:
        product_id: The component, or the product that uses it.
        depth: Fewest levels between the two.
        qty: Of the component for one base unit of the product, over all ways between them.
    """

    product_id: str
    depth: int
    qty: Decimal


def bills_of(con: duckdb.DuckDBPyConnection, *, on: date | None = None) -> Index:
    """The index of a release's bills of material.

    Args:
        con: A release.
        on: The day whose bills are valid; None for the newest ones.
    """
    sql = files("traceability").joinpath("queries", "bom_edges.sql").read_text(encoding="utf-8")
    edges = con.cursor().execute(sql, {"on": on}).to_arrow_reader()
    with TemporaryDirectory(prefix="medlake-bom-") as scratch:
        build(edges, Path(scratch) / "index", qty_scale=QTY_SCALE)
        # What is mapped stays readable after its name is gone.
        return open_index(Path(scratch) / "index")


def explode(bills: Index, product_id: str) -> tuple[BomLine, ...]:
    """Every component of a product, by depth, then by id.

    Raises:
        UnknownProduct: No bill names it.
        BomCycle: A component contains itself.
    """
    return _lines(bills, product_id, "backward")


def where_used(bills: Index, product_id: str) -> tuple[BomLine, ...]:
    """Every product that contains a product; order and errors as ``explode``."""
    return _lines(bills, product_id, "forward")


def _lines(bills: Index, product_id: str, direction: Direction) -> tuple[BomLine, ...]:
    if not bills.knows([product_id]).all():
        raise UnknownProduct(f"没有物料清单包含 {product_id} | no bill of material names {product_id}")
    reach = bills.walk(direction, [product_id])
    amounts = _amounts(reach)
    found = zip(reach.ids()[1:], reach.depths[1:].tolist(), strict=True)
    lines = [BomLine(name, depth, _decimal(amounts[name])) for name, depth in found]
    return tuple(sorted(lines, key=lambda line: (line.depth, line.product_id)))


def _amounts(reach: Reach) -> dict[str, Fraction]:
    """How much of each reached component goes into one root, or of the root into one of each product.

    A product is done once all edges that lead to it are; what is never done stands in a cycle.
    """
    index, edges = reach.index, reach.edges
    ends = [index.names(part).to_pylist() for part in edge_ends(index, edges)]
    left, entered = ends if reach.direction == "forward" else reversed(ends)
    waiting: dict[str, int] = defaultdict(int)
    leading: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for start, end, qty in zip(left, entered, edge_values(index, "qty", edges).tolist(), strict=True):
        leading[start].append((end, Fraction(qty, 10**QTY_SCALE)))
        waiting[end] += 1
    amounts: dict[str, Fraction] = defaultdict(Fraction)
    (root,) = index.names(reach.levels[0]).to_pylist()
    amounts[root] = Fraction(1)
    ready = [] if waiting[root] else [root]
    while ready:
        start = ready.pop()
        for end, qty in leading[start]:
            amounts[end] += amounts[start] * qty
            waiting[end] -= 1
            if not waiting[end]:
                ready.append(end)
    if cycle := sorted(name for name, count in waiting.items() if count):
        raise BomCycle(f"物料清单成环 | bills of material go in a circle: {', '.join(cycle[:5])}")
    return amounts


def _decimal(amount: Fraction) -> Decimal:
    with localcontext(prec=DIGITS):
        return Decimal(amount.numerator) / Decimal(amount.denominator)
