"""The SQL worker: one SELECT, within its limits, with no way out of its file."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from lakehouse.releases import Release
from lakehouse.settings import Settings
from lakehouse.sql_door import AskRefused, Limits, ask
from lakehouse.sql_door.files import Format, as_csv, as_file, why_no_sheet
from lakehouse.sql_door.plain import plain, records
from lakehouse.sql_door.refusal import Place, Refusal, refusal_of
from lakehouse.sql_door.sheet import NoSheet
from lineage.asked import ask_on_record
from lineage.ledger.act import Action, digest_of
from lineage.ledger.ledger import open_ledger

AT = datetime(2026, 1, 5, 8)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one table of ten thousand rows."""
    path = tmp_path_factory.mktemp("door") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA core; CREATE TABLE core.lot AS SELECT range AS lot_no FROM range(10000)")
    return path


def test_rows_come_back_and_more_is_said(file: Path) -> None:
    """Prevents a cut answer from looking whole."""
    whole = ask(file, "SELECT lot_no FROM core.lot ORDER BY lot_no", Limits(rows=10_000))
    assert (whole.rows.num_rows, whole.has_more) == (10_000, False)
    cut = ask(file, "SELECT lot_no FROM core.lot ORDER BY lot_no", Limits(rows=2_500))
    assert cut.has_more and cut.rows["lot_no"].to_pylist() == list(range(2_500))
    small = ask(file, "SELECT lot_no, repeat('x', 1000) AS t FROM core.lot", Limits(bytes=3_000_000))
    assert small.has_more and 0 < small.rows.nbytes <= 3_000_000
    assert ask(file, "SELECT 1 WHERE false").rows.num_rows == 0


@pytest.mark.parametrize(
    "query",
    ["SELECT 1; SELECT 2", "DROP TABLE core.lot", "INSERT INTO core.lot VALUES (1)", "", "SET threads = 8"],
)
def test_only_one_select_is_asked(query: str, file: Path) -> None:
    """Prevents a second statement from riding on the first."""
    with pytest.raises(AskRefused, match="one SELECT") as refused:
        ask(file, query)
    assert refused.value.kind == "not_one_select"


def test_a_mistake_is_told_in_the_engines_words(file: Path) -> None:
    """Prevents an analyst from being left without the reason."""
    with pytest.raises(AskRefused, match="lot_nr") as refused:
        ask(file, "SELECT lot_nr FROM core.lot")
    assert refused.value.kind == "refused"


@pytest.mark.parametrize(
    ("query", "line", "column", "pointed"),
    [
        ("SELEC 1", 1, 1, "1:1: SELEC 1\n     ^"),
        ("SELECT lot_no,\n  lot_nr\nFROM core.lot", 2, 3, "2:3:   lot_nr\n       ^"),
        ("SELECT '批号' AS x, lot_nr FROM core.lot", 1, 19, "^"),
        ("\n\n/* 中 */\tSELECT *\nFROM core.lots", 4, 6, "4:6: FROM core.lots\n          ^"),
        ("SELECT '😀'::INT", 1, 11, "^"),
        ("SELECT lot_no FROM core.lot WHERE", 1, 34, "WHERE\n"),
    ],
)
def test_a_mistake_is_pointed_at(query: str, line: int, column: int, pointed: str, file: Path) -> None:
    """Prevents a place that is off by the bytes of Chinese characters, and a typo told as lack of memory."""
    with pytest.raises(AskRefused) as refused:
        ask(file, query)
    assert refused.value.kind == "refused" and refused.value.place == Place(line, column)
    assert pointed in str(refused.value)


def test_a_place_in_a_long_line_is_shown_and_a_cut_message_stays() -> None:
    """Prevents a page of one line in which nobody finds the mark."""
    query = f"SELECT '{'中' * 500}', lot_nr FROM core.lot"
    said = json.dumps({"exception_message": "no column", "position": str(query.encode().index(b"lot_nr"))})
    refusal = refusal_of(f"Binder Error: {said}", query)
    assert refusal.place == Place(1, 512) and refusal.text.startswith(
        "Binder Error: no column\n\n1:512: … 中中"
    )
    shown, mark = refusal.text.splitlines()[2:]
    assert len(shown) < 140 and len(mark) == len("1:512: … ") + 2 * 57 + len("', ") + 1
    assert refusal_of("Binder Error: {half", query) == Refusal("Binder Error: {half", None)


def test_a_question_is_a_leaf_whether_answered_or_not(file: Path, tmp_path: Path) -> None:
    """Prevents questions that nobody can look up, and their texts from standing in the ledger."""
    settings = Settings.from_env({"MEDLAKE_DATA": str(tmp_path)})
    release = Release(7, file.parent, {"warehouse": {"file": file.name, "sha256": "ab"}})
    answer = ask_on_record(settings, release, "zhang.min", "analyst", "SELECT 42 AS n")
    with pytest.raises(AskRefused):
        ask_on_record(settings, release, "zhang.min", "analyst", "SELECT secret FROM nowhere")
    with open_ledger(settings, writable=False) as ledger:
        first, second = (entry for entry in ledger.of_action(Action.QUERY))
    assert (first.act.who, first.act.before) == ("zhang.min", digest_of(b"SELECT 42 AS n"))
    assert first.act.after == f"sha256:{answer.result_sha256}" and first.act.details["rows"] == 1
    assert second.act.after is None and second.act.details["refused"] == "refused"
    assert b"secret" not in second.body


