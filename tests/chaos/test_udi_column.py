"""UDI codec: a column is read as its texts are read one by one, whatever stands in it."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from master_data.udi import column_gs1, parse
from master_data.udi.column import parse_arrow, parse_column
from master_data.udi.column_frame import SCHEMA
from tests.chaos.udi_mix import texts
from tests.conftest import Storm

AT_ONCE = 20_000


def one_by_one(values: list[str | None], current_year: int) -> list[tuple[object, ...]]:
    """The oracle: each text through `parse`."""
    rows: list[tuple[object, ...]] = []
    for text in values:
        if text is None:
            rows.append((None,) * len(SCHEMA))
            continue
        udi = parse(text, current_year=current_year)
        shared = [getattr(udi, name) for name in list(SCHEMA)[:8]]
        rows.append((*shared, udi.verdict.severity, udi.verdict.code, udi.verdict.position))
    return rows


@pytest.mark.storm
def test_column_equals_single_reader(storm: Storm) -> None:
    """Prevents a fast way that reads a code otherwise than the slow one, in any column of any row."""
    dice = storm.random()
    cases = storm.size(sample=AT_ONCE, full=3_000_000)
    agencies: dict[str, int] = {}
    severities: dict[str, int] = {}
    for start in range(0, cases, AT_ONCE):
        values = list(texts(dice, AT_ONCE))
        year = 1990 + start // AT_ONCE % 90
        frame = parse_column(pl.Series(values), current_year=year)
        expected = one_by_one(list(values), year)
        for text, found, wanted in zip(values, frame.iter_rows(), expected, strict=True):
            assert found == wanted, text
        for name, counts in (("agency", agencies), ("severity", severities)):
            for key, many in frame[name].value_counts().iter_rows():
                counts[key] = counts.get(key, 0) + many
    assert min(agencies.get(name, 0) for name in ("GS1", "HIBCC", "ICCBBA", "MA", "AHM", "UNKNOWN")) > 100
    assert min(severities.values()) > 1000
    storm.report("udi column = single reader", cases=cases, differing=0, **agencies, **severities)


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.none() | st.text(max_size=30) | st.from_regex(r"\(01\)[0-9]{14}.*"), max_size=6))
def test_any_column_is_read(values: list[str | None]) -> None:
    """Prevents nulls, empty texts, foreign scripts or an empty column from breaking or shifting a column."""
    frame = parse_column(pl.Series(values, dtype=pl.String), current_year=2026)
    assert frame.schema == pl.Schema(SCHEMA)
    assert frame.rows() == one_by_one(values, 2026)


WRONG_ONCE_OR_MORE = [
    ("010952123454321310B 1\x1d21S", "CHARSET", 19),
    ("]d2010952123454321310B1\x1d21S#", "CHARSET", 27),
    ("01095212345432181729130110B1", "CHECK_DIGIT", 15),
    ("(01)09521234543213(17)290230(11)231301", "DATE_DAY", 26),
    ("(01)09521234543213(11)231301(17)290230", "DATE_MONTH", 24),
    ("010952123454321310B~1\x1d17291301", "CHARSET", 19),
    ("011729130110B1", "LENGTH", 2),
    ("011095212345432117291301", "DATE_MONTH", 20),
    ("1729130101095212345432181129010110B|", "DATE_MONTH", 4),
    ("(01)09521234543213(17)220101(11)291301", "DATE_MONTH", 34),
]


def test_first_of_several_errors_is_told() -> None:
    """Prevents a column that tells another mistake than the reader of one text, or passes one for right."""
    told = [(*wrong, None) for _, *wrong in WRONG_ONCE_OR_MORE]
    values = [text for text, *_ in WRONG_ONCE_OR_MORE]
    found = parse_column(pl.Series(values), current_year=2026)
    assert found.select("code", "position", "canonical").rows() == told
    assert found.rows() == one_by_one(list(values), 2026)


def test_blank_at_an_end_is_no_mistake_of_a_value() -> None:
    """Prevents what a scanner puts around a code from being told as a wrong character of its lot."""
    values = ["010952123454321310B1 ", " 010952123454321310B1", "010952123454321310B1\x1d "]
    found = parse_column(pl.Series(values), current_year=2026)
    assert found["lot"].to_list() == ["B1"] * 3
    assert found["severity"].to_list() == ["ok"] * 3


def test_common_mistakes_are_read_by_the_column() -> None:
    """Prevents a delivery with one date typed wrong in all rows from costing thirty times a right one."""
    values = ["010952123454321310B 1\x1d21S", "01095212345432131729130110B1", "(01)09521234543213(17)290230"]
    read, _ = column_gs1.read(pl.Series(values * 50), current_year=2026)
    assert sorted(read) == list(range(150))


def test_arrow_column_in_pieces() -> None:
    """Prevents sliced or chunked Arrow columns from being read at the wrong offset."""
    whole = ["(01)09521234543213(10)A", None, "09521234543213", "+A123BJC5D6E71G", "x"]
    chunked = pa.chunked_array([pa.array(["gone", *whole[:2]]).slice(1), pa.array(whole[2:])])
    table = parse_arrow(chunked, current_year=2026)
    assert table.column("di").to_pylist() == ["09521234543213", None, "09521234543213", "A123BJC5D6E71", None]
    assert table.column("lot").to_pylist() == ["A", None, None, None, None]
