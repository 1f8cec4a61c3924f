"""U8 forms shared by the writers of plant B: ids, dates, stores."""

from __future__ import annotations

import polars as pl

ENCODING = "gb18030"
TIME = "%Y-%m-%d %H:%M:%S"
DAY = "%Y-%m-%d"
SHORT_DAY = "%Y-%-m-%-d"
STORES = {"finished": "W03", "semifinished": "W02", "raw": "W01", "packaging": "W04"}


def text_id(column: str) -> pl.Expr:
    """A number as text, null as empty."""
    return pl.col(column).cast(pl.String).fill_null("")


def order_id() -> pl.Expr:
    """ID of the production order line."""
    return (pl.col("number") + 500_000).cast(pl.String).fill_null("")


def po_line_id() -> pl.Expr:
    """ID of the order line; purchase orders have fewer than a hundred lines."""
    return (pl.col("po") * 100 + pl.col("po_pos")).cast(pl.String).fill_null("")


def dispatch_id() -> pl.Expr:
    """ID of the delivery note line."""
    return (pl.col("delivery") * 100 + pl.col("position")).cast(pl.String).fill_null("")
