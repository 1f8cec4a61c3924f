"""Where complaints may come from: what their lots have in common, against all lots of the same products.

complaints or lots → lots of their products → common ancestors → suspects with names and suppliers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from traceability.index.ancestors import Suspect, common_ancestors
from traceability.index.release_index import index_of
from traceability.query import fetch
from traceability.records import LotRef
from traceability.walk import BETWEEN_LOTS, lot_refs


class NoCases(LookupError):
    """There are no lots to find a common cause of."""


@dataclass(frozen=True)
class SuspectLot:
    """A lot that stands above lots with complaints more often than chance has it.

    Attributes:
        lot: The lot.
        case_count: Lots with complaints below it.
        lot_count: Lots of the same products below it.
        lift: Its share of the lots with complaints, divided by its share of all lots.
        chance: Probability of as many cases below it if complaints struck at random.
    """

    lot: LotRef
    case_count: int
    lot_count: int
    lift: Decimal
    chance: float


@dataclass(frozen=True)
class Suspects:
    """The answer, and what it was computed from.

    Attributes:
        cases: The lots with complaints that have a genealogy.
        population: How many lots of the same products have one.
        suspects: Lots upstream of them, most suspicious first.
    """

    cases: tuple[str, ...]
    population: int
    suspects: tuple[SuspectLot, ...]


@dataclass(frozen=True)
class _LotId:
    lot_id: str


def complaint_lots(
    con: duckdb.DuckDBPyConnection, product_code: str | None, first: date | None, last: date | None
) -> tuple[str, ...]:
    """Return the lots that complaints name, of one product or of all, received in a span of days."""
    span = {"product_code": product_code, "first": first, "last": last}
    return tuple(row.lot_id for row in fetch(con, "complaint_lots", _LotId, span))


def suspects(con: duckdb.DuckDBPyConnection, case_ids: Sequence[str]) -> Suspects:
    """Return the lots that at least two of some lots came from, highest lift first.

    Raises:
        NoCases: None of the lots has a genealogy.
    """
    index = index_of(con)
    known = [lot for lot, is_known in zip(case_ids, index.knows(list(case_ids)), strict=True) if is_known]
    if not known:
        raise NoCases(
            "没有带谱系的投诉批次 | no lot with a complaint has a genealogy; name lots produced here"
        )
    peers = [row.lot_id for row in fetch(con, "lots_of_same_products", _LotId, {"lot_ids": known})]
    found = common_ancestors(index, known, peers, edge_filter=BETWEEN_LOTS)
    lots = lot_refs(con, [suspect.node_id for suspect in found])
    named = tuple(_named(suspect, lots[suspect.node_id]) for suspect in found if suspect.node_id in lots)
    return Suspects(tuple(known), int(index.knows(peers).sum()), named)


def _named(suspect: Suspect, lot: LotRef) -> SuspectLot:
    lift = (Decimal(suspect.lift.numerator) / suspect.lift.denominator).quantize(Decimal("0.001"))
    return SuspectLot(lot, suspect.case_count, suspect.lot_count, lift, suspect.chance)
