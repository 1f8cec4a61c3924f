"""The straight way of a large file gives exactly what the ordinary way gives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ingest.readers import csv_stream
from pipelines.ingest.readers.csv_reader import read_csv
from pipelines.ingest.readers.csv_stream import lazy_rows
from pipelines.ingest.records import FileRejected, Parsed
from quality_rules.contract import CONTRACTS_FOLDER, read_contract

BASE = read_contract(CONTRACTS_FOLDER / "sap_a" / "mara.odcs.yaml")
NAMES = ("no", "name", "qty")
VALUES = ["", " ", "a", "001", "钢", "é", "NULL", "NA", "#", "-", "1e5", "\t", "'", "x" * 70, '"', "\0", "\r"]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every file counts as large and is cut often."""
    monkeypatch.setattr(csv_stream, "LARGE", 0)
    monkeypatch.setattr(csv_stream, "PIECE", 11)
    yield


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("text", ["1,a,2\n" * 40, "1,钢,\r\n" * 9 + "1,钢,", "\ufeff1, ,\n"])
def test_clean_files_are_streamed(tmp_path: Path, text: str) -> None:
    """Prevents the comparison below from never meeting a file that is streamed."""
    header = text.startswith("\ufeff") * "\ufeff" + ",".join(NAMES) + "\n"
    assert _opened(tmp_path, header + text.lstrip("\ufeff"), has_header=True).uniform.rows


@pytest.mark.usefixtures("small_pieces")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.tuples(*[st.sampled_from(VALUES[:-3])] * 3), max_size=30),
    odd=st.lists(st.lists(st.sampled_from(VALUES), max_size=5), max_size=1),
    end=st.sampled_from(["\n", "\r\n"]),
    tail=st.sampled_from(["", "\n", "\r\n", "\n\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    has_header=st.booleans(),
)
def test_streamed_rows_are_the_rows_of_the_blocks(
    tmp_path: Path,
    records: list[tuple[str, ...]],
    odd: list[list[str]],
    end: str,
    tail: str,
    mark: str,
    has_header: bool,
) -> None:
    """Prevents the fast way from losing, adding, shifting or changing a value, or taking a bad record."""
    lines = [",".join(record) for record in [*([NAMES] if has_header else []), *records, *odd]]
    try:
        parsed = _opened(tmp_path, mark + end.join(lines) + tail, has_header=has_header)
        chunks = list(parsed.chunks)
    except FileRejected:
        return
    if parsed.uniform and parsed.uniform.rows:
        assert not any(chunk.bad for chunk in chunks)
        streamed = lazy_rows(parsed.uniform).collect()
        assert streamed.equals(pl.concat([chunk.rows for chunk in chunks]).select(streamed.columns))
        assert streamed.height == parsed.uniform.rows


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("end", ["\n", '"\n'], ids=["plain", "quoted"])
@pytest.mark.parametrize("header", ["no,name,qty\n", "\ufeffno,name,qty\n", "\ufeff"])
def test_a_mark_before_the_first_value_stays(tmp_path: Path, header: str, end: str) -> None:
    """Prevents a value from losing U+FEFF where a block happens to begin with it; parsers skip one there."""
    text = f"{header}\ufeff1,a,{end[:-1]}b{end}\ufeff2,c,{end[:-1]}d{end}"
    parsed = _opened(tmp_path, text, has_header="no" in header)
    assert parsed.uniform is None
    assert [no for chunk in parsed.chunks for no in chunk.rows["no"]] == ["\ufeff1", "\ufeff2"]


def _opened(folder: Path, text: str, *, has_header: bool) -> Parsed:
    columns = tuple(replace(BASE.columns[0], name=name, physical_name=name) for name in NAMES)
    place = {"delimiter": ",", "encodings": ("utf-8-sig",), "has_header": has_header}
    path = folder / "file.csv"
    path.write_bytes(text.encode())
    return read_csv(path.open("rb"), replace(BASE, columns=columns, **place), folder)
