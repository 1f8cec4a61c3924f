"""Which lots a recall reaches: the one place where recall asks the genealogy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from traceability.query import fetch


@dataclass(frozen=True)
class Reached:
    """A lot and how many steps it lies behind those that were named."""

    lot_id: str
    depth: int


def reach(
    con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str], *, known_by: datetime | None
) -> tuple[Reached, ...]:
    """Return the lots that became of some lots, themselves included, by depth and id."""
    return fetch(con, "reach", Reached, {"lot_ids": list(lot_ids)}, package="traceability.recall")
