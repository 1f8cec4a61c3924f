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
from traceability.index.texts import Numbers

GATHER = 1 << 22


@dataclass(frozen=True)
class EdgeColumns:
    """Edges by number: both ends and what they carry, edges of one start in order of appearance."""

    source: Numbers
    target: Numbers
    payload: Mapping[str, npt.NDArray[Any]]


def write_rows(folder: Path, edges: EdgeColumns, nodes: int | None) -> None:
    """Writes both directions.

    Args:
        folder: Of the segment.
        edges: Its edges.
        nodes: A row for each of this many nodes; None for rows of the nodes that the edges touch only.
    """
    heads, rows = _rows_of(edges.source, nodes)
    start, target, order = _compress(rows, edges.target, len(heads) if nodes is None else nodes)
    for name, column in edges.payload.items():
        is_idle = name == "known_until" and bool((column == STILL_KNOWN).all())
        _write_gathered(folder / name, column, order[:0] if is_idle else order)
    heads.tofile(folder / "forward_head")
    start.tofile(folder / "forward_start")
    target.tofile(folder / "target")
    del rows, order
    ends = np.repeat(heads if nodes is None else np.arange(nodes, dtype=np.uint32), np.diff(start))
    heads, rows = _rows_of(target, nodes)
    start, source, edge = _compress(rows, ends, len(heads) if nodes is None else nodes)
    for name, numbers in (("head", heads), ("start", start)):
        numbers.tofile(folder / f"backward_{name}")
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


def _write_gathered(path: Path, column: npt.NDArray[Any], order: Numbers) -> None:
    with path.open("wb") as out:
        for begin in range(0, len(order), GATHER):
            column[order[begin : begin + GATHER]].tofile(out)
