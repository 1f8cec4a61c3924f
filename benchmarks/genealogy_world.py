"""A device maker's genealogy of any size, with edges as core.trace_edge_version has them.

Supplier lots → component lots → finished lots → units → handling units; 100 M edges have 68 M nodes.
Which lot goes into which is random over all years, which helps no cache, and the same for the same DuckDB
version. A few supplier lots are used far more than the others; the first reaches a large part of everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

SEED = 20260101
UNITS_PER_LOT, UNITS_PER_BOX = 500, 14

# Ids by number. `pick` draws a number below `most`; with power 3 low numbers are drawn far more often.
MACROS = """
CREATE MACRO digits(n, width) AS lpad(n::TEXT, width, '0');
CREATE MACRO supplier_lot(n) AS 'A:30' || digits(n % 997, 6) || ':R' || digits(n, 7);
CREATE MACRO component_lot(n) AS 'A:20' || digits(n % 211, 6) || ':S' || digits(n, 7);
CREATE MACRO finished_lot(n) AS 'A:10' || digits(n % 89, 6) || ':F' || digits(n, 7);
CREATE MACRO unit(n, per_lot) AS 'serial:sap_a:10' || digits(n // per_lot % 89, 6) || ':' || digits(n, 9);
CREATE MACRO box(n) AS 'hu:00952123400' || digits(n, 9);
CREATE MACRO even(n, seed) AS (hash(n, seed) >> 11) / 9007199254740992;
CREATE MACRO pick(n, seed, most, power) AS floor(most * pow(even(n, seed), power))::BIGINT;
"""
COLUMNS = """
  from_node_id, to_node_id, from_kind_code, to_kind_code, edge_type_code, 'ORDER' AS precision_code,
  (1 + n % 100000)::DECIMAL(18, 3) AS qty,
  DATE '2024-01-01' + (day % 700)::INTEGER AS first_date,
  DATE '2024-01-01' + (day % 700)::INTEGER AS last_date,
  TIMESTAMPTZ '2024-01-01 20:00:00+00' + to_days((day % 700)::INTEGER) AS known_at,
  NULL::TIMESTAMPTZ AS known_until
"""


@dataclass(frozen=True)
class World:
    """How many nodes each layer has, for a number of edges."""

    edges: int

    @property
    def supplier_lots(self) -> int:
        """Bought lots; a few are used far more than the others."""
        return self.edges * 4 // 1_000

    @property
    def component_lots(self) -> int:
        """Each made of three supplier lots."""
        return self.edges * 3 // 1_000

    @property
    def finished_lots(self) -> int:
        """Each made of ten component lots, and itself 500 units."""
        return self.edges * 13 // 10_000

    @property
    def units(self) -> int:
        """Serial numbers."""
        return UNITS_PER_LOT * self.finished_lots

    @property
    def packed(self) -> int:
        """Units in a handling unit: the edges that are left over."""
        lots = 3 * self.component_lots + 10 * self.finished_lots
        return self.edges - lots - self.units

    def parts(self) -> tuple[str, ...]:
        """A query per kind of edge, each in the order in which its outputs were made."""
        return (
            f"""SELECT n, n // 3, supplier_lot(pick(n, {SEED}, {self.supplier_lots}, 3)),
                component_lot(n // 3), 'lot', 'lot', 'CONSUME'
                FROM range({3 * self.component_lots}) AS r(n)""",
            f"""SELECT n, n // 10, component_lot(pick(n, {SEED + 1}, {self.component_lots}, 1)),
                finished_lot(n // 10), 'lot', 'lot', 'CONSUME'
                FROM range({10 * self.finished_lots}) AS r(n)""",
            f"""SELECT n, n // {UNITS_PER_LOT}, finished_lot(n // {UNITS_PER_LOT}),
                unit(n, {UNITS_PER_LOT}), 'lot', 'serial', 'SERIALISE'
                FROM range({self.units}) AS r(n)""",
            f"""SELECT n, n // {UNITS_PER_LOT}, unit(n, {UNITS_PER_LOT}), box(n // {UNITS_PER_BOX}),
                'serial', 'handling_unit', 'PACK' FROM range({self.packed}) AS r(n)""",
        )


def supplier_lot(number: int) -> str:
    """Id of a supplier lot; number 0 is the most used."""
    return f"A:30{number % 997:06d}:R{number:07d}"


def unit(number: int) -> str:
    """Id of a unit."""
    return f"serial:sap_a:10{number // UNITS_PER_LOT % 89:06d}:{number:09d}"


def write_world(path: Path, world: World) -> None:
    """Writes the edges of a world into core.trace_edge_version of a new DuckDB file."""
    _write(path, world, COLUMNS)


def write_more(path: Path, world: World) -> None:
    """Writes what a hundredth of a world's production adds: new products of its supplier lots."""
    later = """
      if(from_node_id LIKE 'A:30%', from_node_id, from_node_id || '-2') AS from_node_id,
      to_node_id || '-2' AS to_node_id"""
    _write(path, World(world.edges // 100), COLUMNS.replace("from_node_id, to_node_id", later, 1))


def _write(path: Path, world: World, columns: str) -> None:
    names = "n, day, from_node_id, to_node_id, from_kind_code, to_kind_code, edge_type_code"
    with duckdb.connect(str(path), config={"memory_limit": "2GB"}) as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA core")
        con.execute(MACROS)
        for number, part in enumerate(world.parts()):
            into = (
                "INSERT INTO core.trace_edge_version" if number else "CREATE TABLE core.trace_edge_version AS"
            )
            con.execute(f"{into} SELECT {columns} FROM ({part}) AS part({names})")
