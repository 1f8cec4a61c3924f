"""Find the lots that an entered or scanned text may mean.

text → lot id, lot number, serial, order, supplier lot, UDI (through its DI) → Matches, best reading first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

import duckdb

from master_data.udi import ParsedUdi, parse
from traceability.query import fetch
from traceability.records import LotRef, Match, MatchKind
from traceability.walk import lot_refs

LOTS_AT_MOST = 100
NEAR_AT_MOST = 5
EVERY_READING: tuple[MatchKind, ...] = get_args(MatchKind)
_QUERIES: tuple[tuple[str, frozenset[MatchKind]], ...] = (
    ("find_by_lot", frozenset({"lot_id", "lot_no"})),
    ("find_by_serial", frozenset({"serial"})),
    ("find_by_order", frozenset({"order"})),
    ("find_by_supplier_lot", frozenset({"supplier_lot"})),
    ("find_by_spelling", frozenset({"spelling"})),
)


@dataclass(frozen=True)
class _Found:
    kind: MatchKind
    matched: str
    lot_id: str


@dataclass(frozen=True)
class _Year:
    year: int


@dataclass(frozen=True)
class _LotId:
    lot_id: str


def find(
    con: duckdb.DuckDBPyConnection, text: str, readings: Collection[MatchKind] = EVERY_READING
) -> tuple[Match, ...]:
    """Return every lot a text may mean; empty when there is none.

    One lot is listed once, under the first of its readings: lot id, lot number, serial, order, supplier
    lot, spelling of a system, UDI. A UDI without lot and serial gives the newest lots of its product.

    Args:
        con: An open release.
        text: What somebody typed or scanned.
        readings: The only ones that count, where it is known what the text stands for.
    """
    entered = text.strip()
    if not entered:
        return ()
    keys = {"text": entered, "lot_no": lot_key(entered)}
    asked = [name for name, kinds in _QUERIES if kinds & set(readings)]
    found = [row for name in asked for row in fetch(con, name, _Found, keys)]
    if "udi" in readings:
        found += _by_udi(con, read_udi(con, text))
    first = {row.lot_id: row for row in reversed(found)}
    lots = lot_refs(con, list(first))
    ordered = dict.fromkeys(row.lot_id for row in found if row.lot_id in lots)
    return tuple(Match(first[i].kind, first[i].matched, lots[i]) for i in ordered)


def near(con: duckdb.DuckDBPyConnection, text: str) -> tuple[LotRef, ...]:
    """Return lots whose number is close to that in a text that matched nothing, closest first."""
    key = lot_key(read_udi(con, text).lot or text.strip().rpartition(":")[2])
    if not key:
        return ()
    rows = fetch(con, "near_lots", _LotId, {"lot_no": key, "at_most": NEAR_AT_MOST})
    lots = lot_refs(con, [row.lot_id for row in rows])
    return tuple(lots[row.lot_id] for row in rows)


def read_udi(con: duckdb.DuckDBPyConnection, text: str) -> ParsedUdi:
    """Return a text read as a UDI; the century of its dates follows the release's own day, not a clock."""
    years = fetch(con, "release_year", _Year, {})
    # A release without any posting has no day; only two-digit years depend on this, and no lot can match.
    return parse(text, current_year=years[0].year if years else 2000)


def lot_key(text: str) -> str:
    """Return a lot number the way core writes it: NFKC, trimmed, upper case, numeric ones without zeros."""
    key = unicodedata.normalize("NFKC", text).strip().upper()
    return key.lstrip("0") or "0" if key.isascii() and key.isdigit() else key


def _by_udi(con: duckdb.DuckDBPyConnection, udi: ParsedUdi) -> tuple[_Found, ...]:
    if udi.di is None or not udi.is_valid:
        return ()
    lot_no = lot_key(udi.lot) if udi.lot else None
    keys = {"di": udi.di, "lot_no": lot_no, "at_most": LOTS_AT_MOST}
    exact = fetch(con, "find_by_udi", _Found, {**keys, "serial_no": udi.serial})
    if exact or lot_no is None or udi.serial is None:
        return exact
    # Lots are often known where single items are not: the lot on the label still leads somewhere.
    return fetch(con, "find_by_udi", _Found, {**keys, "serial_no": None})
