"""The record gate: every byte of a file ends in exactly one record, and only whole records pass."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.readers import csv_gate
from pipelines.ingest.readers.csv_bytes import Dialect
from pipelines.ingest.readers.csv_gate import Gated, gate
from pipelines.ingest.rules import Rule

COMMA3 = Dialect(ord(","), ord("\n"), ord('"'), 3)
OK: list[tuple[int, str, bytes]] = []

CASES = [
    # (case, bytes, good bytes, [(record number, rule, raw)])
    ("plain", b"a,b,c\nd,e,f\n", b"a,b,c\nd,e,f\n", OK),
    ("windows line ends", b"a,b,c\r\nd,e,f\r\n", b"a,b,c\r\nd,e,f\r\n", OK),
    ("mixed line ends", b"a,b,c\r\nd,e,f\n", b"a,b,c\r\nd,e,f\n", OK),
    ("empty fields", b"a,,\n,,b\n", b"a,,\n,,b\n", OK),
    (
        "records without content",
        b'a,b,c\n,,\r\n"","",""\n',
        b"a,b,c\n",
        [(1, Rule.BLANK, b",,"), (2, Rule.BLANK, b'"","",""')],
    ),
    (
        "what stands behind a record without content",
        b"a,b,c\n,,\nTotal,,3\nx\n,,\n",
        b"a,b,c\n",
        [
            (1, Rule.BLANK, b",,"),
            (2, Rule.BEHIND_END, b"Total,,3"),
            (3, Rule.FIELD_COUNT, b"x"),
            (4, Rule.BLANK, b",,"),
        ],
    ),
    (
        "Windows-1252 read as Latin-1",
        "a,\x96,c\nd,°µ,f\n".encode(),
        "d,°µ,f\n".encode(),
        [(0, Rule.CONTROLS, "a,\x96,c".encode())],
    ),
    ("quoted separators and line ends", b'"a,\r\n1",b,"c""d"\n,"",\n', b'"a,\r\n1",b,"c""d"\n,"",\n', OK),
    ("too few", b"a,b,c\nd,e\ng,h,i\n", b"a,b,c\ng,h,i\n", [(1, Rule.FIELD_COUNT, b"d,e")]),
    ("too many, last one empty", b"a,b,c,\nd,e,f\n", b"d,e,f\n", [(0, Rule.FIELD_COUNT, b"a,b,c,")]),
    (
        "one more and one less have the right sum",
        b"a,b,c,x\nd,e\ng,h,i\n",
        b"g,h,i\n",
        [(0, Rule.FIELD_COUNT, b"a,b,c,x"), (1, Rule.FIELD_COUNT, b"d,e")],
    ),
    ("blank line between", b"a,b,c\n\nd,e,f\n", b"a,b,c\nd,e,f\n", [(1, Rule.FIELD_COUNT, b"")]),
    ("inch mark", b'a,4" pipe,c\nd,e,f\n', b"d,e,f\n", [(0, Rule.UNPARSABLE, b'a,4" pipe,c')]),
    ("text after a closing quote", b'a,"b"x,c\nd,e,f\n', b"d,e,f\n", [(0, Rule.UNPARSABLE, b'a,"b"x,c')]),
    (
        "unclosed quote does not swallow the records after it",
        b'a,"b,c\nd,e,f\ng,"h",i\nj,k,l\n',
        b'd,e,f\ng,"h",i\nj,k,l\n',
        [(0, Rule.UNPARSABLE, b'a,"b,c')],
    ),
    (
        "unclosed quote in the last record",
        b'a,b,c\nd,"e,f\n',
        b"a,b,c\n",
        [(1, Rule.UNPARSABLE, b'd,"e,f')],
    ),
    (
        "free text of several lines with a broken quote stays one record",
        b'a,"first\nsecond\nthird" x,c\nd,e,f\n',
        b"d,e,f\n",
        [(0, Rule.UNPARSABLE, b'a,"first\nsecond\nthird" x,c')],
    ),
    ("NUL", b"a,b,c\nd,\0,f\n", b"a,b,c\n", [(1, Rule.NUL, b"d,\0,f")]),
    (
        "replacement character",
        "a,b\ufffd,c\nd,e,f\n".encode(),
        b"d,e,f\n",
        [(0, Rule.LOSSY_TEXT, "a,b\ufffd,c".encode())],
    ),
    (
        "UTF-8 damage read as GBK",
        "a,b,c\nd,锟斤拷,f\n".encode(),
        b"a,b,c\n",
        [(1, Rule.LOSSY_TEXT, "d,锟斤拷,f".encode())],
    ),
    ("stray carriage return", b"a,b\rx,c\nd,e,f\n", b"d,e,f\n", [(0, Rule.UNPARSABLE, b"a,b\rx,c")]),
    ("return moved before a field", b"a,b\r,c\nd,e,f\n", b"d,e,f\n", [(0, Rule.UNPARSABLE, b"a,b\r,c")]),
    ("two returns", b"a,b,c\r\r\nd,e,f\r\n", b"d,e,f\r\n", [(0, Rule.UNPARSABLE, b"a,b,c\r")]),
]


@pytest.mark.parametrize(("block", "good", "bad"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_dq_rec_gate_keeps_whole_records_only(
    block: bytes, good: bytes, bad: list[tuple[int, str, bytes]]
) -> None:
    """Prevents a record with a wrong field count, quote or byte from being read as a row of other values."""
    gated = gate(block, COMMA3, last=True)
    assert gated.good == good
    assert [(b.ordinal, b.rule, b.raw) for b in gated.bad] == bad
    assert gated.consumed == len(block)


def test_record_cut_by_a_block_waits_for_the_next_one() -> None:
    """Prevents a quoted line end at a block's border from splitting one record into two."""
    block = b'a,b,c\nd,"e\n'
    gated = gate(block, COMMA3, last=False)
    assert (gated.good, gated.consumed, gated.bad) == (b"a,b,c\n", 6, ())


