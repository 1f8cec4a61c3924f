"""How each source system writes numbers, dates and codes, as polars expressions on integer columns.

Quantities are thousandths, days epoch days, times local epoch seconds.
"""

from __future__ import annotations

import polars as pl

SAP_UOM = {"pcs": "ST", "kg": "KG", "m": "M", "l": "L"}
U8_UOM = {"kg": "公斤", "m": "米", "l": "升"}


def sap_number(column: str) -> pl.Expr:
    """Three decimals, the minus behind: 12.000 and 12.000-."""
    value = pl.col(column)
    size = value.abs()
    text = (size // 1000).cast(pl.String) + "." + (size % 1000).cast(pl.String).str.zfill(3)
    return pl.when(value < 0).then(text + "-").otherwise(text)


def plain_number(column: str, decimals: int = 3) -> pl.Expr:
    """No trailing zeros, the minus in front: 12, 0.5, -3."""
    unit = 10**decimals
    value = pl.col(column)
    size = value.abs()
    fraction = (size % unit).cast(pl.String).str.zfill(decimals).str.strip_chars_end("0")
    text = (size // unit).cast(pl.String) + pl.when(size % unit > 0).then(pl.lit(".") + fraction).otherwise(
        pl.lit("")
    )
    return pl.when(value < 0).then(pl.lit("-") + text).otherwise(text)


def day_text(column: str, form: str) -> pl.Expr:
    """An epoch day in a strftime form; null stays null."""
    return pl.from_epoch(pl.col(column).cast(pl.Int32), time_unit="d").dt.strftime(form)


def time_text(column: str, form: str) -> pl.Expr:
    """A local second in a strftime form."""
    return pl.from_epoch(pl.col(column), time_unit="s").dt.strftime(form)


def iso_local(column: str) -> pl.Expr:
    """ISO 8601 with the plant's offset."""
    return time_text(column, "%Y-%m-%dT%H:%M:%S+08:00")


def iso_utc(column: str) -> pl.Expr:
    """ISO 8601 in UTC."""
    return pl.from_epoch(pl.col(column) - 8 * 3600, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def padded(text: pl.Expr, width: int) -> pl.Expr:
    """Leading zeros up to the width (SAP ALPHA); empty stays empty."""
    return pl.when(text == "").then(text).otherwise(text.str.zfill(width))


def sscc(column: str, extension: int = 3) -> pl.Expr:
    """SSCC of a running number: extension digit, demonstration prefix, nine digits, check digit."""
    body = pl.lit(f"{extension}9521234") + pl.col(column).cast(pl.String).str.zfill(9)
    digits = [body.str.slice(n, 1).cast(pl.Int64) * (3 if n % 2 == 0 else 1) for n in range(17)]
    return body + ((10 - pl.sum_horizontal(digits) % 10) % 10).cast(pl.String)


def sap_lot(column: str) -> pl.Expr:
    """Numeric lots carry leading zeros up to ten characters."""
    text = pl.col(column)
    return pl.when(text.str.contains(r"^\d+$")).then(text.str.zfill(10)).otherwise(text)
