"""Ids of nodes by number, as one Arrow array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from traceability.index.segment import Segment
from traceability.index.texts import Places, Texts


def text_array(segments: Sequence[Segment], nodes: Places) -> pa.LargeStringArray:
    """The ids of nodes in the order given."""
    parts = [pa.array([], pa.large_string())]
    order = [np.empty(0, np.int64)]
    for segment in segments:
        mine = np.flatnonzero(
            (nodes >= segment.first_node) & (nodes < segment.first_node + segment.facts.nodes)
        )
        parts.append(_array(segment.texts(nodes[mine] - segment.first_node)))
        order.append(mine)
    back = np.argsort(np.concatenate(order), kind="stable")
    return pa.concat_arrays(parts).take(pa.array(back))


def _array(texts: Texts) -> pa.LargeStringArray:
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(texts.lengths)])
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(texts.joined().tobytes())]
    return pa.Array.from_buffers(pa.large_string(), len(texts), buffers)
