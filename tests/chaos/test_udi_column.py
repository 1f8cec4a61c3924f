"""UDI codec: a column is read as its texts are read one by one, whatever stands in it."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from master_data.udi import parse
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


def test_arrow_column_in_pieces() -> None:
    """Prevents sliced or chunked Arrow columns from being read at the wrong offset."""
    whole = ["(01)09521234543213(10)A", None, "09521234543213", "+A123BJC5D6E71G", "x"]
    chunked = pa.chunked_array([pa.array(["gone", *whole[:2]]).slice(1), pa.array(whole[2:])])
    table = parse_arrow(chunked, current_year=2026)
    assert table.column("di").to_pylist() == ["09521234543213", None, "09521234543213", "A123BJC5D6E71", None]
    assert table.column("lot").to_pylist() == ["A", None, None, None, None]
