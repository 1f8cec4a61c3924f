"""Reads one sheet of a workbook, cell values as text.

workbook -> blocks of cells (xlsx_blocks) -> header row by the contract's names -> text. Whole numbers have
no ".0", other numbers their shortest exact digits, dates are ISO (a space before the time), TRUE and FALSE
are words, an empty cell is "". Cannot be known: how a cell was displayed (leading zeros by format,
1.5E+12), what Excel had changed before it was saved (lots read as dates, digits after the 15th), and
midnight: a date-time at 00:00:00 comes as its date.
`_row` counts sheet rows after the header; rows with no content are skipped and keep their number.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from pipelines.ingest.readers.header import KEPT_OUT_LIMIT, Header, check_header
from pipelines.ingest.readers.xlsx_blocks import sheet_blocks
from pipelines.ingest.records import (
    BadRecord,
    Chunk,
    FileRejected,
    Parsed,
    bad_record,
    is_lossy,
    lossy_text,
    text_frame,
    unfit,
)
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

# Up to here a double is exact to the unit; above, Excel shows fifteen digits and zeros, and so does the text.
EXACT = 2**53
ROWS = 50_000
PLAIN = 1e21


def read_xlsx(plain: IO[bytes], contract: Contract) -> Parsed:
    """Opens a sheet against its contract; a sheet with the right header and no rows is loaded as empty.

    Raises:
        FileRejected: No workbook, a bomb, no such sheet, or another header.
    """
    rows = _rows(plain, contract.sheet or "")
    found = next(((number, values) for number, values in rows if any(values)), None)
    if found is None:
        raise FileRejected(Rule.EMPTY, "工作表无内容 | The sheet holds nothing")
    at, header = found
    while header and not header[-1]:
        header.pop()
    held: list[tuple[int, list[str]]] = []

    def count() -> int:
        held.extend(islice(rows, KEPT_OUT_LIMIT + 1))
        return len(held) + sum(1 for _ in rows)

    checked = check_header(header, contract, count)
    body = ((number - at, values) for number, values in chain(held, rows))
    return Parsed("xlsx", _chunks(body, checked), drifts=checked.drifts)


def _rows(plain: IO[bytes], sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with its place in the sheet, as text."""
    with plain:
        for block in sheet_blocks(plain, sheet):
            for number, cells in enumerate(block.rows, block.first):
                yield number, [_text(cell) for cell in cells]


def _chunks(body: Iterator[tuple[int, list[str]]], header: Header) -> Iterator[Chunk]:
    """Chunks of bounded size, at least one."""
    some = list(islice(body, ROWS))
    while True:
        yield _chunk(some, header)
        if not (some := list(islice(body, ROWS))):
            return


def _chunk(body: list[tuple[int, list[str]]], header: Header) -> Chunk:
    columns: dict[str, list[str | None]] = {name: [] for name in (*header.names, *header.taken)}
    rows: list[int] = []
    bad: list[BadRecord] = []
    for row_no, values in body:
        if not any(values):
            continue
        if is_lossy("\n".join(values)):
            raise lossy_text(row_no, body[-1][0])
        problem = _problem(values, header)
        if problem:
            bad.append(bad_record(row_no, *problem, "\t".join(values)))
            continue
        rows.append(row_no)
        lacking = len(header.names) - len(values)
        for name, value in zip(header.names, values + [""] * lacking, strict=False):
            columns[name].append(value)
    frame = text_frame({name: columns[name] for name in header.taken}, rows)
    return Chunk(frame, tuple(bad))


def _problem(values: list[str], header: Header) -> tuple[Rule, str] | None:
    if header.kept_out:
        return Rule.DRIFT, header.kept_out
    if any(values[len(header.names) :]):
        return Rule.FIELD_COUNT, "表头之外还有单元格 | Cells beyond the header"
    return unfit(values)


def _text(cell: Any) -> str:
    # A text is what most cells hold: told first, and by its type alone, in a loop of millions.
    if type(cell) is str:
        return str(cell)
    if type(cell) is float:
        return _number(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, int | timedelta):
        return str(cell)
    raise TypeError(f"calamine gave a {type(cell).__name__}")


def _number(cell: float) -> str:
    if cell.is_integer() and abs(cell) < PLAIN:
        return str(int(cell) if abs(cell) < EXACT else int(Decimal(f"{cell:.15g}")))
    return str(cell)
