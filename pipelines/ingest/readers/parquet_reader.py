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

from pipelines.ingest.readers.header import Header, check_header
from pipelines.ingest.readers.parquet_types import check_types
from pipelines.ingest.records import (
    LOSSY,
    ROW,
    Chunk,
    FileRejected,
    Parsed,
    bad_record,
    lossy_text,
    text_frame,
    unfit,
)
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

ROWS = 200_000


def read_parquet(plain: IO[bytes], contract: Contract) -> Parsed:
    """Opens a Parquet file against its contract.

    Raises:
        FileRejected: Damaged, other columns, or no record.
    """
    try:
        file = pq.ParquetFile(plain, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(error) from error
    records = int(file.metadata.num_rows)
    header = check_header(file.schema_arrow.names, contract, lambda: records)
    header = check_types(file.schema_arrow, contract, header, records)
    if not records and not contract.framing.accepts_no_records:
        raise FileRejected(Rule.EMPTY, "没有数据行 | No records")
    chunks = _kept_out(file, header) if header.kept_out else _chunks(file, header)
    return Parsed("parquet", chunks, drifts=header.drifts)


def _kept_out(file: pq.ParquetFile, header: Header) -> Iterator[Chunk]:
    """Every record as JSON by the file's own names, none of them taken."""
    seen, none = 0, text_frame({name: [] for name in header.taken}, [])
    for batch in file.iter_batches(batch_size=ROWS):
        texts = (json.dumps(row, ensure_ascii=False, default=str) for row in batch.to_pylist())
        rule = header.rule
        yield Chunk(
            none, tuple(bad_record(i, rule, header.kept_out, t) for i, t in enumerate(texts, seen + 1))
        )
        seen += batch.num_rows


def _chunks(file: pq.ParquetFile, header: Header) -> Iterator[Chunk]:
    seen, rows = 0, int(file.metadata.num_rows)
    try:
        for batch in file.iter_batches(batch_size=ROWS):
            by_name = dict(zip(header.names, batch.columns, strict=True))
            texts = pa.table({name: _text(by_name[name]) for name in header.taken})
            frame = pl.from_arrow(texts)
            assert isinstance(frame, pl.DataFrame)
            yield _chunk(frame.with_columns(pl.int_range(seen + 1, seen + 1 + pl.len()).alias(ROW)), rows)
            seen += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _damaged(error) from error


def _chunk(frame: pl.DataFrame, records: int) -> Chunk:
    """Records whose text is whole, and those with NUL in it.

    Raises:
        FileRejected: Lossy text.
    """
    texts = pl.exclude(ROW)
    lossy = frame.filter(pl.any_horizontal(texts.str.contains_any(list(LOSSY))))
    if lossy.height:
        raise lossy_text(int(lossy[ROW][0]), records)
    is_unfit = pl.any_horizontal(texts.str.contains(r"[\x00\x80-\x9f]")).fill_null(value=False)
    bad = []
    for row in frame.filter(is_unfit).iter_rows():
        rule, message = unfit(row[:-1]) or (Rule.UNPARSABLE, "")
        bad.append(bad_record(row[-1], rule, message, "\t".join(value or "" for value in row[:-1])))
    return Chunk(frame.filter(~is_unfit), tuple(bad))


def _text(values: pa.Array) -> pa.Array:
    if pa.types.is_nested(values.type):
        texts = (
            None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in values.to_pylist()
        )
        return pa.array(texts, pa.string())
    return values.cast(pa.string())


def _damaged(error: Exception) -> FileRejected:
    return FileRejected(Rule.UNREADABLE, f"Parquet 损坏：{error} | The Parquet file is damaged: {error}")
