"""Registers publish XML with bare & and control characters: it is read as it stands, and loses nothing."""

import io
from dataclasses import replace
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.readers.xml_mend import MendedXml
from pipelines.ingest.readers.xml_reader import read_xml
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract, load_contracts

BASE = load_contracts()["gudid__device"]
CONTRACT = replace(
    BASE,
    record_path="r/d",
    mend=True,
    columns=(replace(BASE.columns[0], name="v", physical_name="v", xpath="v"),),
)


def read(content: bytes, contract: Contract = CONTRACT) -> tuple[list[str], list[str], list[str]]:
    parsed = read_xml(io.BytesIO(content), contract)
    chunks = list(parsed.chunks)
    values = [value for chunk in chunks for value in chunk.rows["v"].to_list()]
    return values, [str(bad.rule) for chunk in chunks for bad in chunk.bad], parsed.notes


CASES = [
    (b"A & B", "A & B"),
    (b"A &amp; B &lt;&#38;&#x26;", "A & B <&&"),
    (b"&nbsp;&copy;&;&#;&#xZ;&amp", "&nbsp;&copy;&;&#;&#xZ;&amp"),
    (b"C\x01D\x1f\x0b", "C\x01D\x1f\x0b"),
    (b"C&#1;D&#x1F;&#x0000B;&#10;", "C\x01D\x1f\x0b\n"),
    (b"<![CDATA[A & B &amp; \x02]]> & C", "A & B &amp; \x02 & C"),
    ("支 & 盒".encode(), "支 & 盒"),
]


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_what_stands_there_is_read(raw: bytes, expected: str) -> None:
    """Prevents a bare & or a control character from costing the rest of the document, or from vanishing."""
    content = b"<r><d><v>before</v></d><d><v>" + raw + b"</v></d><d><v>after</v></d></r>"
    values, bad, notes = read(content)
    assert (values, bad) == (["before", expected, "after"], [])
    assert bool(notes) == (expected != "A & B <&&")


def test_without_leave_of_the_contract_nothing_is_mended() -> None:
    """Prevents a repair nobody allowed: the document breaks where it is broken."""
    with_break = b"<r><d><v>a</v></d><d><v>A & B</v></d></r>"
    assert read(with_break, replace(CONTRACT, mend=False))[:2] == (["a"], ["DQ-REC-002"])


def test_nul_is_quarantined_and_noncharacters_are_refused() -> None:
    """Prevents damaged text from passing as a value, and a stand-in from being taken for the text's own."""
    values, bad, _ = read(b"<r><d><v>a\x00b</v></d><d><v>c</v></d></r>")
    assert (values, bad) == (["c"], ["DQ-REC-003"])
    with pytest.raises(FileRejected) as refused:
        read("<r><d><v>\ufdd1</v></d></r>".encode())
    assert refused.value.rule is Rule.UNREADABLE


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufffd\ufffe\uffff", max_codepoint=0xFDCF)
)


@given(st.lists(st.tuples(TEXT.filter(lambda text: "锟斤拷" not in text), st.booleans()), min_size=1))
def test_any_text_comes_back(texts: list[tuple[str, bool]]) -> None:
    """Prevents mending from changing a text that is written as the standard says."""
    sections = [
        f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if is_cdata else escape(text)
        for text, is_cdata in texts
    ]
    content = "<r>" + "".join(f"<d><v>{section}</v></d>" for section in sections) + "</r>"
    assert read(content.encode())[:2] == ([text for text, _ in texts], [])


SIGNS = st.sampled_from(["&", "&amp;", "&#1;", "&#x1f;", "<![CDATA[", "]]>", "]", "<", "x", "\x02", "支"])


@given(st.lists(SIGNS), st.integers(1, 9))
def test_pieces_make_no_difference(signs: list[str], size: int) -> None:
    """Prevents a reference or a CDATA sign that a piece cuts in two from being read as something else."""
    content = "".join(signs).encode()

    def mended(piece: int) -> bytes:
        stream = MendedXml(io.BytesIO(content), piece=piece)
        return b"".join(iter(lambda: stream.read(1), b""))

    assert mended(size) == mended(1 << 20)
