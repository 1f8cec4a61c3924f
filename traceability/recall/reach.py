"""Which lots a recall reaches: the one place where recall asks the genealogy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from traceability.index.release_index import index_of
from traceability.walk import BETWEEN_LOTS


@dataclass(frozen=True)
class Reached:
    """A lot and how many steps it lies behind those that were named."""

    lot_id: str
    depth: int


def reach(
    con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str], *, known_by: datetime | None
) -> tuple[Reached, ...]:
    """Return the lots that became of some lots, themselves included, by depth and id.

    A lot that no edge touches became nothing else. Edges that were not known by ``known_by``, or were taken
    back by then, are left out.
    """
    index = index_of(con)
    named = sorted(set(lot_ids))
    touched = [named[place] for place in index.knows(named).nonzero()[0]]
    depths = dict.fromkeys(named, 0)
    if touched:
        found = index.forward(touched, as_of=known_by, edge_filter=BETWEEN_LOTS)
        depths |= dict(zip(found.ids(), found.depths.tolist(), strict=True))
    return tuple(Reached(lot, depth) for depth, lot in sorted((d, lot) for lot, d in depths.items()))
