"""How an index lies on disk.

index/facts.json names segments; segment-NNNNNN/ holds one file per column, little-endian, nothing else.
The first segment has a row for every node; later ones (appended edges) only for the nodes they touch.
"""

from __future__ import annotations

import errno
import json
import mmap
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lakehouse.durable import fsync_all, write_atomic

FORMAT = 1
FACTS = "facts.json"
MOST = 2**31 - 2
MADV_POPULATE_READ = 22  # Linux 5.14; the module mmap does not name it

# What an edge carries, in the order of the forward rows. An empty known_until: every edge still stands.
PAYLOAD: Mapping[str, npt.DTypeLike] = {
    "edge_type": np.uint8,
    "precision": np.uint8,
    "first_day": np.int32,
    "last_day": np.int32,
    "known_at": np.int64,
    "known_until": np.int64,
    "qty": np.int64,
    "row": np.uint32,
}
# Texts of nodes by number, and the hash table that finds them.
NODES: Mapping[str, npt.DTypeLike] = {
    "text": np.uint8,
    "text_end": np.uint64,
    "kind": np.uint8,
    "slot": np.uint32,
}
ROWS: Mapping[str, npt.DTypeLike] = {
    "forward_head": np.uint32,
    "forward_start": np.uint32,
    "target": np.uint32,
    "backward_head": np.uint32,
    "backward_start": np.uint32,
    "source": np.uint32,
    "edge": np.uint32,
}
FILES: Mapping[str, npt.DTypeLike] = {**NODES, **ROWS, **PAYLOAD}


class IndexDamaged(RuntimeError):
    """The folder holds no index, one of another format, or one whose files do not fit together."""


@dataclass(frozen=True)
class Codes:
    """The words behind the small numbers, in order of appearance."""

    edge_type: tuple[str, ...] = ()
    precision: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()


@dataclass(frozen=True)
class SegmentFacts:
    """One segment: its folder, how many nodes it adds and how many edges it holds.

    ``is_partial``: it has rows for the nodes that its edges touch only, not one for every node.
    """

    folder: str
    nodes: int
    edges: int
    is_partial: bool = False


@dataclass(frozen=True)
class IndexFacts:
    """What an index holds. ``qty_scale``: decimal places of the quantities, which are kept as integers."""

    codes: Codes
    segments: tuple[SegmentFacts, ...]
    qty_scale: int
    format: int = FORMAT

    @property
    def nodes(self) -> int:
        """Nodes in all segments."""
        return sum(segment.nodes for segment in self.segments)

    @property
    def edges(self) -> int:
        """Edges in all segments."""
        return sum(segment.edges for segment in self.segments)


def read_facts(folder: Path) -> IndexFacts:
    """The facts of an index.

    Raises:
        IndexDamaged: There is none, or one that this version cannot read.
    """
    path = folder / FACTS
    if not path.is_file():
        raise IndexDamaged(f"{folder}: no genealogy index; build it again with `medlake refresh --force`")
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if raw["format"] != FORMAT:
        raise IndexDamaged(f"{path}: format {raw['format']}, this version reads {FORMAT}; build it again")
    codes = Codes(**{name: tuple(words) for name, words in raw["codes"].items()})
    segments = tuple(SegmentFacts(**segment) for segment in raw["segments"])
    return IndexFacts(codes, segments, raw["qty_scale"])


def write_facts(folder: Path, facts: IndexFacts) -> None:
    """Makes an index what its facts say, at once for every reader."""
    write_atomic(folder / FACTS, (json.dumps(asdict(facts), indent=1, sort_keys=True) + "\n").encode())


def force_segment(folder: Path) -> None:
    """Forces a segment's files and their names to the disk."""
    fsync_all([*sorted(folder.iterdir()), folder, folder.parent])


def mapped(folder: Path, name: str) -> npt.NDArray[Any]:
    """A column of a segment, memory-mapped.

    Raises:
        IndexDamaged: The file is missing.
    """
    path = folder / name
    if not path.is_file():
        raise IndexDamaged(f"{path}: missing; build the index again with `medlake refresh --force`")
    column = map_file(path, FILES[name])
    # Questions touch a little in many places; reading ahead would fetch megabytes around each of them.
    _advise(column, mmap.MADV_RANDOM)
    return column


def read_ahead(column: npt.NDArray[Any]) -> None:
    """Fetches a whole mapped column at once: for questions that touch much of it.

    MADV_WILLNEED fetches no more than the disk's own read-ahead (8 MB, measured), so every page is asked for.
    """
    _advise(column, mmap.MADV_SEQUENTIAL)
    try:
        _advise(column, MADV_POPULATE_READ)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a kernel before 5.14 does not know it: pages come one by one
            raise
    _advise(column, mmap.MADV_RANDOM)


def _advise(column: npt.NDArray[Any], advice: int) -> None:
    view: Any = column.base
    region = view.obj if isinstance(view, memoryview) else None
    if isinstance(region, mmap.mmap):
        region.madvise(advice)


def map_file(path: Path, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """A file of numbers, memory-mapped; an empty file cannot be mapped and gives an empty array."""
    little = np.dtype(dtype).newbyteorder("<")
    if path.stat().st_size == 0:
        return np.empty(0, little)
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), little)


def next_segment(facts: IndexFacts | None) -> str:
    """A folder name that the index has not used."""
    newest = (
        max((int(segment.folder.rpartition("-")[2]) for segment in facts.segments), default=-1)
        if facts
        else -1
    )
    return f"segment-{newest + 1:06d}"
