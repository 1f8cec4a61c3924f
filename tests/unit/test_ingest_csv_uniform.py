"""The fast half of the record gate says exactly what a look at every line says."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.ingest.readers.csv_bytes import Dialect
from pipelines.ingest.readers.csv_uniform import uniform_rows

DIALECTS = {
    "comma": Dialect(ord(","), ord("\n"), ord('"'), 3),
    "one column": Dialect(ord(","), ord("\n"), ord('"'), 1),
    "no quoting": Dialect(ord(","), ord("\n"), None, 2),
    "own line end": Dialect(0x1F, 0x1E, None, 3),
    "return": Dialect(ord(","), ord("\r"), None, 2),
    "escape": Dialect(ord(","), ord("\n"), ord("a"), 2, escape=ord('"')),
}
ALPHABET = [
    ",",
    "\n",
    "\r\n",
    "\r",
    '"',
    "\0",
    "a",
    "\x1e",
    "\x1f",
    "\ufffd",
    "锟斤拷",
    "钢",
    "\x96",
    "µ",
    "x" * 61,
]


def by_line(block: bytes, dialect: Dialect) -> int | None:
    """The same question put to each line in turn."""
    text, end = block.decode(), chr(dialect.line_end)
    signs = [chr(sign) for sign in (dialect.quote, dialect.escape) if sign]
    signs += ["\n"] if end == "\r" else []
    if (
        not text.endswith(end)
        or re.search("\0|\ufffd|锟斤拷|[\x80-\x9f]", text)
        or any(s in text for s in signs)
    ):
        return None
    lines = text.split(end)[:-1]
    whole = all(line.endswith("\r") and line.count("\r") == 1 for line in lines)
    if end == "\n" and "\r" in text and not whole:
        return None
    if dialect.fields > 1 and any(not line.strip(f"{chr(dialect.separator)}\r") for line in lines):
        return None
    right = all(line.count(chr(dialect.separator)) == dialect.fields - 1 for line in lines)
    return len(lines) if right else None


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join))
@example("a,b,c\n")
@example("a,b\na,b,c,d\n")
@example("a\r,b,c\n")
def test_uniform_is_what_every_line_says(dialect: Dialect, text: str) -> None:
    """Prevents a record with a field too many or too few from passing the bitmap."""
    assert uniform_rows(text.encode(), dialect) == by_line(text.encode(), dialect)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_rows_of_right_shape_are_counted(dialect: Dialect, data: st.DataObject) -> None:
    """Prevents a clean block from being refused, and a count that is off where a word of the bitmap ends."""
    value = st.text("bz钢", min_size=1, max_size=70)
    record = st.lists(value, min_size=dialect.fields, max_size=dialect.fields)
    records = data.draw(st.lists(record.map(chr(dialect.separator).join), min_size=1, max_size=40))
    block = "".join(line + chr(dialect.line_end) for line in records).encode()
    assert uniform_rows(block, dialect) == len(records) == by_line(block, dialect)
    place = data.draw(st.integers(0, len(block) - 1))
    other = data.draw(st.sampled_from([dialect.separator, dialect.line_end, 0, 0x22, ord("b")]))
    touched = block[:place] + bytes([other]) + block[place + 1 :]
    if touched.decode("utf-8", "replace").encode() == touched:
        assert uniform_rows(touched, dialect) == by_line(touched, dialect)
