"""Compressed sparse rows of a segment: written from numbered edges, forward and backward.

Edges in order of appearance → sorted by (from, appearance) with their payload → the same by (to, that order).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from traceability.index.edge_stream import STILL_KNOWN
from traceability.index.layout import PAYLOAD, map_file
from traceability.index.texts import Numbers

GATHER = 1 << 22
SPILLED: Mapping[str, npt.DTypeLike] = {"source": np.uint32, "target": np.uint32, **PAYLOAD}


@dataclass(frozen=True)
class SpilledEdges:
    """Edges by number in a folder, a file per column, those of one start in order of appearance."""

    folder: Path

    def column(self, name: str) -> npt.NDArray[Any]:
        """One column, mapped; what is mapped counts as memory, so it is let go before the next."""
        return map_file(self.folder / name, SPILLED[name])


def write_rows(folder: Path, edges: SpilledEdges, nodes: int | None) -> None:
    """Writes both directions.

    Args:
        folder: Of the segment.
        edges: Its edges.
        nodes: A row for each of this many nodes; None for rows of the nodes that the edges touch only.
    """
    heads, rows = _rows_of(edges.column("source"), nodes)
    start, target, order = _compress(rows, edges.column("target"), len(heads) if nodes is None else nodes)
    del rows
    for name in PAYLOAD:
        _write_payload(folder / name, edges.column(name), order)
    heads.tofile(folder / "forward_head")
    start.tofile(folder / "forward_start")
    target.tofile(folder / "target")
    del order
    ends = np.repeat(heads if nodes is None else np.arange(nodes, dtype=np.uint32), np.diff(start))
    heads, rows = _rows_of(target, nodes)
    start, source, edge = _compress(rows, ends, len(heads) if nodes is None else nodes)
    heads.tofile(folder / "backward_head")
    start.tofile(folder / "backward_start")
    source.tofile(folder / "source")
    edge.tofile(folder / "edge")


def _rows_of(ends: Numbers, nodes: int | None) -> tuple[Numbers, Numbers]:
    """Heads of the rows and the row of each edge; a segment with all nodes needs no heads."""
    if nodes is not None:
        return np.empty(0, np.uint32), ends
    heads, rows = np.unique(ends, return_inverse=True)
    return heads, rows.astype(np.uint32)


def _compress(rows: Numbers, others: Numbers, row_count: int) -> tuple[Numbers, Numbers, Numbers]:
    """Where each row begins, its other ends, and which edge each was: a stable counting sort by row."""
    # Reading an index needs no scipy, and importing it takes longer than most walks.
    from scipy.sparse import coo_array

    which = np.arange(len(rows), dtype=np.int32)
    shape = (max(row_count, 1), int(others.max(initial=0)) + 1)
    matrix = coo_array((which, (rows.view(np.int32), others.view(np.int32))), shape=shape)
    # Parallel edges are edges of their own: without this, scipy would add them up.
    matrix.has_canonical_format = True
    sorted_ = matrix.tocsr()
    start, other, edge = sorted_.indptr[: row_count + 1], sorted_.indices, sorted_.data
    return tuple(part.astype(np.int32, copy=False).view(np.uint32) for part in (start, other, edge))


def _write_payload(path: Path, column: npt.NDArray[Any], order: Numbers) -> None:
    is_idle = path.name == "known_until" and bool((column == STILL_KNOWN).all())
    with path.open("wb") as out:
        for begin in range(0, 0 if is_idle else len(order), GATHER):
            column[order[begin : begin + GATHER]].tofile(out)
