"""Excel workbooks with fixed properties: the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

Cell = str | int | float | None
_CREATED = datetime(2025, 1, 1)


def write_workbook(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]]) -> None:
    """Write sheets of header and rows; None leaves the cell empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": _CREATED, "author": "QMS"})
    for name, (header, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str) and value:
                    sheet.write_string(number, column, value)
                elif value is not None and value != "":
                    sheet.write_number(number, column, value)
    book.close()
