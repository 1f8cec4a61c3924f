"""Sheets on which people correct many records at once: written as CSV or XLSX, read back as changes.

records of one table -> write_sheet() -> a person edits cells -> read_sheet() -> Changes
Columns beginning with # belong to the platform: the record's address, why it was kept out, and the reason of
a correction, which is the person's. The others are the table's own columns. In XLSX every cell is text, so
that no spreadsheet turns an identifier into a number.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from lineage.ledger.trail import safe_text
from pipelines.lake import Lake
from pipelines.quarantine.decide import Change
from pipelines.quarantine.fields import Fields, fields_of
from pipelines.quarantine.records import Kept, by_address
from quality_rules.quarantine.decision import Address, DecisionRefused

ADDRESS = ("#table", "#file_sha256", "#row_no")
GIVEN = (*ADDRESS, "#rules", "#message", "#raw_text")
REASON = "#reason"


def write_sheet(lake: Lake, chosen: Sequence[Kept], path: Path) -> int:
    """Writes the records of one table, a line each, and gives their number.

    Raises:
        DecisionRefused: Records of several tables, of refused files, or a kind of file that is no sheet.
    """
    tables = {kept.source_table for kept in chosen}
    if len(tables) > 1 or any(kept.layer_code == "file" for kept in chosen):
        raise DecisionRefused(
            "一张表格只放一张表的记录，请用 --table 和 --rule 选择 | "
            "a sheet holds records of one table; choose them with --table and --rule"
        )
    columns = [column.physical_name for column in lake.contracts[tables.pop()].columns]
    fields = fields_of(lake, chosen)
    rows = [_line(those, fields[address], columns) for address, those in by_address(chosen).items()]
    _write(path, [*GIVEN, *columns, REASON], rows)
    return len(rows)


def read_sheet(lake: Lake, records: Sequence[Kept], path: Path) -> tuple[Change, ...]:
    """The changes people made on a sheet; lines nobody touched are left out.

    Raises:
        DecisionRefused: The sheet is not one of ours, or names a record that is not in quarantine.
    """
    lines = _read(path)
    if not lines or not {*ADDRESS, REASON} <= set(lines[0]):
        raise DecisionRefused(
            f"{path} 不是 export 写出的表格 | {path} is not a sheet written by `medlake quarantine export`"
        )
    known = by_address(records)
    given = [(n, _address(path, n, line), line) for n, line in enumerate(lines, 2)]
    for n, address, _ in given:
        if address not in known:
            raise DecisionRefused(f"{path}:{n} 隔离区没有该记录 | {path}:{n} names no record in quarantine")
    fields = fields_of(lake, [kept for _, address, _ in given for kept in known[address]])
    changes = (_change(address, line, fields[address]) for _, address, line in given)
    return tuple(change for change in changes if change.values)


def _line(those: Sequence[Kept], fields: Fields, columns: Sequence[str]) -> list[str]:
    first = those[0]
    rules = " ".join(sorted({kept.rule_id for kept in those}))
    message = "; ".join(dict.fromkeys(kept.message for kept in those))
    raw = (first.before or "") if first.layer_code == "landing" else ""
    texts = fields.texts if fields.is_whole else {}
    cells = [texts.get(name) or "" for name in columns]
    return [*(str(part) for part in first.address), rules, message, raw, *cells, ""]


def _change(address: Address, line: Mapping[str, str], fields: Fields) -> Change:
    """What differs from the record; a line of an unread record counts once any cell is filled."""
    cells = {name: text for name, text in line.items() if not name.startswith("#")}
    if fields.is_whole:
        cells = {name: text for name, text in cells.items() if text != (fields.texts.get(name) or "")}
    elif not any(cells.values()):
        cells = {}
    return Change(address, {name: text or None for name, text in cells.items()}, line[REASON].strip())


def _address(path: Path, n: int, line: Mapping[str, str]) -> Address:
    table, sha256, row = (line[name] for name in ADDRESS)
    if not row.isdecimal():
        raise DecisionRefused(f"{path}:{n} 记录号 {row!r} 无效 | {path}:{n} has no record number: {row!r}")
    return Address(table, sha256, int(row))


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(
            str(path), {"strings_to_numbers": False, "strings_to_formulas": False}
        ) as book:
            sheet = book.add_worksheet("quarantine")
            text = book.add_format({"num_format": "@"})
            for n, cells in enumerate([header, *rows]):
                for m, cell in enumerate(cells):
                    sheet.write_string(n, m, cell, text)
        return
    _demand_csv(path)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        # A record kept out may hold anything, also what a spreadsheet would run.
        csv.writer(out).writerows([safe_text(cell) for cell in cells] for cells in [header, *rows])


def _read(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".xlsx":
        table = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        for n, row in enumerate(table, 1):
            if wrong := next((cell for cell in row if not isinstance(cell, str)), None):
                raise DecisionRefused(
                    f"{path}:{n} 单元格 {wrong!r} 不是文本 | {path}:{n} holds {wrong!r}, which is not text; "
                    "format the cell as text and type the value again"
                )
        return [dict(zip(map(str, table[0]), map(str, row), strict=True)) for row in table[1:]]
    _demand_csv(path)
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = [[cell.removeprefix("'") for cell in cells] for cells in csv.reader(source, strict=True)]
    for n, cells in enumerate(rows, 1):
        if len(cells) != len(rows[0]):
            raise DecisionRefused(
                f"{path}:{n} 列数不符 | {path}:{n} has {len(cells)} cells, not {len(rows[0])}"
            )
    return [dict(zip(rows[0], cells, strict=True)) for cells in rows[1:]]


def _demand_csv(path: Path) -> None:
    if path.suffix != ".csv":
        raise DecisionRefused(f"{path} 须为 .csv 或 .xlsx | {path} must end in .csv or .xlsx")
