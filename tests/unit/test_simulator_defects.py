"""Every listed defect is where the list says: the spoiled files are read again by other means."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from simulator import simulate

ACTIONS = {"quarantined", "repaired", "warned", "merged", "rejected", "none"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spoiled")
    simulate(folder / "landing", folder / "truth", seed=7, scale=0.05, defects=True)
    return folder


@pytest.fixture(scope="module")
def defects(world: Path) -> list[dict[str, object]]:
    return pl.read_parquet(world / "truth/defects.parquet").rows(named=True)


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030")


def raw_record(path: Path, number: int) -> str:
    """The record as it stands; a line break inside quotes does not end it."""
    records, held = [], ""
    for line in text_of(path).splitlines(keepends=True)[1:]:
        held += line
        if held.count('"') % 2 == 0:
            records.append(held.rstrip("\r\n"))
            held = ""
    return [*records, held][number - 1]


def sheet(path: Path, column: str) -> str:
    """Sheet of a workbook whose column was spoiled."""
    if path.parent.name == "udi_register":
        return "DI"
    return {"批号": "投诉", "产品编码": "NCR", "数量": "NCR"}.get(column, "CAPA")


def cell(path: Path, number: int, column: str) -> str:
    """One cell by record number, read by the means of its format."""
    if path.suffix == ".jsonl":
        return str(json.loads(path.read_text(encoding="utf-8").splitlines()[number - 1])[column])
    if path.suffix == ".xlsx":
        header, *body = (
            CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet(path, column)).to_python()
        )
        return str(body[number - 1][header.index(column)])
    header = next(csv.reader([text_of(path).splitlines()[0]]))
    fields = next(csv.reader(io.StringIO(raw_record(path, number), newline="")))
    return fields[header.index(column)]


CELLS: dict[str, Callable[[str], bool]] = {
    "excel-text-marker": lambda c: bool(re.fullmatch(r'="\d{14}"|\'\d{14}', c)),
    "scientific-gtin": lambda c: c == "9.52123E+12",
    "scientific-lot": lambda c: c == "2.00E+05",
    "uscc-15-digits": lambda c: bool(re.fullmatch(r"\d{15}000", c)),
    "agent-uscc": lambda c: len(c) == 18 and c.startswith("91"),
    "subcontract-lot-blank": lambda c: c == "",
    "vendor-lot-blank": lambda c: c == "",
    "subcontract-unmapped": lambda c: bool(re.fullmatch(r"C900\d-25", c)),
    "sscc-15-digits": lambda c: bool(re.fullmatch(r"\d{15}000", c)) and not valid_gtin(c),
    "sscc-cut": lambda c: bool(re.fullmatch(r"\d{16}", c)),
    "sscc-scientific": lambda c: c == "3.95212E+17",
    "uscc-check-char": lambda c: len(c) == 18,
    "party-code-one-wrong": lambda c: len(c) == 18,
    "party-code-tax-id": lambda c: bool(re.fullmatch(r"\d{6}[0-9A-Z]{9}", c)),
    "party-code-registration": lambda c: bool(re.fullmatch(r"\d{15}", c)),
    "uscc-look-alike": lambda c: c[0] == "O",
    "gtin-lost-zero": lambda c: bool(re.fullmatch(r"952\d{10}", c)),
    "gtin-as-number": lambda c: bool(re.fullmatch(r"952\d{10}(\.0)?", c)),
    "gtin-check-digit": lambda c: bool(re.fullmatch(r"\d{14}", c)) and not valid_gtin(c),
    "gtin-cut": lambda c: bool(re.fullmatch(r"\d{12}", c)) and not valid_gtin(c),
    "float-suffix": lambda c: c.endswith(".0"),
    "full-width": lambda c: any(0xFF01 <= ord(ch) <= 0xFF5E for ch in c),
    "invisible-space": lambda c: bool(set(c) & {"\u00a0", "\u3000", "\u200b"}),
    "serial-trailing-space": lambda c: c.endswith("  "),
    "serial-lower-case": lambda c: c.startswith("sn"),
    "date-unknown": lambda c: c in {"05-Jan-25", "20250230", "2025年13月5日", "2025/13/45"},
    "date-sentinel": lambda c: c in {"99991231", "1900-01-01", "N/A"},
    "excel-serial-date": lambda c: c.startswith("45"),
    "decimal-comma": lambda c: c.startswith("1.234,5"),
    "thousands-separator": lambda c: "," in c and c.endswith(("000", "00", "0")),
    "unit-without-factor": lambda c: c in {"打", "托"},
    "made-after-expiry": lambda c: c.startswith("2020"),
    "posted-before-entry": lambda c: len(c) == 8,
    "released-before-inspection-end": lambda c: c == "20241230",
    "shipped-before-release": lambda c: c in {"20241220", "2025-1-2"},
    "lot-blank": lambda c: c == "",
    "backflush": lambda c: c == "X",
    "consumed-from-nowhere": lambda c: c == "0039999999",
    "free-text-result": lambda c: c in {"OK", "≤0.05", "未检出"},
    "status-word": lambda c: c in {"待复核", "特采"},
    "several-lots-in-field": lambda c: "," in c,
    "nul-in-text": lambda c: "\0" in c,
    "latin1-controls": lambda c: "\x96" in c,
    "required-blank": lambda c: c == "",
    "lot-on-two-products": lambda c: c.startswith("0000"),
    "serial-on-two-products": lambda c: c.startswith("0000"),
    "reversed-more-than-posted": lambda c: bool(re.fullmatch(r"-?\d+(\.000)?", c)),
    "test-record": lambda c: "测试" in c or "test" in c,
    "supplier-duplicate-uscc": lambda c: "有限责任公司" in c,
    "supplier-duplicate-name": lambda c: "有限责任公司" in c,
    "lot-suffix": lambda c: c.endswith("-1"),
    "sterilisation-lot-in-lot": lambda c: "/EO" in c,
    "mes-use-quantity": lambda c: float(c) > 7,
    "ncr-quantity": lambda c: float(c) >= 10,
    "shipped-unreleased": lambda c: c == "F259999999",
    "lot-unknown": lambda c: c.startswith("9"),
    "lot-without-product": lambda c: c == "",
    "lot-became-date": lambda c: c == "1月2日",
    "closed-before-opened": lambda c: c == "2024-01-01",
    "unapproved-document": lambda c: c == "",
}


def valid_gtin(code: str) -> bool:
    total = sum(int(c) * (3 if n % 2 else 1) for n, c in enumerate(reversed(code)))
    return total % 10 == 0


def test_every_cell_defect_is_where_the_list_says(world: Path, defects: list[dict[str, object]]) -> None:
    """Prevents answers that point at the wrong row: rules would be judged by noise."""
    in_cells = [d for d in defects if d["column"]]
    assert len(in_cells) > 250
    for d in in_cells:
        value = cell(world / "landing" / str(d["file"]), int(str(d["row_no"])), str(d["column"]))
        assert CELLS[str(d["class_code"])](value), (d, value)


def test_malformed_records_are_where_the_list_says(world: Path, defects: list[dict[str, object]]) -> None:
    """Prevents miscounting around malformed records."""
    seen = set()
    for d in defects:
        path, number, kind = world / "landing" / str(d["file"]), int(str(d["row_no"])), d["class_code"]
        if kind == "field-count":
            record = raw_record(path, number)
            assert record.count(",") != text_of(path).splitlines()[0].count(",")
        elif kind == "broken-quote":
            assert raw_record(path, number).count('"') % 2 == 1
        elif kind == "broken-json":
            with pytest.raises(json.JSONDecodeError):
                json.loads(path.read_text(encoding="utf-8").splitlines()[number - 1])
        elif kind == "broken-xml":
            with pytest.raises(etree.XMLSyntaxError):
                etree.parse(str(path))
            before = path.read_text(encoding="utf-8").split("</ProcessSegment<")[0]
            assert before.count("<SegmentResponse>") == number
        else:
            continue
        seen.add(kind)
    assert seen == {"field-count", "broken-quote", "broken-json", "broken-xml"}


def test_whole_file_defects_are_what_the_list_says(world: Path, defects: list[dict[str, object]]) -> None:
    """Prevents file defects that a reader would not stumble over."""
    by_kind = {str(d["class_code"]): world / "landing" / str(d["file"]) for d in defects if d["row_no"] == 0}
    assert by_kind["empty-file"].stat().st_size == 0
    assert text_of(by_kind["header-only"]).count("\n") == 1
    assert "BATCH" in text_of(by_kind["wrong-header"]).splitlines()[0]
    assert text_of(by_kind["html-instead-of-csv"]).startswith("<!DOCTYPE html>")
    assert by_kind["utf8-among-gb18030"].read_bytes().decode("utf-8-sig").startswith("ID,")
    with pytest.raises(UnicodeDecodeError):
        by_kind["undecodable-bytes"].read_bytes().decode("gb18030")
    damaged = [world / "landing" / str(d["file"]) for d in defects if d["class_code"] == "replacement-text"]
    marks = ("锟斤拷".encode("gb18030"), "\ufffd".encode())
    assert len(damaged) == 3
    assert all(any(mark in path.read_bytes() for mark in marks) for path in damaged)
    with pytest.raises((EOFError, zlib.error)):
        gzip.decompress(by_kind["truncated-gzip"].read_bytes())
    twin = by_kind["duplicate-file"]
    same = [p for p in twin.parent.iterdir() if p != twin and p.read_bytes() == twin.read_bytes()]
    assert len(same) == 1
    assert by_kind["no-contract"].exists()
    assert by_kind["late-file"].exists()


def test_overlapping_rows_come_twice(world: Path, defects: list[dict[str, object]]) -> None:
    """Prevents a merge expectation for a row that has no double."""
    overlaps = [d for d in defects if d["class_code"] == "overlapping-window"]
    assert overlaps
    for d in overlaps:
        path = world / "landing" / str(d["file"])
        record = raw_record(path, int(str(d["row_no"])))
        later = sorted(p for p in path.parent.glob("*.csv") if p.name > path.name)
        assert any(record in text_of(p) for p in later)


def test_the_list_is_well_formed(defects: list[dict[str, object]]) -> None:
    """Prevents unknown actions, two defects on one spot, and missing reasons where no rule can see it."""
    assert {d["expected_action"] for d in defects} <= ACTIONS
    assert len({d["defect_id"] for d in defects}) == len(defects)
    assert all(d["note"] for d in defects if d["expected_rule_id"] == "")
    assert all(
        re.fullmatch(r"(DQ|RP)-[A-Z]{3}-\d{3}", str(d["expected_rule_id"]))
        for d in defects
        if d["expected_rule_id"]
    )
    rules = {d["expected_rule_id"] for d in defects}
    assert len(rules) > 35


def test_defects_leave_the_truth_alone(world: Path, tmp_path: Path) -> None:
    """Prevents defects from bending the right answers."""
    simulate(tmp_path / "landing", tmp_path / "truth", seed=7, scale=0.05, defects=False)
    for path in sorted((tmp_path / "truth").glob("*.parquet")):
        if path.name != "duplicates.parquet":
            assert path.read_bytes() == (world / "truth" / path.name).read_bytes()
    assert not (tmp_path / "truth" / "defects.parquet").exists()
