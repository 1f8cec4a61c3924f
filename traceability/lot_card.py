"""Everything a release knows about one lot.

lot id → masters, orders, operations, inspections, decision, movements out, findings, source rows → LotCard.
"""

from __future__ import annotations

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
from traceability.query import fetch
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
    lot = lot_refs(con, [lot_id]).get(lot_id)
    if lot is None:
        raise UnknownLot(lot_id)
    one, many = {"lot_id": lot_id}, {"lot_ids": [lot_id]}
    source_rows = fetch(con, "card_source_rows", SourceRow, one)
    return LotCard(
        lot=lot,
        header=fetch(con, "card_header", LotHeader, one)[0],
        balance=next(iter(fetch(con, "card_balance", Balance, one)), None),
        orders=fetch(con, "card_orders", Order, one),
        operations=fetch(con, "card_operations", Operation, one),
        inspections=fetch(con, "card_inspections", Inspection, one),
        results=fetch(con, "card_results", InspectionResult, one),
        release=next(iter(fetch(con, "card_release", ReleaseDecision, one)), None),
        receipts=fetch(con, "receipts", Receipt, many),
        shipments=fetch(con, "shipments", Shipment, many),
        serials=fetch(con, "card_serials", Serial, one),
        quality_events=fetch(con, "card_quality_events", QualityEvent, one),
        spellings=fetch(con, "card_spellings", Spelling, one),
        findings=_findings(con, source_rows),
        source_rows=source_rows,
    )


def _findings(con: duckdb.DuckDBPyConnection, rows: tuple[SourceRow, ...]) -> tuple[Finding, ...]:
    addresses = {
        "source_tables": [row.source_table for row in rows],
        "file_sha256s": [row.file_sha256 for row in rows],
        "row_nos": [row.row_no for row in rows],
    }
    return fetch(con, "card_findings", Finding, addresses) if rows else ()
