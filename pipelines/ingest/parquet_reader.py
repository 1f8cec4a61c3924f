"""Reads Parquet, every value as exact text: decimals with their scale, times in ISO, NULL stays NULL.

stream -> pyarrow row groups -> header by the contract's names -> text. Nested values become compact JSON
text.
"""

import json
from collections.abc import Iterator
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.header import require_header
from pipelines.ingest.records import ROW, Chunk, FileRejected, Parsed
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

ROWS = 200_000


def read_parquet(plain: IO[bytes], contract: Contract) -> Parsed:
    """Opens a Parquet file against its contract.

    Raises:
        FileRejected: Damaged, other columns, or no record.
    """
    try:
        file = pq.ParquetFile(plain)
    except pa.ArrowInvalid as error:
        raise _damaged(error) from error
    expected = [column.physical_name for column in contract.columns]
    require_header(file.schema_arrow.names, expected, lambda: int(file.metadata.num_rows))
    if not file.metadata.num_rows:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")
    return Parsed("parquet", _chunks(file, expected))


def _chunks(file: pq.ParquetFile, expected: list[str]) -> Iterator[Chunk]:
    seen = 0
    try:
        for batch in file.iter_batches(batch_size=ROWS, columns=expected):
            texts = pa.table({name: _text(batch.column(name)) for name in expected})
            frame = pl.from_arrow(texts)
            assert isinstance(frame, pl.DataFrame)
            yield Chunk(frame.with_columns(pl.int_range(seen + 1, seen + 1 + pl.len()).alias(ROW)), ())
            seen += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(error) from error


def _text(values: pa.Array) -> pa.Array:
    if pa.types.is_nested(values.type):
        texts = (
            None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in values.to_pylist()
        )
        return pa.array(texts, pa.string())
    return values.cast(pa.string())


def _damaged(error: Exception) -> FileRejected:
    return FileRejected(Rule.UNREADABLE, f"Parquet 损坏：{error} | The Parquet file is damaged: {error}")
