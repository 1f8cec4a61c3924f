"""Defects in Excel workbooks: they are read, changed and written again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from python_calamine import CalamineWorkbook

from simulator.defects.lab import Kind, Lab
from simulator.writers.workbook import Cell, write_workbook

Change = Callable[[Cell], Cell]


def _sheets(path: Path) -> dict[str, list[list[Cell]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [[_cell(c) for c in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def _cell(value: object) -> Cell:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


def _edit(lab: Lab, path: Path, sheet: str, edits: list[tuple[str, Change, Kind]]) -> None:
    """Change one cell per edit, each in a row of its own, and write the workbook again."""
    sheets = _sheets(path)
    header, *rows = sheets[sheet]
    places = lab.rng.permutation(len(rows))
    taken: set[int] = set()
    for column, change, kind in edits:
        at = header.index(column)
        spot = next(
            (
                int(n)
                for n in places
                if int(n) not in taken
                and rows[int(n)][at] not in ("", None)
                and _fits(kind, rows[int(n)][at])
            ),
            None,
        )
        if spot is None:
            continue
        taken.add(spot)
        rows[spot][at] = change(rows[spot][at])
        lab.note(kind, path, spot + 1, column)
    named = {name: ([str(c) for c in body[0]], body[1:]) for name, body in sheets.items()}
    named[sheet] = ([str(c) for c in header], rows)
    write_workbook(path, named)


def _fits(kind: Kind, value: Cell) -> bool:
    """A code loses its leading zero as a number only when it has one."""
    return kind.class_code != "gtin-as-number" or str(value).startswith("0")


def spoil_workbooks(lab: Lab) -> None:
    """Identifiers in the UDI register, dates in the quality registers."""
    codes: list[tuple[str, Change, Kind]] = [
        (
            "产品标识",
            lambda c: str(c)[:-1] + str((int(str(c)[-1]) + 3) % 10),
            Kind(5, "gtin-check-digit", "DQ-UDI-001", "quarantined"),
        ),
        ("产品标识", lambda c: int(str(c)), Kind(3, "gtin-as-number", "RP-IDN-001", "repaired")),
        ("产品标识", lambda c: "9.52123E+12", Kind(3, "scientific-gtin", "DQ-IDN-001", "quarantined")),
        ("产品编码", lambda c: f"{c}\u00a0", Kind(7, "invisible-space", "RP-TXT-003", "repaired")),
    ]
    for path in lab.files("udi/udi_register")[1:4]:
        _edit(lab, path, "DI", codes)
    dates: list[tuple[str, Change, Kind]] = [
        ("关闭日期", lambda c: "2024-01-01", Kind(10, "closed-before-opened", "DQ-QMS-001", "warned")),
        ("原定完成日期", lambda c: 45900, Kind(9, "excel-serial-date", "RP-DAT-001", "repaired")),
        ("开启日期", lambda c: "2025/13/45", Kind(9, "date-unknown", "DQ-TYP-002", "quarantined")),
        (
            "批准完成日期",
            lambda c: "N/A",
            Kind(
                9,
                "date-sentinel",
                "DQ-REQ-001",
                "quarantined",
                "the sentinel is emptied, and the date is required",
            ),
        ),
    ]
    done = 0
    for path in lab.files("qms/qms_register")[::-1]:
        if done < 3 and len(_sheets(path)["CAPA"]) > 2:
            _edit(lab, path, "CAPA", dates)
            done += 1
    _forget_products(lab)
    _miscount(lab)
    path = lab.files("qms/qms_register")[-1]
    _edit(
        lab,
        path,
        "投诉",
        [
            (
                "批号",
                lambda c: "1月2日",
                Kind(4, "lot-became-date", "", "none", "looks like any text: only the lot master could tell"),
            )
        ],
    )


def _forget_products(lab: Lab) -> None:
    """The latest nonconformity names its lot and no product; what no later week states again stays so."""
    kind = Kind(15, "lot-without-product", "RP-LOT-003", "repaired")
    for path in lab.files("qms/qms_register")[::-1]:
        if len(_sheets(path)["NCR"]) > 1:
            _edit(lab, path, "NCR", [("产品编码", lambda code: "", kind)])
            return


def _miscount(lab: Lab) -> None:
    """A nonconformity of the week before the latest counts ten times what the inspection rejected."""
    kind = Kind(32, "ncr-quantity", "", "none", "the ERP says otherwise, see mart.consistency_difference")
    weeks = [path for path in lab.files("qms/qms_register") if len(_sheets(path)["NCR"]) > 1]
    for path in weeks[-2:-1]:
        _edit(lab, path, "NCR", [("数量", lambda qty: float(str(qty)) * 10, kind)])
