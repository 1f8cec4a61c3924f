"""Edges of an index as a table that people and other tools read: ids, words, dates and decimals again."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from traceability.index.edge_stream import ALWAYS_KNOWN, FAR_OFF, LONG_AGO, STILL_KNOWN
from traceability.index.index import Index
from traceability.index.layout import PAYLOAD
from traceability.index.texts import Places


def edge_ends(index: Index, edges: Places) -> tuple[Places, Places]:
    """Numbers of the nodes that edges lead from and to."""
    sources, targets = (np.zeros(len(edges), np.int64) for _ in range(2))
    for segment in index.segments:
        mine = (edges >= segment.first_edge) & (edges < segment.first_edge + segment.facts.edges)
        places = edges[mine] - segment.first_edge
        sources[mine], targets[mine] = segment.sources(places), segment.columns["target"][places]
    return sources, targets


def edge_values(index: Index, name: str, edges: Places) -> npt.NDArray[Any]:
    """One column of what edges carry, as the index keeps it; ``qty`` in units of the facts' scale."""
    found = np.full(len(edges), STILL_KNOWN if name == "known_until" else 0, PAYLOAD[name])
    for segment in index.segments:
        column = segment.columns[name]
        mine = (edges >= segment.first_edge) & (edges < segment.first_edge + len(column))
        found[mine] = column[edges[mine] - segment.first_edge]
    return found


def edge_table(index: Index, edges: Places) -> pa.Table:
    """Edges with ids, codes, dates, known time, quantity and the row of the table they were built from."""
    sources, targets = edge_ends(index, edges)
    values = {name: edge_values(index, name, edges) for name in PAYLOAD}
    codes = index.facts.codes
    return pa.table(
        {
            "from_node_id": index.names(sources),
            "to_node_id": index.names(targets),
            "edge_type_code": _words(codes.edge_type, values["edge_type"]),
            "precision_code": _words(codes.precision, values["precision"]),
            "qty": _decimals(values["qty"], index.facts.qty_scale),
            "first_date": _or_null(values["first_day"], LONG_AGO).cast(pa.date32()),
            "last_date": _or_null(values["last_day"], FAR_OFF).cast(pa.date32()),
            "known_at": _or_null(values["known_at"], ALWAYS_KNOWN).cast(pa.timestamp("us", "UTC")),
            "known_until": _or_null(values["known_until"], STILL_KNOWN).cast(pa.timestamp("us", "UTC")),
            "row": values["row"],
        }
    )


def _words(words: tuple[str, ...], numbers: npt.NDArray[Any]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(numbers, pa.array(words, pa.string())).dictionary_decode()


def _or_null(values: npt.NDArray[Any], unknown: int) -> pa.Array:
    return pa.array(values, mask=values == unknown)


def _decimals(values: npt.NDArray[Any], scale: int) -> pa.Array:
    """Integers as DECIMAL(18, scale), by laying them into Arrow's 128 bits: no division, nothing rounded."""
    halves = np.stack([values, values >> 63], axis=1)
    return pa.Array.from_buffers(
        pa.decimal128(18, scale), len(values), [None, pa.py_buffer(halves.tobytes())]
    )
