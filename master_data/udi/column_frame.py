"""The columns that reading a column of codes gives, and how readers of whole columns fill them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, get_args

import polars as pl

from master_data.udi.byte_rows import Flags, Places
from master_data.udi.parsed import Agency, Form

# Rows that a reader has read, and their columns in the same order.
Part = tuple[Places, pl.DataFrame]


class Reader(Protocol):
    """Reads what is of a common shape in a column without nulls: the rows read, and their columns."""

    def __call__(self, texts: pl.Series, *, current_year: int) -> Part: ...


SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "agency": pl.Enum(get_args(Agency)),
        "form": pl.Enum(get_args(Form)),
        "di": pl.String(),
        "lot": pl.String(),
        "serial": pl.String(),
        "manufactured_date": pl.Date(),
        "expiry_date": pl.Date(),
        "canonical": pl.String(),
        "severity": pl.Enum(["ok", "warn", "error"]),
        "code": pl.String(),
        "position": pl.Int32(),
    }
)


def pieces(texts: pl.Series, spans: Mapping[str, tuple[Places, Places]]) -> pl.DataFrame:
    """Return parts of ASCII texts by name, without copying them: offset and length, null where it is zero."""
    held = pl.lit(texts.cast(pl.Binary))
    columns = {
        name: (pl.Series(offset).clip(0), pl.Series(length)) for name, (offset, length) in spans.items()
    }
    return pl.select(
        pl.when(length > 0).then(held.bin.slice(offset, length).cast(pl.String)).alias(name)
        for name, (offset, length) in columns.items()
    )


def broken(code: str, is_wrong: Flags, position: Places, severity: str = "error") -> pl.DataFrame:
    """Return the verdict columns of rows that are right, or wrong by one rule at a place."""
    wrong = pl.Series(is_wrong)
    return pl.select(
        severity=pl.when(wrong).then(pl.lit(severity)).otherwise(pl.lit("ok")).cast(SCHEMA["severity"]),
        code=pl.when(wrong).then(pl.lit(code)),
        position=pl.when(wrong).then(pl.Series(position)).cast(pl.Int32),
    )


def shared(
    agency: Agency, form: Form | pl.Series, columns: pl.DataFrame, verdict: pl.DataFrame
) -> pl.DataFrame:
    """Return all columns of the schema; those that a reader does not fill are null."""
    forms = pl.lit(form) if isinstance(form, str) else form
    known = columns.hstack(verdict).with_columns(agency=pl.lit(agency), form=forms)
    absent = [pl.lit(None).alias(name) for name in SCHEMA if name not in known.columns]
    return known.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
