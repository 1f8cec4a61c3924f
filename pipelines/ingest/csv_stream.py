"""The straight way for a large file with nothing wrong in it: polars streams it to Parquet.

file -> every block passes the gate as uniform -> Uniform -> scan_csv -> one Parquet file in row order.
A file with a quote, a bad record or a mark of damage anywhere takes the ordinary way, block by block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO

import polars as pl

from pipelines.ingest.csv_bytes import LF, Dialect
from pipelines.ingest.csv_gate import uniform_rows
from pipelines.ingest.records import ROW

PIECE = 8 << 20
# Below this the ordinary way is as fast.
LARGE = 64 << 20


@dataclass(frozen=True)
class Uniform:
    """A file of equal, unquoted records, seen whole by the gate."""

    path: Path
    separator: int
    names: tuple[str, ...]
    has_header: bool
    rows: int


def find_uniform(
    stream: IO[bytes], dialect: Dialect, names: Sequence[str], has_header: bool
) -> Uniform | None:
    """Looks through a file from its first record on; None when it must be read block by block.

    The stream is left where it was.
    """
    start = stream.tell()
    if not isinstance(stream, BufferedReader) or dialect.line_end != LF or (start == 3 and not has_header):
        return None
    if Path(stream.name).stat().st_size < LARGE:
        return None
    rows = _count(stream, dialect, chr(dialect.separator).join(names).encode())
    stream.seek(start)
    if not rows:
        return None
    return Uniform(Path(stream.name), dialect.separator, tuple(names), has_header, rows)


def _count(stream: IO[bytes], dialect: Dialect, header: bytes) -> int:
    """Records of a file that is uniform throughout, else 0."""
    total, carry, last = 0, b"", False
    while not last:
        piece = stream.read(PIECE)
        last = not piece
        data = carry + (piece or (b"\n" if carry else b""))
        cut = data.rfind(b"\n") + 1
        block, carry = data[:cut], data[cut:]
        if block:
            rows = uniform_rows(block, dialect)
            if rows is None or header in block:
                return 0
            total += rows
    return total


def sink(uniform: Uniform, provenance: Mapping[str, pl.Expr], order: Sequence[str], target: Path) -> None:
    """Writes the file's rows with their provenance as Parquet, in file order."""
    pl.scan_csv(
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
    ).with_columns(pl.col(ROW).cast(pl.Int64), **provenance).select(order).sink_parquet(
        target, compression="zstd", compression_level=1, statistics=False, maintain_order=True
    )
