"""Everything a release knows about a lot, or about a thousand asked for together.

lot ids → masters, orders, operations, inspections, decision, movements out, findings, source rows → LotCards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from traceability.card_records import (
    Balance,
    Finding,
    Inspection,
    InspectionResult,
    LotHeader,
    Operation,
    Order,
    QualityEvent,
    ReleaseDecision,
    Serial,
    SourceRow,
    Spelling,
)
from traceability.query import by_lot, fetch, fetch_by
from traceability.records import LotRef, Receipt, Shipment
from traceability.walk import UnknownLot, lot_refs


@dataclass(frozen=True)
class LotCard:
    """One lot. ``balance`` is None for lots that were not produced here, ``release`` while undecided."""

    lot: LotRef
    header: LotHeader
    balance: Balance | None
    orders: tuple[Order, ...]
    operations: tuple[Operation, ...]
    inspections: tuple[Inspection, ...]
    results: tuple[InspectionResult, ...]
    release: ReleaseDecision | None
    receipts: tuple[Receipt, ...]
    shipments: tuple[Shipment, ...]
    serials: tuple[Serial, ...]
    quality_events: tuple[QualityEvent, ...]
    spellings: tuple[Spelling, ...]
    findings: tuple[Finding, ...]
    source_rows: tuple[SourceRow, ...]

    @property
    def verdict_code(self) -> str:
        """The word over the lot: released, concession, rejected or undecided; bought lots: accepted, …

        A bought lot is never released; its latest decided incoming inspection speaks for it.
        """
        if self.release is not None:
            code = self.release.decision_code
            return "released" if code == "accepted" else code
        decided = [i for i in self.inspections if i.inspection_kind_code == "incoming" and i.decided_at]
        latest = max(decided, key=lambda i: (str(i.decided_at), i.inspection_no), default=None)
        return latest.decision_code or "undecided" if latest else "undecided"


def lot_card(con: duckdb.DuckDBPyConnection, lot_id: str) -> LotCard:
    """Return everything known about one lot.

    Raises:
        UnknownLot: the release does not hold the lot.
    """
    card = lot_cards(con, [lot_id]).get(lot_id)
    if card is None:
        raise UnknownLot(lot_id)
    return card


def lot_cards(con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str]) -> dict[str, LotCard]:
    """Return the cards of those of some lots that the release holds, asked for together."""
    lots = lot_refs(con, lot_ids)
    keys = {"lot_ids": list(lots)}
    found = _Found(
        headers=fetch_by(con, "card_header", LotHeader, keys),
        balances=fetch_by(con, "card_balance", Balance, keys),
        orders=fetch_by(con, "card_orders", Order, keys),
        operations=fetch_by(con, "card_operations", Operation, keys),
        inspections=fetch_by(con, "card_inspections", Inspection, keys),
        results=fetch_by(con, "card_results", InspectionResult, keys),
        releases=fetch_by(con, "card_release", ReleaseDecision, keys),
        receipts=by_lot(fetch(con, "receipts", Receipt, keys)),
        shipments=by_lot(fetch(con, "shipments", Shipment, keys)),
        serials=fetch_by(con, "card_serials", Serial, keys),
        quality_events=fetch_by(con, "card_quality_events", QualityEvent, keys),
        spellings=fetch_by(con, "card_spellings", Spelling, keys),
        source_rows=fetch_by(con, "card_source_rows", SourceRow, keys),
    )
    findings = _findings(con, found.source_rows)
    return {lot_id: _card(lot, found, findings.get(lot_id, ())) for lot_id, lot in lots.items()}


@dataclass(frozen=True)
class _Found:
    """Rows of each kind by lot."""

    headers: Mapping[str, tuple[LotHeader, ...]]
    balances: Mapping[str, tuple[Balance, ...]]
    orders: Mapping[str, tuple[Order, ...]]
    operations: Mapping[str, tuple[Operation, ...]]
    inspections: Mapping[str, tuple[Inspection, ...]]
    results: Mapping[str, tuple[InspectionResult, ...]]
    releases: Mapping[str, tuple[ReleaseDecision, ...]]
    receipts: Mapping[str, tuple[Receipt, ...]]
    shipments: Mapping[str, tuple[Shipment, ...]]
    serials: Mapping[str, tuple[Serial, ...]]
    quality_events: Mapping[str, tuple[QualityEvent, ...]]
    spellings: Mapping[str, tuple[Spelling, ...]]
    source_rows: Mapping[str, tuple[SourceRow, ...]]


def _card(lot: LotRef, found: _Found, findings: tuple[Finding, ...]) -> LotCard:
    lot_id = lot.lot_id
    return LotCard(
        lot=lot,
        header=found.headers[lot_id][0],
        balance=next(iter(found.balances.get(lot_id, ())), None),
        orders=found.orders.get(lot_id, ()),
        operations=found.operations.get(lot_id, ()),
        inspections=found.inspections.get(lot_id, ()),
        results=found.results.get(lot_id, ()),
        release=next(iter(found.releases.get(lot_id, ())), None),
        receipts=found.receipts.get(lot_id, ()),
        shipments=found.shipments.get(lot_id, ()),
        serials=found.serials.get(lot_id, ()),
        quality_events=found.quality_events.get(lot_id, ()),
        spellings=found.spellings.get(lot_id, ()),
        findings=findings,
        source_rows=found.source_rows.get(lot_id, ()),
    )


def _findings(
    con: duckdb.DuckDBPyConnection, rows_by_lot: Mapping[str, tuple[SourceRow, ...]]
) -> Mapping[str, tuple[Finding, ...]]:
    rows = [(lot_id, row) for lot_id, rows in rows_by_lot.items() for row in rows]
    addresses = {
        "lot_ids": [lot_id for lot_id, _ in rows],
        "source_tables": [row.source_table for _, row in rows],
        "file_sha256s": [row.file_sha256 for _, row in rows],
        "row_nos": [row.row_no for _, row in rows],
    }
    return fetch_by(con, "card_findings", Finding, addresses) if rows else {}
