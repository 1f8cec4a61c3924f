"""The genealogy index: who went into whom, as memory-mapped compressed sparse rows beside the release.

edges (Arrow batches) → build → folder → open_index → Index.forward / backward → Reach.
Alone: python -m benchmarks genealogy
"""

from traceability.index.append import append
from traceability.index.build import build
from traceability.index.compact import compact, content_hash
from traceability.index.edge_filter import EdgeFilter
from traceability.index.edge_stream import EDGE_COLUMNS, BadEdges
from traceability.index.edge_table import edge_table
from traceability.index.index import Index, UnknownNode, open_index
from traceability.index.layout import IndexDamaged, IndexFacts
from traceability.index.reach import Reach
from traceability.index.segment import Direction

__all__ = [
    "EDGE_COLUMNS",
    "BadEdges",
    "Direction",
    "EdgeFilter",
    "Index",
    "IndexDamaged",
    "IndexFacts",
    "Reach",
    "UnknownNode",
    "append",
    "build",
    "compact",
    "content_hash",
    "edge_table",
    "open_index",
]
