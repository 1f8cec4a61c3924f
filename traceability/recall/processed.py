"""Lots by what they went through: a sterilisation run, or a machine in a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from traceability.query import fetch
from traceability.recall.refused import Unreadable
from traceability.records import LotRef
from traceability.walk import lot_refs, unlisted


@dataclass(frozen=True)
class _LotId:
    lot_id: str


def sterilised(con: duckdb.DuckDBPyConnection, text: str) -> tuple[LotRef, ...]:
    """Return the lots that one sterilisation run held."""
    return _lots(con, "sterilised_lots", sterilisation_lot_no=text.strip())


def worked_on(con: duckdb.DuckDBPyConnection, text: str) -> tuple[LotRef, ...]:
    """Return the lots that a machine worked on in a span of days, written EQUIPMENT=FROM..TO.

    Raises:
        Unreadable: the days are missing or none.
    """
    equipment_id, _, days = text.strip().partition("=")
    first, _, last = days.partition("..")
    try:
        span = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise Unreadable(
            f"设备须写明日期，如 A-SEAL-02=2026-01-05..2026-01-09 | equipment needs its days, such as "
            f"A-SEAL-02=2026-01-05..2026-01-09, not {text!r}"
        ) from error
    return _lots(con, "lots_on_equipment", equipment_id=equipment_id.strip(), first=span[0], last=span[1])


def _lots(con: duckdb.DuckDBPyConnection, query: str, **keys: Any) -> tuple[LotRef, ...]:
    rows = fetch(con, query, _LotId, keys, package="traceability.recall")
    known = lot_refs(con, [row.lot_id for row in rows])
    return tuple(known.get(row.lot_id) or unlisted(row.lot_id) for row in rows)