def test_quote_never_closed_costs_a_bounded_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents one unclosed quote from holding a whole file in memory or sending all of it to quarantine."""
    monkeypatch.setattr(csv_gate, "MAX_RECORD", 1000)
    monkeypatch.setattr(csv_gate, "WINDOW", 100)
    block = b'a,"b,c\n' + b"d,e,f\n" * 5000
    gated = gate(block, COMMA3, last=False)
    assert [b.raw for b in gated.bad] == [b'a,"b,c']
    assert gated.good == b"d,e,f\n" * 5000


def test_many_broken_quotes_stay_fast() -> None:
    """Prevents the search after each broken quote from reading the rest of the file again."""
    block = b'a,4" pipe,c\nd,e,f\n' * 2000
    gated = gate(block, COMMA3, last=True)
    assert (gated.records, len(gated.bad), gated.good) == (4000, 2000, b"d,e,f\n" * 2000)


def _require_all_numbers(gated: Gated) -> None:
    """Each record is good or bad, never both, never neither."""
    assert gated.ordinals is not None or not gated.bad
    good_numbers = np.arange(gated.records) if gated.ordinals is None else gated.ordinals
    assert sorted([*good_numbers.tolist(), *(b.ordinal for b in gated.bad)]) == list(range(gated.records))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([b"a", b",", b'"', b"\n", b"\r\n", b"\r", b"\0", b'""', b"b,c\n"]), max_size=60)
)
def test_every_byte_lies_in_one_record(parts: list[bytes]) -> None:
    """Prevents loss: whatever the bytes, good and bad records together are all of them."""
    block = b"".join(parts) + b"\n"
    gated = gate(block, COMMA3, last=True)
    _require_all_numbers(gated)
    kept = len(gated.good) + sum(len(b.raw) for b in gated.bad)
    line_ends = len(gated.bad) + block.count(b"\r")
    assert kept <= gated.consumed == len(block) <= kept + line_ends
    reread = list(csv.reader(io.StringIO(gated.good.decode(), newline=""), strict=True))
    assert [len(row) for row in reread] == [3] * len(reread)
    assert len(reread) == gated.records - len(gated.bad)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_small_windows_decide_as_one_large_one(data: st.DataObject) -> None:
    """Prevents the result from depending on where a window happens to end."""
    parts = st.sampled_from([b"a,b,c\n", b'a,"b\nb",c\n', b"a,b\n", b'a,4",c\n', b'"a,b,c\n', b"x,y,z\n"])
    block = b"".join(data.draw(st.lists(parts, min_size=1, max_size=40)))
    whole = gate(block, COMMA3, last=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_gate, "WINDOW", data.draw(st.sampled_from([1, 7, 20])))
        small = gate(block, COMMA3, last=True)
    assert (whole.good, whole.bad) == (small.good, small.bad)
