"""Building and opening a genealogy index: exact numbers, plain refusals, nothing loaded by mistake."""

from __future__ import annotations

import json
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.graph_oracle import SCHEMA, batches, graph
from traceability.index import BadEdges, IndexDamaged, UnknownNode, build, edge_table, open_index
from traceability.index import node_table as node_table_module
from traceability.index.node_table import NodeTable
from traceability.index.texts import Texts, equal, from_arrow, hashes

ROW = {
    "from_node_id": "A:P:1",
    "to_node_id": "A:P:2",
    "from_kind_code": "lot",
    "to_kind_code": "lot",
    "edge_type_code": "CONSUME",
    "precision_code": "ORDER",
    "qty": Decimal("1.500"),
    "first_date": None,
    "last_date": None,
    "known_at": None,
    "known_until": None,
}


def texts_of(values: list[str]) -> Texts:
    """Texts of one column."""
    return from_arrow([pa.array(values, pa.string())])


def splitmix(text: bytes) -> int:
    """The hash of the format in plain Python: splitmix64's finaliser over length and little-endian words."""
    state = len(text) * 0x9E3779B97F4A7C15 % 2**64
    for begin in range(0, len(text), 8):
        state ^= int.from_bytes(text[begin : begin + 8], "little")
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        state = (state ^ state >> 27) * 0x94D049BB133111EB % 2**64
        state ^= state >> 31
    return state


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=20))
def test_texts_are_equal_when_their_bytes_are(pairs: list[tuple[str, str]]) -> None:
    """Prevents two ids from being taken for one, or one for two, at any length, script or offset."""
    left, right = texts_of([a for a, _ in pairs]), texts_of([b for _, b in pairs])
    assert equal(left, right).tolist() == [a == b for a, b in pairs]
    for (a, b), x, y in zip(pairs, hashes(left), hashes(right), strict=True):
        assert (x == y) or a != b


def test_hash_is_part_of_the_format() -> None:
    """Prevents an index of last year from losing its nodes because the hash became another."""
    values = ["", "A", "lot:1234", "serial:09521234000235:000000001", "批号-12"]
    assert hashes(texts_of(values)).tolist() == [splitmix(text.encode()) for text in values]
    assert splitmix(b"A") == 10120733601449672245


def test_hashes_differ_by_one_byte_and_length() -> None:
    """Prevents serials that count up from falling into the same slots."""
    many = [f"serial:0952123400023{n % 7}:{n:09d}" for n in range(20_000)] + ["\0" * n for n in range(40)]
    found = hashes(texts_of(many))
    assert len(np.unique(found)) == len(many)
    assert np.bincount((found >> np.uint64(56)).astype(np.int64), minlength=256).max() < 140


