"""Where goods of a scope went on, as partners tell in their EPCIS events: who passed on what, and to whom.

genealogy of partners' shipments and receipts, packages looked into → Onward. Our own deliveries stand
elsewhere, and no quantity here is added to them: the same goods are passed on again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import duckdb

from traceability.query import fetch
from traceability.recall.records import Onward, ScopeLot
from traceability.recall.subject import Selection


@dataclass(frozen=True)
class _Row:
    lot_id: str
    thing_id: str
    thing_kind_code: str
    qty: Decimal | None
    uom_code: str | None
    is_loose: bool
    serial_ids: list[str]
    despatch_advice: str | None
    holder: str | None
    sent_date: date | None
    received_date: date | None


def onward(
    con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str], *, known_by: datetime | None = None
) -> tuple[Onward, ...]:
    """Return every movement that partners tell of goods of some lots.

    Args:
        con: An open release.
        lot_ids: The lots.
        known_by: Leave out what was loaded later; None for everything the release knows.
    """
    return tuple(map(_plain, _rows(con, lot_ids, known_by)))


def onward_of_scope(
    con: duckdb.DuckDBPyConnection,
    lots: Sequence[ScopeLot],
    selection: Selection,
    *,
    known_by: datetime | None,
) -> tuple[Onward, ...]:
    """Return the same for the lots of a scope.

    Of a lot whose single devices are meant, what moved without one of them is left out; what a partner says
    of the lot as a whole, or of a package that holds some of it without numbers, may hold them and stays.
    """
    rows = _rows(con, [lot.lot_id for lot in lots], known_by)
    return tuple(map(_plain, _of_devices(rows, lots, selection)))


def _rows(
    con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str], known_by: datetime | None
) -> tuple[_Row, ...]:
    keys = {"lot_ids": list(lot_ids), "known_by": known_by}
    return fetch(con, "onward", _Row, keys, package="traceability.recall")


def _of_devices(rows: Sequence[_Row], lots: Sequence[ScopeLot], selection: Selection) -> Iterator[_Row]:
    products = {lot.lot_id: lot.product_id for lot in lots}
    named = {f"serial:{products.get(one.lot_id)}:{one.serial_no}" for one in selection.devices}
    for row in rows:
        meant = [serial for serial in row.serial_ids if serial in named]
        if row.lot_id not in selection.partial_lot_ids:
            yield row
        elif row.is_loose:
            yield replace(row, serial_ids=meant)
        elif meant:
            yield replace(row, serial_ids=meant, qty=Decimal(len(meant)))


def _plain(row: _Row) -> Onward:
    return Onward(
        row.lot_id,
        row.thing_id,
        row.thing_kind_code,
        row.qty,
        row.uom_code,
        len(row.serial_ids),
        row.despatch_advice,
        row.holder,
        row.sent_date,
        row.received_date,
    )
