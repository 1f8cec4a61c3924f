"""The straight way for a large file with nothing wrong in it: polars streams it to Parquet.

file -> lazy rows in file order, while every stretch passes the gate as uniform beside it, several at a time.
A file with a quote, a bad record or a mark of damage anywhere takes the ordinary way, block by block; what
was written of it by then is thrown away. One that is not uniform from the start is not begun.
"""

import os
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from threading import Event
from typing import IO

import polars as pl

from pipelines.ingest.readers.csv_bytes import LF, Dialect
from pipelines.ingest.readers.csv_uniform import uniform_rows
from pipelines.ingest.records import ROW

# Small enough for the arrays of a piece to stay in the processor's cache.
PIECE = 1 << 20
# Below this the ordinary way is as fast.
LARGE = 64 << 20
MAX_LINE = 1 << 20


@dataclass(frozen=True)
class Uniform:
    """A file of equal, unquoted records, as far as the gate has seen."""

    path: Path
    separator: int
    names: tuple[str, ...]
    has_header: bool
    counted: Future[int]

    @property
    def rows(self) -> int:
        """All its records once the gate has seen it whole; 0 when it is not uniform after all."""
        return self.counted.result()


def find_uniform(
    stream: IO[bytes], dialect: Dialect, names: Sequence[str], has_header: bool
) -> Uniform | None:
    """Looks at a large file's first records and goes on counting beside; None: read it block by block.

    The stream is left where it was.
    """
    start = stream.tell()
    if not isinstance(stream, BufferedReader) or dialect.line_end != LF or (start == 3 and not has_header):
        return None
    path = Path(stream.name)
    if path.stat().st_size < LARGE:
        return None
    header = chr(dialect.separator).join(names).encode()
    first = next(_blocks(path, start, path.stat().st_size), b"")
    if header in first or first.startswith(BOM_UTF8) or not uniform_rows(first, dialect):
        return None
    counter = ThreadPoolExecutor(1)
    counted = counter.submit(_count, path, start, dialect, header)
    counter.shutdown(wait=False)
    return Uniform(path, dialect.separator, tuple(names), has_header, counted)


def _count(path: Path, start: int, dialect: Dialect, header: bytes) -> int:
    """Records of a file that is uniform throughout, else 0; one thread for each processor."""
    stop = Event()

    def count(low: int, high: int) -> int:
        total = 0
        for block in _blocks(path, low, high):
            rows = None if stop.is_set() or header in block else uniform_rows(block, dialect)
            if rows is None:
                stop.set()
                return 0
            total += rows
        return total

    cuts = _cuts(path, start)
    with ThreadPoolExecutor(len(cuts) - 1) as pool:
        total = sum(pool.map(count, cuts, cuts[1:]))
    return 0 if stop.is_set() else total


def _cuts(path: Path, start: int) -> list[int]:
    """Places in a file, each after a line end, that share it out evenly."""
    size, parts = path.stat().st_size, os.cpu_count() or 1
    cuts = [start]
    with path.open("rb") as stream:
        for part in range(1, parts):
            stream.seek(start + (size - start) * part // parts)
            if stream.readline(MAX_LINE).endswith(b"\n") and stream.tell() > cuts[-1]:
                cuts.append(stream.tell())
    return [*cuts, size]


def _blocks(path: Path, low: int, high: int) -> Iterator[bytes]:
    """Whole lines of a stretch of a file; a last line without its end gets one, an endless one is shown.

    Read into the same memory again and again: getting and giving back a piece costs as much as its check.
    """
    memory, held = bytearray(PIECE + MAX_LINE), 0
    view = memoryview(memory)
    with path.open("rb", buffering=0) as stream:
        stream.seek(low)
        while low < high and held <= MAX_LINE:
            count = stream.readinto(view[held : held + min(PIECE, high - low)])
            if not count:
                break
            low, end = low + count, held + count
            cut = memory.rfind(b"\n", 0, end) + 1
            if cut:
                yield bytes(view[:cut])
            held = end - cut
            view[:held] = view[cut:end]
    if held:
        yield bytes(view[:held]) + (b"\n" if held <= MAX_LINE else b"")


def lazy_rows(uniform: Uniform) -> pl.LazyFrame:
    """The file's rows as text with their record numbers, read as they are asked for."""
    rows = pl.scan_csv(
        uniform.path,
        has_header=False,
        skip_lines=int(uniform.has_header),
        schema=dict.fromkeys(uniform.names, pl.String),
        separator=chr(uniform.separator),
        quote_char=None,
        empty_string_is_null=False,
        infer_schema=False,
        row_index_name=ROW,
        row_index_offset=1,
        glob=False,
    )
    return rows.with_columns(pl.col(ROW).cast(pl.Int64))