@pytest.mark.parametrize("hash_count", [1, 2, 5])
def test_same_hash_is_not_same_node(hash_count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents two lots whose hashes collide from becoming one lot in a recall."""
    monkeypatch.setattr(
        node_table_module, "hashes", lambda texts: hashes(texts) % np.uint64(hash_count) << np.uint64(40)
    )
    table, dice = NodeTable(tmp_path), random.Random(hash_count)
    first: dict[str, int] = {}
    for _ in range(6):
        batch = [f"lot:{dice.randrange(80)}:{'x' * dice.randrange(3)}" for _ in range(100)]
        found = table.number(texts_of(batch), np.zeros(len(batch), np.uint8))
        assert found.tolist() == [first.setdefault(text, len(first)) for text in batch]
    assert table.count == len(first) > 100


def test_numbers_outlive_growth(tmp_path: Path) -> None:
    """Prevents numbers from changing when the table of nodes is made larger."""
    table = NodeTable(tmp_path)
    for begin in range(0, 300_000, 50_000):
        batch = texts_of([f"lot:{n}" for n in range(begin // 2, begin + 50_000)])
        found = table.number(batch, np.zeros(len(batch), np.uint8))
        assert found.tolist() == list(range(begin // 2, begin + 50_000))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"from_node_id": None}, "edge 1: from_node_id is NULL"),
        ({"precision_code": None}, "edge 1: precision_code is NULL"),
        ({"qty": None}, "edge 1: qty is NULL"),
    ],
)
def test_unreadable_edge_stops_the_build(change: dict[str, object], message: str, tmp_path: Path) -> None:
    """Prevents an edge from being dropped in silence: the row and the column are named, no index is left."""
    rows = pa.RecordBatch.from_pylist([ROW, {**ROW, **change}], schema=SCHEMA)
    with pytest.raises(BadEdges, match=message):
        build([rows], tmp_path / "index")
    with pytest.raises(IndexDamaged, match="no genealogy index"):
        open_index(tmp_path / "index")


def test_missing_column_is_named(tmp_path: Path) -> None:
    """Prevents an index without quantities or dates, which no one would notice until a recall."""
    batch = pa.RecordBatch.from_pylist([ROW], schema=SCHEMA).drop_columns(["qty"])
    with pytest.raises(BadEdges, match="no column qty"):
        build([batch], tmp_path / "index")


def test_floating_quantity_is_refused(tmp_path: Path) -> None:
    """Prevents sums that depend on their order."""
    batch = pa.RecordBatch.from_pylist([ROW], schema=SCHEMA)
    floating = batch.set_column(batch.schema.get_field_index("qty"), "qty", pa.array([1.5]))
    with pytest.raises(BadEdges, match="DECIMAL"):
        build([floating], tmp_path / "index")


def test_quantity_is_not_rounded(tmp_path: Path) -> None:
    """Prevents four decimal places from becoming three; the extremes of DECIMAL(18,3) survive."""
    fine = pa.schema([f if f.name != "qty" else pa.field("qty", pa.decimal128(18, 4)) for f in SCHEMA])
    with pytest.raises(BadEdges, match="more than 3 decimal places"):
        build([pa.RecordBatch.from_pylist([{**ROW, "qty": Decimal("1.0001")}], schema=fine)], tmp_path / "a")
    most = Decimal("999999999999999.999")
    rows = [{**ROW, "qty": most}, {**ROW, "qty": -most}, ROW]
    build([pa.RecordBatch.from_pylist(rows, schema=SCHEMA)], tmp_path / "b")
    index = open_index(tmp_path / "b")
    assert edge_table(index, np.arange(3))["qty"].to_pylist() == [most, -most, Decimal("1.500")]


def test_unknown_node_is_named(tmp_path: Path) -> None:
    """Prevents an empty scope where a lot number was mistyped."""
    build([pa.RecordBatch.from_pylist([ROW], schema=SCHEMA)], tmp_path / "index")
    index = open_index(tmp_path / "index")
    with pytest.raises(UnknownNode, match="A:P:3") as caught:
        index.forward(["A:P:1", "A:P:3"])
    assert caught.value.node_ids == ("A:P:3",)
    assert index.knows(["A:P:2", "A:P:3", ""]).tolist() == [True, False, False]


def test_as_of_without_zone_is_refused(tmp_path: Path) -> None:
    """Prevents an as-of answer that is eight hours off."""
    build([pa.RecordBatch.from_pylist([ROW], schema=SCHEMA)], tmp_path / "index")
    with pytest.raises(ValueError, match="time zone"):
        open_index(tmp_path / "index").forward(["A:P:1"], as_of=datetime(2026, 1, 1))


def test_no_edges_at_all(tmp_path: Path) -> None:
    """Prevents the first refresh of an empty lake from failing."""
    build(iter(()), tmp_path / "index")
    index = open_index(tmp_path / "index")
    assert (index.facts.nodes, index.facts.edges) == (0, 0)
    assert not index.knows(["A:P:1"]).any()


@pytest.mark.parametrize("name", ["target", "text", "known_at", "backward_start"])
def test_shortened_file_is_found_on_opening(name: str, tmp_path: Path) -> None:
    """Prevents a torn copy of an index from answering with fewer lots."""
    build(batches(graph(random.Random(1), 20, 60), []), tmp_path / "index")
    file = tmp_path / "index" / "segment-000000" / name
    file.write_bytes(file.read_bytes()[:-8])
    with pytest.raises(IndexDamaged, match=name):
        open_index(tmp_path / "index")


def test_other_format_is_refused(tmp_path: Path) -> None:
    """Prevents a newer index from being read by rules that it does not follow."""
    build([pa.RecordBatch.from_pylist([ROW], schema=SCHEMA)], tmp_path / "index")
    facts = tmp_path / "index" / "facts.json"
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "format": 99}))
    with pytest.raises(IndexDamaged, match="format 99"):
        open_index(tmp_path / "index")
