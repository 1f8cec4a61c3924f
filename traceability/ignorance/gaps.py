"""Gaps that concern an answer: what is not known about its lots and orders, how much, and what to do.

lots + orders of an answer → mart.trace_gap, mart.trace_gap_code → KnownGap …
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from traceability.query import fetch


@dataclass(frozen=True)
class KnownGap:
    """One thing a release does not know.

    Attributes:
        gap_code: ``TRACE-…``, see mart.trace_gap_code.
        qty: how much is in doubt, in the base unit of the product; None when nobody can say.
    """

    gap_code: str
    lot_id: str | None
    order_id: str | None
    product_id: str | None
    qty: Decimal | None
    uom_code: str | None
    title_zh: str
    title_en: str
    remedy_zh: str
    remedy_en: str

    @property
    def message(self) -> str:
        """What is not known, in both languages."""
        return f"{self.title_zh} | {self.title_en}"

    @property
    def remedy(self) -> str:
        """What to do about it, in both languages."""
        return f"{self.remedy_zh} | {self.remedy_en}"


def gaps(
    con: duckdb.DuckDBPyConnection, lot_ids: Collection[str], order_ids: Collection[str] = ()
) -> tuple[KnownGap, ...]:
    """Return the gaps of some lots and orders, by code."""
    scope = {"lot_ids": sorted(lot_ids), "order_ids": sorted(order_ids)}
    return fetch(con, "gaps", KnownGap, scope, package="traceability.ignorance")
