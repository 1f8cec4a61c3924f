"""CSV and XLSX that no spreadsheet runs: what comes from outside stays text, whatever it begins with.

XLSX: every text is written as a string cell, identifiers keep their zeros. CSV has no types, so that a mark
(') goes before whatever a program could take for a formula, also behind a separator that a program of another
language would split at (OWASP, CSV injection). JSON keeps the exact text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

# = + - @ and their full-width forms begin formulas; blanks before them, also invisible ones, do not protect.
_FORMULA = re.compile(r"(^|[\t\r\n;,|\"'])([\s\u200b\u200c\u200d\ufeff\u00a0\u00ad\u0000]*)([=+\-@＝＋－＠])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ENCODED = "https://id.gs1.org/"
_BOM = "\ufeff"
_COLUMN_WIDTH = 22


@dataclass(frozen=True)
class Sheet:
    """A named table of cells; texts, exact numbers and days."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


def inert(text: str) -> str:
    """Return a text that no spreadsheet reads as a formula, wherever it splits the line."""
    # Nothing to look for in most numbers; what is percent-encoded holds no separator.
    if text.isalnum() or text.startswith(_ENCODED):
        return text
    return _FORMULA.sub(r"\1\2'\3", text)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return UTF-8 CSV with a byte order mark, every cell quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([inert(text) for text in header])
    seen: dict[object, str] = {}
    writer.writerows([_csv_cell(value, seen) for value in row] for row in rows)
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def xlsx_bytes(sheets: Sequence[Sheet], *, created_at: datetime, notes: Mapping[str, str]) -> bytes:
    """Return a workbook; equal content gives equal bytes.

    Args:
        sheets: Tables; names are ours, never those of customers.
        created_at: Stated time of the report.
        notes: Lines at the head of each sheet: label → text.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": created_at.replace(tzinfo=None)})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, notes, text, bold)
    return out.getvalue()


def printable(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return text if text.isalnum() else _CONTROL.sub("\ufffd", text)


def _write_sheet(page: Any, sheet: Sheet, notes: Mapping[str, str], text: Any, bold: Any) -> None:
    page.set_column(0, max(len(sheet.header) - 1, 1), _COLUMN_WIDTH, text)
    row = 0
    for row, (label, note) in enumerate(notes.items(), 1):
        page.write_string(row - 1, 0, printable(label), bold)
        page.write_string(row - 1, 1, printable(note), text)
    for column, label in enumerate(sheet.header):
        page.write_string(row, column, printable(label), bold)
    page.freeze_panes(row + 1, 0)
    write_string, write_number = page.write_string, page.write_number
    for row_no, cells in enumerate(sheet.rows, row + 1):
        for column, value in enumerate(cells):
            if isinstance(value, Decimal | int):
                write_number(row_no, column, value)
            elif value is not None:
                write_string(row_no, column, printable(_text(value)), text)


def _csv_cell(value: object, seen: dict[object, str]) -> str:
    """A cell; equal values of a column come again and again, and are made inert once."""
    if (known := seen.get(value)) is None:
        known = seen[value] = _new_csv_cell(value)
    return known


def _new_csv_cell(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, Decimal | int) else inert(_text(value))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
