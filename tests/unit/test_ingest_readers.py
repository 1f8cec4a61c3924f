"""Each reader gives the text that came, names what it cannot take, and invents nothing."""

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.readers import choice, csv_reader, jsonl_reader, xml_reader, xml_tags
from pipelines.ingest.readers.choice import open_original
from pipelines.ingest.records import ROW, FileRejected
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract, load_contracts
from quality_rules.contract_dialect import Framing

BASE = load_contracts()["sap_a__mara"]


def contract_of(format: str, names: list[str], **place: Any) -> Contract:
    """A contract of text columns; `paths` gives an xpath or json path per column."""
    paths = place.pop("paths", [None] * len(names))
    key = {"xml": "xpath", "jsonl": "json_path"}.get(format)
    columns = tuple(
        replace(BASE.columns[0], name=name, physical_name=name, **({key: path} if key else {}))
        for name, path in zip(names, paths, strict=True)
    )
    default = {"format": format, "delimiter": ",", "encodings": ("utf-8-sig",), "columns": columns}
    return replace(BASE, **{**default, **place})


ABC = contract_of("csv", ["a", "b", "c"])
Read = Callable[..., tuple[list[tuple[Any, ...]], list[tuple[int, str, str]], str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads bytes against a contract: rows with their number last, bad records, encoding."""

    def run(
        content: bytes, contract: Contract, name: str = "x"
    ) -> tuple[list[tuple[Any, ...]], list[tuple[int, str, str]], str]:
        file = tmp_path / "original"
        file.write_bytes(content)
        parsed = open_original(file, name, contract, tmp_path)
        rows, bad = [], []
        for chunk in parsed.chunks:
            assert chunk.rows.columns == [*(c.physical_name for c in contract.columns), ROW]
            rows += chunk.rows.rows()
            bad += [(b.row_no, str(b.rule), b.raw_text) for b in chunk.bad]
        return rows, bad, parsed.encoding

    return run


CSV_CASES: list[tuple[str, Contract, bytes, list[tuple[Any, ...]], str]] = [
    (
        "text as it came",
        ABC,
        b"a,b,c\n 01 ,1.0,NULL\n,,x\n",
        [(" 01 ", "1.0", "NULL", 1), ("", "", "x", 2)],
        "utf-8-sig",
    ),
    ("mark at the start", ABC, b"\xef\xbb\xbfa,b,c\r\n1,2,3\r\n", [("1", "2", "3", 1)], "utf-8-sig"),
    ("no line end at the end", ABC, b"a,b,c\n1,2,3", [("1", "2", "3", 1)], "utf-8-sig"),
    ("blank lines at the end", ABC, b"a,b,c\n1,2,3\n\n\n", [("1", "2", "3", 1)], "utf-8-sig"),
    ("header in another order", ABC, b"c,a,b\n3,1,2\n", [("1", "2", "3", 1)], "utf-8-sig"),
    ("quoted header and values", ABC, b'"a",b,"c"\n"x,\n1","""",\n', [("x,\n1", '"', "", 1)], "utf-8-sig"),
    (
        "GB18030, after strict UTF-8 failed",
        replace(ABC, encodings=("utf-8-sig", "gb18030")),
        "a,b,c\n合格,㐀,3\n".encode("gb18030"),
        [("合格", "㐀", "3", 1)],
        "gb18030",
    ),
    (
        "no header",
        replace(ABC, has_header=False, delimiter="\t"),
        b"1\t2\t3\n",
        [("1", "2", "3", 1)],
        "utf-8-sig",
    ),
    (
        "separators and line ends of several characters",
        replace(ABC, has_header=False, delimiter="+|", framing=Framing(line_end="&|")),
        b'1+|two\nlines "+|3&|\n4+|5+|&|\r\n',
        [("1", 'two\nlines "', "3", 1), ("4", "5", "", 2)],
        "utf-8-sig",
    ),
    (
        "another quote, an escape, lines above, returns as line ends",
        replace(ABC, delimiter=";", framing=Framing("\r", "'", "\\", 2)),
        b"Report\rof today\ra;b;c\r1;'it\\'s; \\\\';3\r",
        [("1", "it's; \\", "3", 1)],
        "utf-8-sig",
    ),
    (
        "quotes with a separator of two characters",
        replace(ABC, delimiter=", ", framing=Framing(quote='"')),
        b'a, b, c\n1, "x, ""y""", 3,4\n',
        [("1", 'x, "y"', "3,4", 1)],
        "utf-8-sig",
    ),
    (
        "by position, where a header has two lines",
        replace(ABC, has_header=False, framing=Framing(skip_lines=2)),
        b"a,,\n,x,y\n1,2,3\n",
        [("1", "2", "3", 1)],
        "utf-8-sig",
    ),
    (
        "nothing to say, where the contract accepts it",
        replace(ABC, framing=Framing(accepts_no_records=True)),
        b"a,b,c\n",
        [],
        "utf-8-sig",
    ),
    (
        "UTF-16, where the contract names it",
        replace(ABC, encodings=("utf-16",)),
        "a,b,c\n1,合,3\n".encode("utf-16"),
        [("1", "合", "3", 1)],
        "utf-16",
    ),
    (
        "one column, empty value",
        contract_of("csv", ["a"]),
        b"a\nx\n\ny\n",
        [("x", 1), ("", 2), ("y", 3)],
        "utf-8-sig",
    ),
]


@pytest.mark.parametrize(
    ("contract", "content", "rows", "encoding"), [c[1:] for c in CSV_CASES], ids=[c[0] for c in CSV_CASES]
)
def test_csv_values_are_the_text_that_came(
    read: Read, contract: Contract, content: bytes, rows: list[tuple[Any, ...]], encoding: str
) -> None:
    """Prevents trimming, typing, NULL-guessing and column mix-ups while reading delimited text."""
    assert read(content, contract) == (rows, [], encoding)


REJECTED: list[tuple[str, Contract, bytes, Rule, str]] = [
    ("0 bytes", ABC, b"", Rule.EMPTY, "x"),
    ("only a mark", ABC, b"\xef\xbb\xbf", Rule.EMPTY, "x"),
    ("only a header", ABC, b"a,b,c\n", Rule.EMPTY, "x"),
    ("missing column", ABC, b"a,b\n1,2\n", Rule.HEADER, "x"),
    ("unknown column", ABC, b"a,b,c,d\n1,2,3,4\n", Rule.HEADER, "x"),
    ("column twice", ABC, b"a,b,b\n1,2,3\n", Rule.HEADER, "x"),
    ("name with a space", ABC, b"a,b ,c\n1,2,3\n", Rule.HEADER, "x"),
    ("line above the header", ABC, b"report of today\na,b,c\n1,2,3\n", Rule.HEADER, "x"),
    ("an error page", ABC, b"<html><body>Login</body></html>", Rule.WRONG_KIND, "x"),
    ("an error page with a mark", ABC, b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><p>", Rule.WRONG_KIND, "x"),
    ("XML instead of CSV", ABC, b'<?xml version="1.0"?><a/>', Rule.WRONG_KIND, "x"),
    ("workbook instead of CSV", ABC, b"PK\x03\x04rest", Rule.WRONG_KIND, "x"),
    ("archive without its ending", ABC, gzip.compress(b"a,b,c\n1,2,3\n"), Rule.WRONG_KIND, "x"),
    ("PDF", ABC, b"%PDF-1.7\n", Rule.WRONG_KIND, "x"),
    ("nothing but NUL", ABC, bytes(9000), Rule.NUL_FILLED, "x"),
    ("a hole of NUL", ABC, b"a,b,c\n1,2,3\n4," + bytes(600) + b",6\n7,8,9\n", Rule.NUL_FILLED, "x"),
    ("a giant line", ABC, b"a,b,c" + b",x" * (1 << 20), Rule.GIANT_LINE, "x"),
    ("replacement character", ABC, "a,b,c\n1,2,3\n4,\ufffd,6\n".encode(), Rule.LOSSY_TEXT, "x"),
    ("UTF-8 damage read as GBK", ABC, "a,b,c\n4,锟斤拷,6\n".encode(), Rule.LOSSY_TEXT, "x"),
    ("UTF-16 without a mark", ABC, "a,b,c\n1,2,3\n".encode("utf-16-le"), Rule.WIDE_TEXT, "x"),
    ("big-endian UTF-32", ABC, "\ufeffa,b,c\n1,2,3\n".encode("utf-32-be"), Rule.WIDE_TEXT, "x"),
    ("old Macintosh line ends", ABC, b"a,b,c\r1,2,3\r", Rule.HEADER, "x"),
    ("GBK where UTF-8 was agreed", ABC, "a,b,c\n合格,2,3\n".encode("gbk"), Rule.UNREADABLE, "x"),
    ("UTF-16", ABC, "a,b,c\n1,2,3\n".encode("utf-16"), Rule.WIDE_TEXT, "x"),
    ("cut inside a character", ABC, "a,b,c\n1,2,合".encode()[:-1], Rule.UNREADABLE, "x"),
    ("not gzip", ABC, b"a,b,c\n1,2,3\n", Rule.WRONG_KIND, "x.gz"),
    ("gzip cut short", ABC, gzip.compress(b"a,b,c\n1,2,3\n")[:-4], Rule.UNREADABLE, "x.gz"),
    (
        "gzip with a wrong checksum",
        ABC,
        gzip.compress(b"a,b,c\n1,2,3\n")[:-8] + bytes(8),
        Rule.UNREADABLE,
        "x.gz",
    ),
    ("two gzip members", ABC, gzip.compress(b"a,b,c\n1,2,3\n") * 2, Rule.UNREADABLE, "x.gz"),
    ("bytes after the gzip end", ABC, gzip.compress(b"a,b,c\n1,2,3\n") + b"x", Rule.UNREADABLE, "x.gz"),
    ("decompression bomb", ABC, gzip.compress(bytes(80 << 20)), Rule.BOMB, "x.gz"),
    ("no workbook", contract_of("xlsx", ["a"], sheet="s"), b"PK\x03\x04", Rule.UNREADABLE, "x"),
    ("no XML", contract_of("xml", ["a"], record_path="r", paths=["a"]), b"a,b\n", Rule.WRONG_KIND, "x"),
    (
        "XML that brings entities",
        contract_of("xml", ["a"], record_path="r", paths=["a"]),
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><r><a>&x;</a></r></d>',
        Rule.UNREADABLE,
        "x",
    ),
    ("no JSON record", contract_of("jsonl", ["a"]), b"\n\n", Rule.EMPTY, "x"),
    ("no Parquet", contract_of("parquet", ["a"]), b"PAR1", Rule.UNREADABLE, "x"),
]


@pytest.mark.parametrize(
    ("contract", "content", "rule", "name"), [c[1:] for c in REJECTED], ids=[c[0] for c in REJECTED]
)
def test_dq_fil_bad_files_are_turned_away(
    read: Read, contract: Contract, content: bytes, rule: Rule, name: str
) -> None:
    """Prevents a damaged, foreign or empty file from being loaded as something else, or as nothing."""
    with pytest.raises(FileRejected) as caught:
        read(content, contract, name)
    assert caught.value.rule is rule
    assert " | " in caught.value.reason


def test_dq_fil_015_tags_must_lead_to_records(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents millions of elements beside or inside one record from holding an ingest, or its memory."""
    monkeypatch.setattr(xml_tags, "MAX_TAGS", 20_000)
    contract = contract_of("xml", ["a"], record_path="r", paths=["a"])
    rows, _, _ = read(b"<d>" + b"<r><a>1</a></r>" * 10_000 + b"</d>", contract)
    assert len(rows) == 10_000
    for content in (b"<d>" + b"<x/>" * 20_001, b"<d><r>" + b"<a/>" * 20_001 + b"</r></d>"):
        with pytest.raises(FileRejected, match="20000 XML tags") as caught:
            read(content, contract)
        assert caught.value.rule is Rule.BOMB


ESCAPED = replace(ABC, framing=Framing(quote='"', escape="\\"))
AMBIGUOUS = [
    b"1,C:\\new,3\n",
    b'1,"C:\\new",3\n',
    b'1,"a""b",3\n',
    b'1,\\"a,3\n',
]


@pytest.mark.parametrize("record", AMBIGUOUS)
def test_dq_rec_002_escapes_that_readers_understand_differently(read: Read, record: bytes) -> None:
    """Prevents a backslash from being dropped, or kept, by a guess."""
    rows, bad, _ = read(b"a,b,c\n" + record + b'4,"\\"x\\"",6\n', ESCAPED)
    assert rows == [("4", '"x"', "6", 2)]
    assert [b[:2] for b in bad] == [(1, "DQ-REC-002")]


def test_dq_fil_017_a_file_that_is_mostly_broken_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prevents millions of quarantined records, which nobody can work, where one refusal says it all."""
    monkeypatch.setattr(choice, "MAX_BAD", 3)
    assert len(read(b"a,b,c\n1\n2\n3,4,5\n", ABC)[1]) == 2
    with pytest.raises(FileRejected, match="DQ-FIL-017.*3 of the first 4 records"):
        read(b"a,b,c\n1\n2\n3,4,5\n6\n", ABC)


def test_dq_fil_003_tells_which_names_differ(read: Read) -> None:
    """Prevents a rejection nobody can act on."""
    with pytest.raises(FileRejected) as caught:
        read(b"a,x,a\n1,2,3\n4,5,6\n", ABC)
    reason = caught.value.reason
    assert all(word in reason for word in ("缺少 'b', 'c'", "多出 'x'", "重复 'a'", "unknown 'x'"))
    assert caught.value.records == 2


def test_dq_rec_one_bad_record_costs_only_itself(read: Read) -> None:
    """Prevents one short line from rejecting a file, and its neighbours from losing their row numbers."""
    rows, bad, _ = read(b"a,b,c\n1,2,3\n4,5\n7,8,9\n", ABC)
    assert rows == [("1", "2", "3", 1), ("7", "8", "9", 3)]
    assert bad == [(2, "DQ-REC-001", "4,5")]


def test_dq_fil_016_header_in_the_middle_is_another_table(read: Read) -> None:
    """Prevents a second extract behind a second header from being loaded as rows of the first."""
    assert read(b"b,a,c\n1,2,3\nb,x,c\n", ABC)[0] == [("2", "1", "3", 1), ("x", "b", "c", 2)]
    with pytest.raises(FileRejected, match="DQ-FIL-016.*record 3"):
        read(b"b,a,c\n1,2,3\nb,x,c\nb,a,c\n4,5,6\n", ABC)


def test_blocks_join_without_a_seam(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents records at a block's border from being lost, doubled or renumbered."""
    monkeypatch.setattr(csv_reader, "BLOCK", 37)
    body = "".join(f'{i},"q{i}\n,{i}",\n' if i % 3 else f"{i},x\n" for i in range(200))
    rows, bad, _ = read(f"a,b,c\n{body}".encode(), ABC)
    assert rows == [(str(i), f"q{i}\n,{i}", "", i + 1) for i in range(200) if i % 3]
    assert [b[0] for b in bad] == [i + 1 for i in range(200) if not i % 3]


texts = st.text(
    st.characters(
        codec="gb18030",
        exclude_characters="\0\ufffd\ufeff" + "".join(map(chr, range(0x80, 0xA0))),
        exclude_categories=["Cs"],
    ),
    max_size=12,
).filter(lambda text: "锟斤拷" not in text)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_table_reads_back_as_written(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Prevents any dialect, encoding, quoting or value from changing one character."""
    names = ["a", "b", "c", "d"][: data.draw(st.integers(1, 4))]
    table = data.draw(
        st.lists(st.lists(texts, min_size=len(names), max_size=len(names)), min_size=1, max_size=8)
    )
    # The first column is filled: a record without content is none.
    table = [[f"{row[0]}x", *row[1:]] for row in table]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
    dialect = data.draw(st.sampled_from(["quoted", "minimal", "bulk"]))
    contract = contract_of("csv", names, encodings=(encoding,))
    if dialect == "bulk":
        contract = replace(contract, delimiter="+|", framing=Framing(line_end="&|"), has_header=False)
        table = [[v.translate(dict.fromkeys(map(ord, "+|&\x1e\x1f"))) for v in row] for row in table]
        text = "".join("+|".join(row) + "&|\n" for row in table)
    else:
        contract = replace(contract, delimiter=data.draw(st.sampled_from([",", "\t", ";"])))
        out = io.StringIO()
        quoting = csv.QUOTE_ALL if dialect == "quoted" else csv.QUOTE_MINIMAL
        end = data.draw(st.sampled_from(["\n", "\r\n"]))
        if quoting == csv.QUOTE_MINIMAL:
            # Python's writer leaves a lone return unquoted, which no reader can tell from a line end.
            table = [[v.replace("\r", "") for v in row] for row in table]
        writer = csv.writer(out, delimiter=contract.delimiter or "", quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
        writer.writerows([names, *table])
        text = out.getvalue()
    folder = tmp_path_factory.mktemp("table")
    (folder / "f").write_bytes(text.encode(encoding))
    chunks = list(open_original(folder / "f", "f", contract, folder).chunks)
    assert [bad for chunk in chunks for bad in chunk.bad] == []
    assert [row[:-1] for chunk in chunks for row in chunk.rows.rows()] == [tuple(row) for row in table]


def test_jsonl_values_are_the_text_that_came(read: Read) -> None:
    """Prevents numbers from losing digits and nested values from being dropped or re-rendered."""
    contract = contract_of("jsonl", ["n", "deep", "flag", "list"], paths=[None, "x.y", None, None])
    content = (
        '{"n":1.00,"x":{"y":12345678901234567890},"flag":true,"list":[1.50,"甲",null]}\r\n'
        '{"n":1e5,"x":{}}\n\n'
    )
    rows, bad, encoding = read(content.encode(), contract)
    assert rows == [
        ("1.00", "12345678901234567890", "true", '[1.50,"甲",null]', 1),
        ("1e5", None, None, None, 2),
    ]
    assert (bad, encoding) == ([], "utf-8-sig")


def test_jsonl_bad_lines_cost_only_themselves(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents broken, repeated, unknown and damaged keys or values from passing or stopping the file."""
    monkeypatch.setattr(jsonl_reader, "LINES", 2)
    lines = [
        '{"a":"1"}',
        '{"a":"2"',
        '{"a":1,"a":2}',
        '{"a":1,"z":2}',
        "[1]",
        '{"a":"\\u0000"}',
        '{"a":NaN}',
        '{"a":8}',
        '{"a":"\\ud800"}',
        '{"a":' + "[" * 100_000,
        '{"a":"' + "x" * (1 << 20) + '"}',
        '{"a":"\x96"}',
        '{"a":12} {"a":13}',
        '\ufeff{"a":14}',
    ]
    rows, bad, _ = read("\n".join(lines).encode(), contract_of("jsonl", ["a"]))
    assert rows == [("1", 1), ("8", 8)]
    assert [b[:2] for b in bad] == [
        (2, "DQ-REC-002"),
        (3, "DQ-REC-002"),
        (4, "DQ-FIL-003"),
        (5, "DQ-REC-002"),
        (6, "DQ-REC-003"),
        (7, "DQ-REC-002"),
        (9, "DQ-REC-002"),
        (10, "DQ-REC-002"),
        (11, "DQ-REC-002"),
        (12, "DQ-REC-004"),
        (13, "DQ-REC-002"),
        (14, "DQ-REC-002"),
    ]


def test_jsonl_value_in_place_of_an_object_is_not_lost(read: Read) -> None:
    """Prevents a value that stands where the contract looks deeper from turning into NULL without a word."""
    contract = contract_of("jsonl", ["y"], paths=["x.y"])
    rows, bad, _ = read(b'{"x":{"y":1}}\n{"x":5}\n{"x":null}\n{"x":[{"y":2}]}\n', contract)
    assert rows == [("1", 1), (None, 3)]
    assert [b[:2] for b in bad] == [(2, "DQ-FIL-003"), (4, "DQ-FIL-003")]


def test_jsonl_numbers_keep_their_digits(read: Read) -> None:
    """Prevents digits beyond a double, exponents and zeros at the end from changing."""
    numbers = ["1e400", "0.10", "12345678901234567890", "-0", "-0.0", "1E+2", "0.1e-7", "9" * 5000]
    content = "\n".join('{"a":' + number + "}" for number in numbers)
    rows, bad, _ = read(content.encode(), contract_of("jsonl", ["a"]))
    assert ([row[0] for row in rows], bad) == (numbers, [])


def workbook(rows: list[list[Any]], sheet: str = "表") -> bytes:
    """A workbook with dates formatted as dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    formats = {date: book.add_format({"num_format": "yyyy-mm-dd"})}
    formats[datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    page = book.add_worksheet(sheet)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r, c, value, *([formats[type(value)]] if type(value) in formats else []))
    book.close()
    return out.getvalue()


def test_xlsx_cells_become_text(read: Read) -> None:
    """Prevents 17 from becoming 17.0, identifiers from turning scientific, rows from shifting."""
    contract = contract_of("xlsx", ["编号", "b"], sheet="表")
    cells: list[list[Any]] = [
        ["b", "编号"],
        [17, "00123"],
        [1.25, 6975743115000.0],
        [],
        [date(2025, 1, 5), datetime(2025, 1, 5, 13, 45, 1)],
        [True, 914403001922038216],
    ]
    rows, bad, _ = read(workbook(cells), contract)
    assert rows == [
        ("00123", "17", 1),
        ("6975743115000", "1.25", 2),
        ("2025-01-05 13:45:01", "2025-01-05", 4),
        ("914403001922038000", "TRUE", 5),
    ]
    assert bad == []


def test_xlsx_cells_outside_the_header_are_quarantined(read: Read) -> None:
    """Prevents a value without a column from vanishing, and an empty register from looking broken."""
    contract = contract_of("xlsx", ["a", "b"], sheet="表")
    rows, bad, _ = read(workbook([["a", "b"], ["1", "2", "3"], ["4", "5"]]), contract)
    assert (rows, [b[:2] for b in bad]) == ([("4", "5", 2)], [(1, "DQ-REC-001")])
    assert read(workbook([["a", "b"]]), contract)[:2] == ([], [])
    with pytest.raises(FileRejected, match="DQ-FIL-003"):
        read(workbook([["a", "b"]], "其他"), contract)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<m:d xmlns:m="urn:m"><m:order><m:no>7</m:no>
<m:r k="v"><m:a> 1.0 </m:a><m:s><m:t>P</m:t><m:l>L1</m:l></m:s><m:s><m:t>C</m:t><m:l>L2</m:l></m:s></m:r>
<m:r><m:a/><!-- c --><m:g>x</m:g><m:g>y</m:g></m:r><m:late>z</m:late></m:order></m:d>"""
XML_CONTRACT = contract_of(
    "xml",
    ["no", "late", "k", "a", "l", "g"],
    record_path="order/r",
    paths=["../no", "../late", "@k", "a", "s[t='P']/l", "g"],
)


def test_xml_records_by_local_names(read: Read) -> None:
    """Prevents namespaces, parents after the record, empty, missing and repeated nodes from being misread."""
    rows, bad, encoding = read(XML.encode(), XML_CONTRACT)
    assert rows == [("7", "z", "v", " 1.0 ", "L1", None, 1), ("7", "z", None, "", None, '["x","y"]', 2)]
    assert (bad, encoding) == ([], "utf-8")


def test_dq_rec_004_controls_are_a_register_s_own_only_where_the_contract_says(read: Read) -> None:
    """Prevents mojibake from passing unseen, and a public register from losing devices over a typographer."""
    contract = contract_of("xml", ["a"], record_path="r", paths=["a"])
    content = "<d><r><a>it\x92s</a></r></d>".encode()
    assert [b[:2] for b in read(content, contract)[1]] == [(1, "DQ-REC-004")]
    accepting = replace(contract, framing=Framing(accepts_controls=True))
    assert read(content, accepting)[:2] == ([("it\x92s", 1)], [])


def test_xml_that_breaks_off_keeps_what_came_before(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a cut document from losing its whole records, or from passing as complete."""
    monkeypatch.setattr(xml_reader, "RECORDS", 2)
    contract = contract_of("xml", ["a"], record_path="r", paths=["a"])
    content = b"<d>\n<r><a>1</a></r>\n<r><a>2</a></r>\n"
    content += b"<r><a>3</a></r>\n<r><a>4</a></r>\n"
    content += b"<r><a>5</b></r></d>"
    rows, bad, _ = read(content, contract)
    assert rows == [("1", 1), ("2", 2), ("3", 3), ("4", 4)]
    assert [b[:2] for b in bad] == [(5, "DQ-REC-002")]
    assert bad[0][2].startswith("<r><a>5</b>")


def test_xml_memory_does_not_grow_with_the_document() -> None:
    """Prevents a large document from being held as one tree: what was read is freed."""
    contract = contract_of("xml", ["a"], record_path="x/r", paths=["a"])
    body = b"".join(b"<x><r><a>%d</a></r><other><deep/></other></x>" % i for i in range(5000))
    walk = xml_reader._Walk(contract)
    sizes = []
    for _ in walk.records(io.BytesIO(b"<d>" + body + b"</d>")):
        root = walk.waiting[0].getroottree().getroot()
        sizes.append(sum(1 for _ in root.iter()))
    assert len(sizes) == 5000
    # The parser reads 32 kB ahead, some 4,000 nodes of the 25,000.
    assert max(sizes) < 6000


def test_parquet_values_become_exact_text(read: Read) -> None:
    """Prevents decimals, times and NULLs from changing on the way to text."""
    table = pa.table(
        {
            "b": pa.array([Decimal("1.50"), None]),
            "a": pa.array([datetime(2025, 1, 5, 1, 2, 3), None], pa.timestamp("s")),
            "c": pa.array([[1, 2], None]),
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    rows, _, _ = read(out.getvalue(), contract_of("parquet", ["a", "b", "c"]))
    assert rows == [("2025-01-05 01:02:03.000", "1.50", "[1, 2]", 1), (None, None, None, 2)]


def test_gzip_of_any_format_reads_the_same(read: Read) -> None:
    """Prevents compression from changing what is read."""
    assert read(gzip.compress(b"a,b,c\n1,2,3\n"), ABC, "f.csv.gz") == read(b"a,b,c\n1,2,3\n", ABC)
    packed = gzip.compress(workbook([["a"], ["1"]]))
    assert read(packed, contract_of("xlsx", ["a"], sheet="表"), "f.gz")[0] == [("1", 1)]
