"""Which encoding a text file is read in when a contract declares several."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.ingest.readers.encoding import open_text
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

U8 = ("utf-8-sig", "gb18030")
CASES = [
    ("A,B\r\n1,支\r\n", "gb18030", "gb18030"),  # D6 A7 is also U+05A7, a Hebrew accent
    ("A,B\r\n1,支,注射器\r\n", "gb18030", "gb18030"),
    ("A,B\r\n1,支\r\n", "utf-8", "utf-8-sig"),
    ("A,B\r\n1,支\r\n", "utf-8-sig", "utf-8-sig"),
    ("A,B\r\n1,±5 °C\r\n", "utf-8-sig", "utf-8-sig"),
    ("A,B\r\n1,2\r\n", "ascii", "utf-8-sig"),
]


@pytest.mark.parametrize(("text", "written", "read"), CASES)
def test_encoding_is_not_left_to_chance(text: str, written: str, read: str, tmp_path: Path) -> None:
    """Prevents a unit 支 that turns into a Hebrew accent because its two bytes happen to be valid UTF-8."""
    stream, encoding = open_text(BytesIO(text.encode(written)), U8, tmp_path)
    assert (stream.read().decode(), encoding) == (text, read)


def test_declared_order_holds_where_nothing_else_is_declared(tmp_path: Path) -> None:
    """Prevents refusing a UTF-8 file of an UTF-8 source for having few characters."""
    stream, encoding = open_text(BytesIO("a,µm".encode()), ("utf-8-sig",), tmp_path)
    assert (stream.read().decode(), encoding) == ("a,µm", "utf-8-sig")


# The characters of GB 2312 level 1, which names and words are written in.
LEVEL_1 = bytes(byte for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF) for byte in (high, low))
WORDS = st.text(st.sampled_from(LEVEL_1.decode("gb18030")), min_size=2, max_size=12)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS, st.data())
def test_lines_in_two_encodings_refuse_the_file(words: list[str], alien: str, data: st.DataObject) -> None:
    """Prevents a file glued from two exports from loading half as mojibake, and refusing an honest one."""
    lines = [f"1,{word}".encode("gb18030") for word in words]
    # 一 is D2 BB, a Cyrillic letter in UTF-8: of a line of nothing else no byte tells what was meant.
    assume(not all(map(_is_utf8, lines)))
    stream, encoding = open_text(BytesIO(b"\n".join(lines)), U8, Path())
    assert (stream.read().decode(), encoding) == ("\n".join(f"1,{word}" for word in words), "gb18030")
    lines.insert(data.draw(st.integers(0, len(lines))), f"2,{alien}".encode())
    with pytest.raises(FileRejected) as refused:
        open_text(BytesIO(b"\n".join(lines)), U8, Path())
    assert refused.value.rule is Rule.UNREADABLE
