"""A large sheet read in pieces says exactly what calamine says of the whole."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pipelines.ingest.readers import xlsx_blocks
from pipelines.ingest.readers.xlsx_blocks import sheet_blocks
from pipelines.ingest.records import FileRejected

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12)
DAY = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0))
PLAIN_VALUE = st.one_of(TEXT, st.booleans(), st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15))
CELL = st.one_of(
    st.tuples(st.none() | PLAIN_VALUE, st.sampled_from(["General", "@", "0.00", '0 "d"', "000000"])),
    st.tuples(
        DAY | st.floats(0, 90_000) | TEXT,
        st.sampled_from(["yyyy-mm-dd", "[h]:mm:ss", "h:mm", "d mmm yyyy hh:mm"]),
    ),
)
SHEET = st.dictionaries(st.tuples(st.integers(0, 400), st.integers(0, 6)), CELL, min_size=1)


def workbook(
    cells: dict[tuple[int, int], tuple[Any, str]], *, inline: bool, epoch_1904: bool = False
) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out,
        {"constant_memory": inline, "in_memory": True, "date_1904": epoch_1904, "nan_inf_to_errors": True},
    ) as book:
        sheets = {name: book.add_worksheet(name) for name in ("first", "批次")}
        for (row, column), (value, form) in sorted(cells.items()):
            style = book.add_format({"num_format": form})
            if isinstance(value, str):
                sheets["批次"].write_string(row, column, value, style)
            elif value is not None:
                sheets["批次"].write(row, column, value, style)
    return out.getvalue()


def whole(content: bytes) -> dict[tuple[int, int], Any]:
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_name("批次")
        .to_python(skip_empty_area=False)
    )
    return filled(enumerate(rows))


def filled(rows: Any) -> dict[tuple[int, int], Any]:
    return {(r, c): (type(v), v) for r, row in rows for c, v in enumerate(row) if v != ""}


def in_pieces(content: bytes, piece: int = 700) -> dict[tuple[int, int], Any]:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(xlsx_blocks, "LARGE", 0)
        small.setattr(xlsx_blocks, "PIECE", piece)
        blocks = list(sheet_blocks(io.BytesIO(content), "批次"))
    return filled((block.first + n, row) for block in blocks for n, row in enumerate(block.rows))


@settings(max_examples=60, deadline=None)
@given(SHEET, st.booleans(), st.booleans(), st.integers(200, 3000))
def test_pieces_say_what_the_whole_says(cells: Any, inline: bool, epoch_1904: bool, piece: int) -> None:
    """Prevents a cell that is lost, moved, or read otherwise where a sheet is cut; oracle: calamine."""
    content = workbook(cells, inline=inline, epoch_1904=epoch_1904)
    assert in_pieces(content, piece) == whole(content)


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


PLAIN = {(r, c): (f"t{r}.{c}" if c else r, "General") for r in range(60) for c in range(3)}
PART = "xl/worksheets/sheet2.xml"


@pytest.mark.parametrize(
    ("case", "change"),
    [
        ("cut inside a row", lambda xml: xml[: len(xml) // 2]),
        ("cut behind a row", lambda xml: xml[: xml.rfind(b"</row>") + 6]),
        ("a row twice", lambda xml: xml.replace(b'<row r="9"', b'<row r="8"')),
        ("rows without numbers", lambda xml: re.sub(rb'<row r="\d+"', b"<row", xml)),
        (
            "a shared text that is not there",
            lambda xml: xml.replace(b"<v>5</v></c></row>", b"<v>9999</v></c></row>"),
        ),
        ("shared texts in other quotes", lambda xml: xml.replace(b't="s"', b"t='s'")),
        (
            "the mark of this reader in a text",
            lambda xml: xml.replace(b"<v>0</v>", "<v>\ufdd05</v>".encode(), 1),
        ),
        ("a tag that never closes", lambda xml: xml.replace(b"</row>", b"</raw>", 1)),
    ],
)
def test_a_damaged_sheet_is_refused(case: str, change: Callable[[bytes], bytes]) -> None:
    """Prevents a sheet that is cut or unusual from being read as a shorter or another one."""
    content = workbook(PLAIN, inline=False)
    broken = changed(content, PART, change)
    assert broken != content
    with pytest.raises(FileRejected):
        in_pieces(broken)


def test_far_apart_cells_do_not_fill_memory() -> None:
    """Prevents two cells in opposite corners from asking for seventeen thousand million places."""
    corner = {(0, 0): ("a", "General"), (1_048_575, 16_383): ("z", "General")}
    content = workbook(corner, inline=True)
    with pytest.raises(FileRejected) as refused:
        list(sheet_blocks(io.BytesIO(content), "批次"))
    assert "DQ-FIL" in str(refused.value)


def test_dates_and_spans_keep_their_meaning() -> None:
    """Prevents a day, a time or a span from being read as a number in a piece without the sheet's styles."""
    cells = {
        (0, 0): (datetime(2024, 2, 29), "yyyy-mm-dd"),
        (1, 0): (1.5, "[h]:mm:ss"),
        (2, 0): (0.25, "h:mm"),
        (3, 0): (45000.0, "000000"),
    }
    values = [value for _, value in in_pieces(workbook(cells, inline=False), 100).values()]
    assert values == [date(2024, 2, 29), timedelta(days=1.5), time(6, 0), 45000.0]


@pytest.mark.parametrize("number", [1e15, 9e11, 1e300])
def test_a_number_beyond_any_calendar_is_refused(number: float) -> None:
    """Prevents one cell from ending the whole ingest: calamine panics on a date a million years away."""
    content = workbook({(0, 0): ("a", "General"), (1, 0): (number, "[h]:mm:ss")}, inline=True)
    with pytest.raises(FileRejected):
        list(sheet_blocks(io.BytesIO(content), "批次"))
    with pytest.raises(FileRejected):
        in_pieces(content)
