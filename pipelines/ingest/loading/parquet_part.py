"""How rows lie in a Parquet file of the raw zone.

lazy rows -> one file, rows in order, zstd, no statistics (the raw zone is read whole, and they cost a tenth).
A column whose text hardly varies may come as Enum: its cells are then never hashed one by one. In the file it
is text like any other, because the schema written is the table's.
"""

from base64 import b64encode
from collections.abc import Collection
from pathlib import Path

import polars as pl
import pyarrow as pa

# Against the default of about 100,000: a fifth less space, a tenth less time; a million doubles the memory.
ROWS_PER_GROUP = 250_000


def write_part(rows: pl.LazyFrame, schema: pa.Schema, target: Path) -> None:
    """Writes rows with exactly the columns of the schema, in their order."""
    rows.select(schema.names).sink_parquet(
        target,
        compression="zstd",
        compression_level=1,
        statistics=False,
        row_group_size=ROWS_PER_GROUP,
        maintain_order=True,
        metadata={"ARROW:schema": b64encode(schema.serialize().to_pybytes()).decode()},
    )


def constant(text: str) -> pl.Expr:
    """The same text in every row."""
    return pl.lit(text, one_of([text]))


def one_of(texts: Collection[str]) -> pl.Enum:
    """The type of a column that holds few texts."""
    return pl.Enum(sorted(set(texts)))
