"""Reads one sheet of a workbook, cell values as text.

workbook -> python-calamine -> header row by the contract's names -> text. Whole numbers have no ".0", other
numbers their shortest exact digits, dates are ISO (a space before the time), TRUE and FALSE are words, an
empty cell is "". Cannot be known: how a cell was displayed (leading zeros by format, 1.5E+12), what Excel had
changed before it was saved (lots read as dates, digits after the 15th), and midnight: a date-time at 00:00:00
comes as its date.
`_row` counts sheet rows after the header; rows with no content are skipped and keep their number.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from pipelines.ingest.header import require_header
from pipelines.ingest.plain import MAX_RATIO, RATIO_FREE
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
PLAIN = 1e21


def read_xlsx(plain: IO[bytes], contract: Contract) -> Parsed:
    """Opens a sheet against its contract; a sheet with the right header and no rows is loaded as empty.

    Raises:
        FileRejected: No workbook, a bomb, no such sheet, or another header.
    """
    with plain:
        cells = _cells(plain, contract.sheet or "")
    header_at = next((i for i, row in enumerate(cells) if any(map(_text, row))), None)
    if header_at is None:
        raise FileRejected(Rule.EMPTY, "工作表无内容 | The sheet holds nothing")
    header = [_text(cell) for cell in cells[header_at]]
    while header and not header[-1]:
        header.pop()
    body = cells[header_at + 1 :]
    require_header(header, [c.physical_name for c in contract.columns], lambda: len(body))
    return Parsed("xlsx", _chunks(body, header, contract))


def _cells(plain: IO[bytes], sheet: str) -> list[list[Any]]:
    try:
        _refuse_bomb(plain)
        workbook = CalamineWorkbook.from_filelike(plain)
        return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise FileRejected(Rule.HEADER, f"没有工作表 {sheet} | The workbook has no sheet {sheet}") from error
    except (CalamineError, zipfile.BadZipFile) as error:
        raise FileRejected(
            Rule.UNREADABLE, f"不是完整的工作簿：{error} | Not a whole workbook: {error}"
        ) from error


def _refuse_bomb(plain: IO[bytes]) -> None:
    with zipfile.ZipFile(plain) as packed:
        infos = packed.infolist()
    size, packed_size = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
    if size > max(RATIO_FREE, packed_size * MAX_RATIO):
        raise FileRejected(
            Rule.BOMB, f"解压超过 {MAX_RATIO} 倍 | Unpacks to more than {MAX_RATIO} times its size"
        )
    plain.seek(0)


def _chunks(body: list[list[Any]], header: list[str], contract: Contract) -> Iterator[Chunk]:
    columns: dict[str, list[str | None]] = {name: [] for name in header}
    rows: list[int] = []
    bad: list[BadRecord] = []
    for row_no, cells in enumerate(body, 1):
        values = [_text(cell) for cell in cells]
        if not any(values):
            continue
        if any(map(is_lossy, values)):
            raise lossy_text(row_no, len(body))
        problem = _problem(values, len(header))
        if problem:
            bad.append(bad_record(row_no, *problem, "\t".join(values)))
            continue
        rows.append(row_no)
        for name, value in zip(header, values, strict=False):
            columns[name].append(value)
    frame = text_frame({c.physical_name: columns[c.physical_name] for c in contract.columns}, rows)
    yield Chunk(frame, tuple(bad))


def _problem(values: list[str], width: int) -> tuple[Rule, str] | None:
    if any(values[width:]):
        return Rule.FIELD_COUNT, "表头之外还有单元格 | Cells beyond the header"
    return unfit(values)


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < PLAIN:
        return str(int(cell) if abs(cell) < EXACT else int(Decimal(f"{cell:.15g}")))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, int | float | timedelta):
        return str(cell)
    raise TypeError(f"calamine gave a {type(cell).__name__}")
