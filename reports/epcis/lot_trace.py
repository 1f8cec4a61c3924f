"""What the EPCIS document of a lot is made of: its card, its traces, the steps between their lots, packages.

lots → traces and cards, asked for together → per lot: steps as known now, steps told otherwise before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb

from traceability.lot_card import LotCard, lot_cards
from traceability.query import fetch
from traceability.recall.records import ScopeLot
from traceability.recall.steps import Step, steps
from traceability.recall.zones import zones
from traceability.records import Trace
from traceability.walk import UnknownLot, traces


@dataclass(frozen=True)
class Packed:
    """A lot or a package inside a package."""

    package_id: str
    child_id: str
    child_kind_code: str
    site_code: str
    qty: Decimal | None
    first_date: date | None


@dataclass(frozen=True)
class _Changed:
    """When a step between two lots became known to be other than it was told."""

    declared_at: datetime
    from_lot_id: str
    to_lot_id: str


@dataclass(frozen=True)
class Told:
    """A step as it was known until a moment."""

    step: Step
    until: datetime


@dataclass(frozen=True)
class LotTrace:
    """What the document of a lot is made of."""

    card: LotCard
    backward: Trace
    forward: Trace
    lots: dict[str, ScopeLot]
    steps: tuple[Step, ...]
    packed: tuple[Packed, ...]
    earlier: tuple[Told, ...]
    zones: dict[str, str]


def lot_trace(con: duckdb.DuckDBPyConnection, lot_id: str) -> LotTrace:
    """Select everything the document of a lot says.

    Raises:
        UnknownLot: the release does not hold the lot.
    """
    found = lot_traces(con, [lot_id])
    if not found:
        raise UnknownLot(lot_id)
    return found[0]


def lot_traces(con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str]) -> tuple[LotTrace, ...]:
    """Select what the documents of those of some lots say that the release holds, asked for together."""
    cards = lot_cards(con, lot_ids)
    back, ahead = traces(con, lot_ids, "backward"), traces(con, lot_ids, "forward")
    clocks = zones(con)
    return tuple(_lot_trace(con, card, back[lot], ahead[lot], clocks) for lot, card in cards.items())


def _lot_trace(
    con: duckdb.DuckDBPyConnection, card: LotCard, back: Trace, ahead: Trace, clocks: dict[str, str]
) -> LotTrace:
    lots = {node.lot.lot_id for trace in (back, ahead) for node in trace.nodes}
    changed = fetch(con, "withdrawn", _Changed, {"lot_ids": sorted(lots)}, package="reports.epcis")
    named = sorted(lots | {lot for row in changed for lot in (row.from_lot_id, row.to_lot_id)})
    keys = {"lot_ids": named, "depths": [0] * len(named)}
    known = fetch(con, "lots", ScopeLot, keys, package="traceability.recall")
    ahead_ids = {"lot_ids": [node.lot.lot_id for node in ahead.nodes]}
    return LotTrace(
        card,
        back,
        ahead,
        {lot.lot_id: lot for lot in known},
        steps(con, sorted(lots), known_by=None),
        fetch(con, "packing", Packed, ahead_ids, package="reports.epcis"),
        tuple(_earlier(con, named, sorted({row.declared_at for row in changed}))),
        clocks,
    )


def _earlier(con: duckdb.DuckDBPyConnection, lots: list[str], moments: list[datetime]) -> Iterator[Told]:
    """The steps between some lots as they were known just before each of some moments."""
    for moment in moments:
        before = steps(con, lots, known_by=moment - timedelta(microseconds=1))
        yield from (Told(step, moment) for step in before)
