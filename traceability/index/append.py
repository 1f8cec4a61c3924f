"""Edges added to an index: a segment of their own beside the others, at the cost of the new edges.

edges → numbers of known nodes, new numbers for new ones → partial segment → facts; the rest stays untouched.
One process writes to an index at a time; readers keep what they opened.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from traceability.index.build import Progress, numbered, spilled
from traceability.index.compressed import write_rows
from traceability.index.edge_stream import EdgeReader
from traceability.index.index import open_index
from traceability.index.layout import IndexFacts, SegmentFacts, force_segment, next_segment, write_facts
from traceability.index.node_table import NodeTable
from traceability.index.segment import UNKNOWN
from traceability.index.texts import Numbers, Texts


def append(
    edges: Iterable[pa.RecordBatch], folder: Path, *, progress: Progress = lambda _: None
) -> IndexFacts:
    """Adds edges; their rows count on from the last. Compacted, it is what one build of all edges gives.

    Raises:
        BadEdges: An edge cannot be read; the index stays as it was.
        IndexDamaged: There is no index to add to.
    """
    index = open_index(folder)
    known = index.facts
    remove_leftovers(folder, known)
    segment = folder / next_segment(known)
    segment.mkdir()
    reader, table = EdgeReader.after(known.codes, known.edges, known.qty_scale), NodeTable(segment)

    def number(texts: Texts, kinds: npt.NDArray[np.uint8]) -> Numbers:
        found = index.find(texts)
        new = np.flatnonzero(found == UNKNOWN)
        found[new] = known.nodes + table.number(texts.take(new), kinds[new]).astype(np.int64)
        return found.astype(np.uint32)

    with TemporaryDirectory(dir=folder, prefix="spill-") as spill:
        columns = spilled(Path(spill), numbered(edges, reader, number, progress))
        table.close()
        write_rows(segment, columns, None)
    added = SegmentFacts(segment.name, table.count, reader.first_row - known.edges, is_partial=True)
    facts = replace(known, codes=reader.codes, segments=(*known.segments, added))
    force_segment(segment)
    write_facts(folder, facts)
    return facts


def remove_leftovers(folder: Path, facts: IndexFacts) -> None:
    """Removes what a writer that was stopped left behind: folders that the facts do not name."""
    named = {segment.folder for segment in facts.segments}
    for path in folder.iterdir():
        if path.is_dir() and path.name not in named:
            shutil.rmtree(path)
