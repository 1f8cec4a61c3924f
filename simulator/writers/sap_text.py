"""SAP forms shared by the writers of plant A: padded codes and numbers, dates, stores."""

from __future__ import annotations

import polars as pl

from simulator.writers.text import padded

DATE = "%Y%m%d"
ENCODING = "utf-8-sig"
STORES = {"finished": "FG01", "semifinished": "SF01", "raw": "RM01", "packaging": "PM01"}


def text(value: pl.Expr) -> pl.Expr:
    """Null as empty text."""
    return value.fill_null("")


def material(column: str = "code") -> pl.Expr:
    """Material number, 18 characters."""
    return padded(pl.col(column), 18)


def number(column: str, offset: int, width: int) -> pl.Expr:
    """A running number as a padded document number; empty when there is none."""
    return text((pl.col(column) + offset).cast(pl.String).str.zfill(width))


def order(column: str = "order_no") -> pl.Expr:
    """Order number, ten characters."""
    return padded(text(pl.col(column)), 10)