def test_files_hold_what_was_answered() -> None:
    """Prevents a value from changing on its way into a file."""
    rows = pa.table(
        {
            "=title": ["=1+1", "plain", "'quoted", None],
            "n": [Decimal("-5.10"), None, Decimal("1.00"), Decimal("2.00")],
            "d": [date(2026, 1, 1)] * 4,
            "many": [["=x"], [], None, ["a", "b"]],
        }
    )
    read = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    assert read[0] == ["'=title", "n", "d", "many"]
    assert [line[0] for line in read[1:]] == ["'=1+1", "plain", "''quoted", ""]
    assert [line[1] for line in read[1:]] == ["-5.10", "", "1.00", "2.00"]
    assert read[1][2:] == ["2026-01-01", '["=x"]']
    assert read[4][3] == '["a","b"]'
    assert pq.read_table(io.BytesIO(as_file(rows, Format.PARQUET, AT))).equals(rows)
    assert pa.ipc.open_file(as_file(rows, Format.ARROW, AT)).read_all().equals(rows)


def sheet(rows: pa.Table) -> list[tuple[object, ...]]:
    """The columns of a workbook as another program reads them, title first."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_file(rows, Format.XLSX, AT)))
    return list(zip(*book.get_sheet_by_index(0).to_python(), strict=True))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("'00012'", "00012"),
        ("'=1+1'", "=1+1"),
        ("'@SUM(A1)'::ENUM ('@SUM(A1)')", "@SUM(A1)"),
        ("'https://x.cn'", "https://x.cn"),
        ("'_x0041_' || chr(1) || chr(13) || chr(10)", "_x0041_\x01\r\n"),
        ("12.50::DECIMAL(18, 2)", 12.5),
        ("999999999999999", 999999999999999.0),
        ("1000000000000000", "1000000000000000"),
        ("9999999999999.999::DECIMAL(18, 3)", "9999999999999.999"),
        ("'nan'::DOUBLE", "NaN"),
        ("true", True),
        ("DATE '2026-03-01'", date(2026, 3, 1)),
        ("DATE '1899-12-31'", "1899-12-31"),
        ("'infinity'::DATE", "infinity"),
        ("TIMESTAMP '2026-01-05 08:00:00.125'", datetime(2026, 1, 5, 8, 0, 0, 125000)),
        ("TIMESTAMPTZ '2026-01-05 08:00:01+08'", datetime(2026, 1, 5, 0, 0, 1)),
        ("TIMESTAMP '2026-01-05 08:00:00.123456'", "2026-01-05 08:00:00.123456"),
        ("INTERVAL 1 DAY", "1 day"),
        ("['=x', NULL]", '["=x",null]'),
        ("NULL::DATE", ""),
    ],
)
def test_a_cell_holds_what_was_answered(value: str, cell: object) -> None:
    """Prevents a workbook in which an identifier lost zeros or digits, a day moved, or a text runs."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        rows = con.execute(f"SELECT {value} AS v, 1 AS one").to_arrow_table()
    (title, found), _ = sheet(rows)
    assert (title, found) == ("v", cell) and type(found) is type(cell)


def test_every_type_of_the_engine_leaves_in_every_form() -> None:
    """Prevents an answer that is shown or taken as an error page: days without end, intervals, bytes."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        rows = con.execute("SELECT *, 1 AS twice, 2 AS twice FROM test_all_types()").to_arrow_table()
        told = con.execute("SELECT columns(*)::VARCHAR FROM test_all_types()").to_arrow_table()
    shown = plain(rows.select(range(rows.num_columns - 2)))
    for name in ("date", "timestamp_tz", "interval", "time", "medium_enum", "bignum", "timestamp_ns"):
        assert shown[name].to_pylist() == told[name].to_pylist(), name
    assert records(rows)[1]["struct_of_arrays"]["b"][1] == "goose" and records(rows)[2]["map"] is None
    assert len(as_csv(rows).splitlines()) == 4 and len(sheet(rows)) == rows.num_columns
    assert as_file(rows, Format.XLSX, AT) == as_file(rows, Format.XLSX, AT)


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384, "\uffff"])
def test_what_no_cell_holds_is_refused_and_not_cut(text: str) -> None:
    """Prevents a workbook that silently lost the end of a text."""
    rows = pa.table({"t": ["short", text]})
    with pytest.raises(NoSheet, match="take CSV or Parquet"):
        as_file(rows, Format.XLSX, AT)
    assert "column t" in str(why_no_sheet(rows)) and why_no_sheet(rows.slice(0, 1)) is None
    assert sheet(pa.table({"t": ["😀" * 16_383]})) == [("t", "😀" * 16_383)]
