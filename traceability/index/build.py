"""Build an index by streaming edges once.

batches → numbers and payload, spilled to disk → compressed rows → segment → facts.
Memory: twelve bytes a node while reading, twenty an edge while sorting; texts and payload stay on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lakehouse.durable import make_folder
from traceability.index.compressed import SPILLED, SpilledEdges, write_rows
from traceability.index.edge_stream import EdgeReader
from traceability.index.layout import IndexFacts, SegmentFacts, next_segment, write_facts
from traceability.index.node_table import NodeTable
from traceability.index.texts import Numbers, Texts

QTY_SCALE = 3
Item = TypeVar("Item")

Progress: TypeAlias = Callable[[int], None]
Numberer: TypeAlias = Callable[[Texts, npt.NDArray[np.uint8]], Numbers]
Batch: TypeAlias = Mapping[str, npt.NDArray[Any]]


def build(
    edges: Iterable[pa.RecordBatch],
    folder: Path,
    *,
    qty_scale: int = QTY_SCALE,
    progress: Progress = lambda _: None,
) -> IndexFacts:
    """Builds an index from nothing; the same edges in the same order give the same bytes.

    Forcing it to the disk is left to who publishes it (``lakehouse.releases``).

    Args:
        edges: Batches with EDGE_COLUMNS, read once.
        folder: Where the index goes; must not hold one.
        qty_scale: Decimal places of the quantities.
        progress: Told how many edges were read, after each batch.

    Raises:
        BadEdges: An edge cannot be read.
        FileExistsError: The folder holds an index already.
    """
    make_folder(folder)
    segment = folder / next_segment(None)
    segment.mkdir()
    reader, table = EdgeReader(qty_scale), NodeTable(segment)
    with TemporaryDirectory(dir=folder, prefix="spill-") as spill:
        columns = spilled(Path(spill), numbered(edges, reader, table.number, progress))
        table.close()
        write_rows(segment, columns, table.count)
    facts = IndexFacts(reader.codes, (SegmentFacts(segment.name, table.count, reader.first_row),), qty_scale)
    write_facts(folder, facts)
    return facts


def numbered(
    edges: Iterable[pa.RecordBatch], reader: EdgeReader, number: Numberer, progress: Progress
) -> Iterator[Batch]:
    """Batches of edges with numbers for their ends."""
    done = 0
    for read in _ahead(map(reader.read, edges)):
        ends = number(read.ends, read.kinds)
        yield {"source": ends[0::2], "target": ends[1::2], **read.payload}
        done += len(read.kinds) // 2
        progress(done)


def _ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The items, the next one being made while the caller works on this one."""
    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = worker.submit(next, items, None)
            yield item


def spilled(folder: Path, batches: Iterator[Batch]) -> SpilledEdges:
    """The columns of all batches on disk."""
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in SPILLED}
        for batch in batches:
            for name, file in files.items():
                np.ascontiguousarray(batch[name]).tofile(file)
    return SpilledEdges(folder)
