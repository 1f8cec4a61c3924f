"""Walk the genealogy from a lot, or from each of many, backward to receipts or forward to shipments.

genealogy index → reached lots by level → edges, receipts, shipments, gaps → Trace.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from traceability.index import EdgeFilter, Index
from traceability.index.release_index import index_of
from traceability.query import fetch
from traceability.records import Direction, Gap, LotRef, Node, Receipt, Trace
from traceability.trace_rows import TraceRows, trace_rows

DEFAULT_MAX_DEPTH = 64
BETWEEN_LOTS = EdgeFilter(kinds={"lot"})


class UnknownLot(LookupError):
    """The release has no lot of that id."""


def backward(con: duckdb.DuckDBPyConnection, lot_id: str, *, max_depth: int = DEFAULT_MAX_DEPTH) -> Trace:
    """Return every lot that went into a lot, down to the suppliers' receipts.

    Raises:
        UnknownLot: the release does not hold the lot.
    """
    return _only(traces(con, [lot_id], "backward", max_depth=max_depth), lot_id)


def forward(con: duckdb.DuckDBPyConnection, lot_id: str, *, max_depth: int = DEFAULT_MAX_DEPTH) -> Trace:
    """Return every lot that a lot went into, and the customers that got them.

    Raises:
        UnknownLot: the release does not hold the lot.
    """
    return _only(traces(con, [lot_id], "forward", max_depth=max_depth), lot_id)


def lot_refs(con: duckdb.DuckDBPyConnection, lot_ids: Sequence[str]) -> dict[str, LotRef]:
    """Return the known ones among some lots, by id."""
    return {lot.lot_id: lot for lot in fetch(con, "lot_ref", LotRef, {"lot_ids": list(lot_ids)})}


def traces(
    con: duckdb.DuckDBPyConnection,
    lot_ids: Sequence[str],
    direction: Direction,
    *,
    max_depth: int = DEFAULT_MAX_DEPTH,
) -> dict[str, Trace]:
    """Return the traces of those of some lots that the release holds, asked for together."""
    index, roots = index_of(con), lot_refs(con, lot_ids)
    reached = {lot_id: sorted(_reached(index, lot_id, direction, max_depth)) for lot_id in roots}
    everything = sorted({lot for found in reached.values() for _, lot, _ in found})
    rows, known = trace_rows(con, everything, direction), lot_refs(con, everything)
    nodes = {
        lot_id: tuple(Node(known.get(lot) or unlisted(lot), depth, is_leaf) for depth, lot, is_leaf in found)
        for lot_id, found in reached.items()
    }
    return {lot_id: _trace(root, direction, nodes[lot_id], rows, max_depth) for lot_id, root in roots.items()}


def _only(found: dict[str, Trace], lot_id: str) -> Trace:
    if lot_id not in found:
        raise UnknownLot(lot_id)
    return found[lot_id]


def _trace(
    root: LotRef, direction: Direction, nodes: tuple[Node, ...], rows: TraceRows, max_depth: int
) -> Trace:
    lots = {node.lot.lot_id for node in nodes}
    edges, receipts, shipments = rows.edges(lots), rows.receipts(lots), rows.shipments(lots)
    cut = tuple(node for node in nodes if node.depth == max_depth and not node.is_leaf)
    gaps = (
        *_depth_gaps(cut, max_depth),
        *(_receipt_gaps(nodes, receipts) if direction == "backward" else ()),
        *rows.gaps(lots, {edge.order_id for edge in edges if edge.order_id}),
    )
    return Trace(root, direction, nodes, edges, receipts, shipments, gaps, bool(cut))


def _reached(index: Index, lot_id: str, direction: Direction, max_depth: int) -> list[tuple[int, str, bool]]:
    """Depth, id and whether it is an end, of each lot; a lot that no edge touches is its own end."""
    if not index.knows([lot_id]).all():
        return [(0, lot_id, True)]
    reach = index.walk(direction, [lot_id], edge_filter=BETWEEN_LOTS, max_depth=max_depth)
    return list(zip(reach.depths.tolist(), reach.ids(), (~reach.leads_on).tolist(), strict=True))


def unlisted(lot_id: str) -> LotRef:
    """Return a lot that an edge or a record names and the lot table lacks; an answer must still show it."""
    site, _, rest = lot_id.partition(":")
    product, _, lot_no = rest.partition(":")
    return LotRef(lot_id, site, "", product, lot_no, None, None, None, "unknown")


def _receipt_gaps(nodes: Sequence[Node], receipts: Sequence[Receipt]) -> list[Gap]:
    received = {receipt.lot_id for receipt in receipts}
    origins = [node.lot for node in nodes if node.is_leaf and node.lot.lot_id not in received]
    text = "upstream end without a goods receipt: the origin of this lot is not known"
    return [Gap("TRACE-NO-RECEIPT", lot.lot_id, None, text, 1) for lot in origins]


def _depth_gaps(cut: Sequence[Node], max_depth: int) -> list[Gap]:
    text = f"the walk stopped at depth {max_depth}; there is more beyond this lot"
    return [Gap("TRACE-DEPTH", node.lot.lot_id, None, text, 1) for node in cut]
