"""An answer as a workbook (XLSX) in which no text is a formula and no value is another than was answered.

frame -> by column: numbers, days and instants that Excel holds exactly are such cells, all else is text.
Excel keeps 15 digits, days from March 1900 and whole milliseconds; a column with a value beyond is text as a
whole, so that what is sorted or summed is of one kind. Of a DOUBLE 16 digits are written. Instants are UTC.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import polars as pl
import xlsxwriter

MOST_ROWS, MOST_COLUMNS, MOST_UNITS = 1_048_575, 16_384, 32_767
# xlsxwriter looks at every value of what is merely written; each cell here says what it is.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_DIGITS = 15
_FIRST_DAY, _FIRST_INSTANT = date(1900, 3, 1), datetime(1900, 3, 1)
_LARGEST = 1e308
_TEXT, _WHOLE, _DAY, _INSTANT = "@", "0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss.000"
_WIDTH = 20
# Characters that XML has no way to write.
_UNWRITABLE = "[\ufffe\uffff]"


class NoSheet(ValueError):
    """An answer that no workbook can hold; says why, and what to take instead."""


@dataclass(frozen=True)
class _Cells:
    """A column as it is written: by which method of a sheet, in which format."""

    write: str
    form: str
    values: Sequence[Any]


def as_xlsx(rows: pl.DataFrame, titles: Sequence[str], made_at: datetime) -> bytes:
    """Plain rows as a workbook of one sheet; equal rows give equal bytes.

    Args:
        rows: Columns as `plain` gives them.
        titles: Theirs; unlike the names in a frame they may be equal.
        made_at: What the workbook states as the time it was made.

    Raises:
        NoSheet: It has too many rows or columns, or a text that a cell cannot hold.
    """
    require_room(rows, titles)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        page = book.add_worksheet("SQL")
        page.freeze_panes(1, 0)
        title = book.add_format({"bold": True, "num_format": _TEXT})
        for at, (name, column) in enumerate(zip(titles, rows.get_columns(), strict=True)):
            page.write_string(0, at, name, title)
            _write(book, page, at, _cells(column))
    return out.getvalue()


def _write(book: Any, page: Any, at: int, cells: _Cells) -> None:
    form = book.add_format({"num_format": cells.form})
    page.set_column(at, at, _WIDTH, form)
    write = getattr(page, cells.write)
    for row, value in enumerate(cells.values, 1):
        if value is not None:
            write(row, at, value, form)


def _cells(column: pl.Series) -> _Cells:
    """How a column is written; as text when one of its values would not come out as it went in."""
    kind = column.dtype
    if kind == pl.Boolean:
        return _Cells("write_boolean", "General", column.to_list())
    if kind.is_float() and (column.abs() < _LARGEST).all():
        return _Cells("write_number", "General", column.to_list())
    if kind.is_integer() and _is_below(column, 10**_DIGITS):
        return _Cells("write_number", _WHOLE, column.to_list())
    if isinstance(kind, pl.Decimal) and _is_below(column, Decimal(10) ** (_DIGITS - kind.scale)):
        form = f"0.{'0' * kind.scale}" if kind.scale > 0 else _WHOLE
        return _Cells("write_number", form, column.to_list())
    if kind == pl.Date and (column >= _FIRST_DAY).all():
        return _Cells("write_datetime", _DAY, column.to_list())
    if kind == pl.Datetime:
        return _instants(column)
    return _texts(column)


def _texts(column: pl.Series) -> _Cells:
    return _Cells("write_string", _TEXT, column.cast(pl.String).to_list())


def _is_below(column: pl.Series, bound: int | Decimal) -> bool:
    least, most = cast("tuple[Any, Any]", (column.min(), column.max()))
    return least is None or (-bound < least and most < bound)


def _instants(column: pl.Series) -> _Cells:
    """Excel knows no zone: what has one is written in UTC."""
    has_zone = cast("pl.Datetime", column.dtype).time_zone is not None
    plain = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if has_zone else column
    is_whole = (plain.dt.timestamp("us") % 1_000 == 0).all()
    if is_whole and (plain >= _FIRST_INSTANT).all():
        return _Cells("write_datetime", _INSTANT, plain.to_list())
    return _texts(column)


def require_room(rows: pl.DataFrame, titles: Sequence[str]) -> None:
    """Refuses what no workbook can hold.

    Raises:
        NoSheet: Says why, and what to take instead.
    """
    if rows.height > MOST_ROWS or rows.width > MOST_COLUMNS:
        raise NoSheet(
            f"Excel 至多 {MOST_ROWS:,} 行、{MOST_COLUMNS:,} 列，请取 CSV 或 Parquet | a sheet holds at most "
            f"{MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns: take CSV or Parquet"
        )
    for title, column in (("title", pl.Series(titles)), *zip(titles, rows.get_columns(), strict=True)):
        if column.dtype == pl.String:
            _require_texts(title, column)


def _require_texts(title: str, column: pl.Series) -> None:
    long = column.filter(column.str.len_bytes() > MOST_UNITS)
    if any(len(text.encode("utf-16-le")) > 2 * MOST_UNITS for text in long):
        raise NoSheet(
            f"{title} 列有超过 {MOST_UNITS:,} 字符的文本，请取 CSV 或 Parquet | column {title} has a text of "
            f"more than {MOST_UNITS:,} characters, which no cell holds: take CSV or Parquet"
        )
    if column.str.contains(_UNWRITABLE).any():
        raise NoSheet(
            f"{title} 列有 XML 不能书写的字符（U+FFFE、U+FFFF），请取 CSV 或 Parquet | column {title} has a "
            "character that XML cannot write (U+FFFE, U+FFFF): take CSV or Parquet"
        )
