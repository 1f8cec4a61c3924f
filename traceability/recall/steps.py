"""How the lots of a scope became one another: orders, relabels, work of a vendor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Literal

import duckdb

from traceability.query import fetch


@dataclass(frozen=True)
class StepLot:
    """A lot on one side of a step; ``qty`` is None when no posting states it."""

    lot_id: str
    qty: Decimal | None


@dataclass(frozen=True)
class Step:
    """One order, or one move without an order, with those of its lots that are in the scope."""

    step_id: str
    edge_type_code: str
    site_code: str | None
    first_date: date | None
    inputs: tuple[StepLot, ...]
    outputs: tuple[StepLot, ...]


@dataclass(frozen=True)
class _Side:
    step_id: str
    edge_type_code: str
    site_code: str | None
    first_date: date | None
    side_code: Literal["in", "out"]
    lot_id: str
    qty: Decimal | None


def steps(
    con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str], *, known_by: datetime | None
) -> tuple[Step, ...]:
    """Return the steps between some lots that were known by a moment, oldest first."""
    keys = {"lot_ids": list(lot_ids), "known_by": known_by}
    rows = fetch(con, "steps", _Side, keys, package="traceability.recall")
    return tuple(_step(list(sides)) for _, sides in groupby(rows, key=lambda row: row.step_id))


def _step(sides: Sequence[_Side]) -> Step:
    first = sides[0]
    inputs = tuple(StepLot(side.lot_id, side.qty) for side in sides if side.side_code == "in")
    outputs = tuple(StepLot(side.lot_id, side.qty) for side in sides if side.side_code == "out")
    return Step(first.step_id, first.edge_type_code, first.site_code, first.first_date, inputs, outputs)
