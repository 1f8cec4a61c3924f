"""Look-ups and rounding for the truth: codes instead of row numbers, exact decimals instead of floats."""

from __future__ import annotations

import polars as pl

from simulator.world.build import World

QTY = pl.Decimal(18, 3)
RATE = pl.Decimal(18, 9)


def coded(frame: pl.DataFrame, world: World) -> pl.DataFrame:
    """Add site_code and product_code for the `item` column."""
    codes = [(n, i.plant, i.code) for n, i in enumerate(world.cat.items)]
    table = pl.DataFrame(codes, schema=["item", "site_code", "product_code"], orient="row")
    return frame.drop("site_code", "product_code", strict=False).join(table, on="item", maintain_order="left")


def month_of_day(column: str) -> pl.Expr:
    """First day of the month of an epoch day."""
    return pl.from_epoch(pl.col(column).cast(pl.Int32), time_unit="d").dt.truncate("1mo")


def month_of_time(column: str) -> pl.Expr:
    """First day of the month of a local second."""
    return pl.from_epoch(pl.col(column), time_unit="s").dt.date().dt.truncate("1mo")


def quantity(column: str) -> pl.Expr:
    """Thousandths as an exact decimal."""
    return (pl.col(column).cast(pl.Decimal(38, 3)) / pl.lit(1000, dtype=pl.Decimal(38, 3))).cast(QTY)


def ratio(numerator: str, denominator: str, times: int = 1) -> pl.Expr:
    """Quotient rounded half up to nine decimals; null where the denominator is zero."""
    top, bottom = pl.col(numerator).cast(pl.Int128) * times, pl.col(denominator).cast(pl.Int128)
    scaled = (top * 2_000_000_000 + bottom) // (bottom * 2)
    exact = scaled.cast(pl.Decimal(38, 0)).cast(pl.Decimal(38, 9)) / pl.lit(
        1_000_000_000, dtype=pl.Decimal(38, 9)
    )
    return pl.when(pl.col(denominator) != 0).then(exact)
