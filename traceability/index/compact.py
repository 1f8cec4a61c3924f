"""All segments of an index made one again: the bytes that building from all edges at once would give.

texts and kinds, segment after segment → table of nodes; edges likewise → rows → one segment → facts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lakehouse.durable import sha256_of
from traceability.index.append import remove_leftovers
from traceability.index.build import Batch, spilled
from traceability.index.compressed import write_rows
from traceability.index.edge_table import edge_ends, edge_values
from traceability.index.index import Index, open_index
from traceability.index.layout import (
    FILES,
    NODES,
    PAYLOAD,
    IndexFacts,
    SegmentFacts,
    force_segment,
    map_file,
    next_segment,
    read_facts,
    write_facts,
)
from traceability.index.slots import filled
from traceability.index.texts import PADDING, Texts, hashes

AT_ONCE = 1 << 22


def compact(folder: Path) -> IndexFacts:
    """Makes one segment of all.

    Raises:
        IndexDamaged: There is no index.
    """
    index = open_index(folder)
    before = index.facts
    if len(before.segments) == 1:
        return before
    remove_leftovers(folder, before)
    segment = folder / next_segment(before)
    segment.mkdir()
    _write_nodes(segment, index)
    with TemporaryDirectory(dir=folder, prefix="spill-") as spill:
        columns = spilled(Path(spill), _edges(index))
        write_rows(segment, columns, before.nodes)
    facts = replace(before, segments=(SegmentFacts(segment.name, before.nodes, before.edges),))
    force_segment(segment)
    write_facts(folder, facts)
    for old in before.segments:
        shutil.rmtree(folder / old.folder)
    return facts


def content_hash(folder: Path) -> str:
    """SHA-256 over everything an index says, wherever it lies and however its folders are called.

    Raises:
        IndexDamaged: There is no index.
    """
    facts = read_facts(folder)
    said = asdict(facts)
    for segment in said["segments"]:
        own = folder / segment.pop("folder")
        segment["files"] = {name: sha256_of(own / name) for name in sorted(FILES)}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _write_nodes(folder: Path, index: Index) -> None:
    """Texts, kinds and the table that finds them."""
    before = np.uint64(0)
    with (
        (folder / "text").open("wb") as text,
        (folder / "text_end").open("wb") as ends,
        (folder / "kind").open("wb") as kinds,
    ):
        for segment in index.segments:
            segment.columns["text"][: -len(PADDING)].tofile(text)
            (segment.columns["text_end"] + before).tofile(ends)
            segment.columns["kind"].tofile(kinds)
            before += np.uint64(len(segment.columns["text"]) - len(PADDING))
        text.write(PADDING)
    end = map_file(folder / "text_end", NODES["text_end"]).astype(np.int64)
    lengths = np.diff(end, prepend=0)
    filled(hashes(Texts(map_file(folder / "text", np.uint8), end - lengths, lengths))).tofile(folder / "slot")


def _edges(index: Index) -> Iterator[Batch]:
    """Edges in the order of the segments, so that those of one start stay in order of appearance."""
    for begin in range(0, index.facts.edges, AT_ONCE):
        edges = np.arange(begin, min(begin + AT_ONCE, index.facts.edges))
        sources, targets = (ends.astype(np.uint32) for ends in edge_ends(index, edges))
        yield {
            "source": sources,
            "target": targets,
            **{name: edge_values(index, name, edges) for name in PAYLOAD},
        }
