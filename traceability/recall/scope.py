"""The scope of a recall: which lots, where each quantity is, who holds it, and what is not known.

Selection → reach → narrow → balances, stock, deliveries, units → Scope. A pure function of an open release.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import duckdb

from traceability.ignorance import ReleaseBooks
from traceability.query import fetch
from traceability.recall.ignorance import bound_of, declared, doubtful_bound, shown, without_doubles
from traceability.recall.narrow import Narrowing, narrow
from traceability.recall.onward import onward_of_scope
from traceability.recall.reach import reach
from traceability.recall.records import (
    Consignee,
    Delivery,
    LotBalance,
    Return,
    Scope,
    ScopeLot,
    StockPlace,
    Unit,
)
from traceability.recall.subject import Selection

_NOTHING = Decimal(0)
_Row = TypeVar("_Row")
_Sent = Counter[tuple[str, str | None]]


@dataclass(frozen=True)
class _Places:
    """Where the goods are, as the release tells it."""

    balances: tuple[LotBalance, ...]
    stock: tuple[StockPlace, ...]
    deliveries: tuple[Delivery, ...]
    returns: tuple[Return, ...]
    units: tuple[Unit, ...]


def scope_of(
    con: duckdb.DuckDBPyConnection,
    selection: Selection,
    *,
    known_by: datetime | None = None,
    narrowings: Sequence[Narrowing] = (),
    books: ReleaseBooks | None = None,
) -> Scope:
    """Return everything that a recall of the selection is about.

    Args:
        con: An open release.
        selection: Lots and devices that are meant.
        known_by: Leave out what was loaded later; None for everything the release knows.
        narrowings: Conditions on how a lot was made, all of which must fit.
        books: Those of the release, when somebody keeps them; read when None.
    """
    every = _lots(con, selection, known_by)
    narrowed = narrow(con, every, narrowings, known_by=known_by)
    lots = tuple(lot for lot in every if lot.lot_id in narrowed.lot_ids)
    ids = [lot.lot_id for lot in lots]
    places = _places(con, ids, known_by)
    partial = selection.partial_lot_ids & narrowed.lot_ids
    if partial:
        places = _only_devices(places, selection, partial)
    holders = sorted(
        {row.consignee_id for row in places.deliveries} | {row.consignee_id for row in places.returns}
    )
    consignees = _ask(con, "consignees", _ConsigneeRow, {"consignee_ids": holders})
    known = tuple(
        Consignee(**{**vars(row), "customer_codes": tuple(row.customer_codes)}) for row in consignees
    )
    moved = onward_of_scope(con, lots, selection, known_by=known_by)
    of_whole_lots = [row for row in moved if row.lot_id not in partial]
    told = tuple(shown(places.balances, places.deliveries, known, places.units, of_whole_lots))
    bound = bound_of(con, selection.lot_ids, known_by=known_by, books=books)
    whole = [lot for lot in every if lot.lot_id not in selection.partial_lot_ids]
    if bound is not None and (doubt := doubtful_bound(bound, whole)):
        told, bound = (*told, doubt), None
    gaps = without_doubles((*told, *narrowed.doubts, *declared(con, ids)))
    return Scope(
        lots,
        places.balances,
        places.stock,
        places.deliveries,
        places.returns,
        moved,
        known,
        places.units,
        narrowed.excluded,
        tuple(sorted(gaps, key=lambda gap: (gap.code, gap.lot_id or "", gap.order_id or "", gap.message_en))),
        bound,
        known_by,
    )


@dataclass(frozen=True)
class _ConsigneeRow:
    consignee_id: str
    customer_name: str | None
    uscc: str | None
    country_code: str | None
    city_name: str | None
    customer_codes: list[str]


def returns_of(con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str]) -> tuple[Return, ...]:
    """Return every posting by which customers sent goods of some lots back."""
    return _ask(con, "returns", Return, {"lot_ids": list(lot_ids), "known_by": None})


def _lots(
    con: duckdb.DuckDBPyConnection, selection: Selection, known_by: datetime | None
) -> tuple[ScopeLot, ...]:
    """Whole lots with all that became of them; a lot of single devices stands for those devices only."""
    depths = {row.lot_id: row.depth for row in reach(con, selection.lot_ids, known_by=known_by)}
    depths |= dict.fromkeys(selection.partial_lot_ids - set(depths), 0)
    keys = {"lot_ids": list(depths), "depths": list(depths.values())}
    return _ask(con, "lots", ScopeLot, keys)


def _places(con: duckdb.DuckDBPyConnection, lot_ids: list[str], known_by: datetime | None) -> _Places:
    keys = {"lot_ids": lot_ids, "known_by": known_by}
    stock = _ask(con, "stock", StockPlace, keys)
    held: dict[str, Decimal] = defaultdict(Decimal)
    for place in stock:
        held[place.lot_id] += place.stock_qty + place.quality_qty + place.blocked_qty
    stocked = {"stock_lot_ids": list(held), "stock_qtys": list(held.values())}
    return _Places(
        _ask(con, "balances", LotBalance, {**keys, **stocked}),
        stock,
        _ask(con, "deliveries", Delivery, keys),
        _ask(con, "returns", Return, keys),
        _ask(con, "units", Unit, keys),
    )


def _only_devices(places: _Places, selection: Selection, partial: frozenset[str]) -> _Places:
    """Leave of partial lots the named devices: their deliveries count devices, their stock is not known."""
    named = {(device.lot_id, device.serial_no) for device in selection.devices}
    units = tuple(u for u in places.units if u.lot_id not in partial or (u.lot_id, u.serial_no) in named)
    sent: _Sent = Counter((u.lot_id, u.delivery_no) for u in units if u.lot_id in partial and u.delivery_no)
    counts = Counter(u.lot_id for u in units if u.lot_id in partial)
    return _Places(
        tuple(_device_balance(b, counts, sent) if b.lot_id in partial else b for b in places.balances),
        tuple(place for place in places.stock if place.lot_id not in partial),
        tuple(
            _device_delivery(d, sent[d.lot_id, d.delivery_no]) if d.lot_id in partial else d
            for d in places.deliveries
            if d.lot_id not in partial or (d.lot_id, d.delivery_no) in sent
        ),
        tuple(row for row in places.returns if row.lot_id not in partial),
        units,
    )


def _device_delivery(delivery: Delivery, devices: int) -> Delivery:
    qty = Decimal(devices)
    return replace(
        delivery,
        document_qty=qty,
        issued_qty=qty,
        returned_qty=_NOTHING,
        qty=qty,
        held_qty=qty,
        serial_count=devices,
    )


def _device_balance(balance: LotBalance, counts: Counter[str], sent: _Sent) -> LotBalance:
    made = Decimal(counts[balance.lot_id])
    shipped = Decimal(sum(count for (lot_id, _), count in sent.items() if lot_id == balance.lot_id))
    none = _NOTHING
    return LotBalance(
        balance.lot_id, made, none, none, none, shipped, none, none, none, none, none, made - shipped, 0
    )


def _ask(
    con: duckdb.DuckDBPyConnection, name: str, row_type: type[_Row], keys: dict[str, Any]
) -> tuple[_Row, ...]:
    return fetch(con, name, row_type, keys, package="traceability.recall")
