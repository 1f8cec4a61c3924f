"""Which encoding a text file is read in when a contract declares several."""

from io import BytesIO
from pathlib import Path

import pytest

from pipelines.ingest.plain import open_text

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
