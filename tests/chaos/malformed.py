"""Files broken on purpose, each with what must become of it, known by construction and not by reading it.

a clean table -> written in a format -> one mutation -> Broken(bytes, which rows may load, what is refused).
"""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

Row = tuple[str, str, str]
NAMES = ("no", "name", "qty")
HTML = b"<!DOCTYPE html>\r\n<html><body><h1>502 Bad Gateway</h1></body></html>\r\n"


@dataclass(frozen=True)
class Broken:
    """A broken file and its right answer.

    Attributes:
        form: The format or dialect, a key of FORMS.
        rows: The rows that may load; any other loaded row is wrongly accepted.
        must: Rows that must load, because nothing touched them.
        records: Records in the file, None where the damage leaves their number open.
        is_refused: Not one row may load.
    """

    name: str
    form: str
    content: bytes
    rows: tuple[Row, ...]
    must: tuple[Row, ...] = ()
    records: int | None = None
    is_refused: bool = False


@dataclass(frozen=True)
class Text:
    """A dialect of delimited text."""

    separator: str
    end: str
    encoding: str
    quoted: bool
    has_header: bool = True

    def line(self, fields: tuple[str, ...]) -> str:
        """A record without its end; quotes where the dialect has them."""
        marked = (f'"{field}"' if self.quoted else field for field in fields)
        return self.separator.join(marked)

    def content(self, lines: list[str]) -> bytes:
        """The file."""
        header = [self.line(NAMES)] if self.has_header else []
        return "".join(line + self.end for line in [*header, *lines]).encode(self.encoding)


TEXTS = {
    "comma": Text(",", "\n", "utf-8", quoted=False),
    "quoted": Text(";", "\r\n", "utf-8-sig", quoted=True),
    "tab": Text("\t", "\r\n", "gb18030", quoted=False),
    "bulk": Text("+|", "&|\n", "utf-8", quoted=False, has_header=False),
}
FORMS = (*TEXTS, "gzip", "jsonl", "xml", "xlsx", "parquet")


def table(random: Random) -> tuple[Row, ...]:
    """Rows with unique keys, Chinese text, numbers with their zeros."""
    words = ["注射器", "输液器", "gauze", "手术刀 10#", "导管 6Fr", "缝合线"]
    count = random.randint(6, 40)
    return tuple((f"K{i:04}", f"{random.choice(words)}{i}", f"{i}.{i % 10}0") for i in range(count))


Touch = Callable[[Text, list[str], int, Random], list[str]]
# What is done to the line of one record, so that the record cannot be taken: the others must load.
RECORD: dict[str, Touch] = {
    "separator lost": lambda t, f, i, r: [f[0] + t.separator.join(["", *f[1:]])[len(t.separator) :]],
    "separator too many": lambda t, f, i, r: [t.separator.join([*f[:2], "", f[2]])],
    "separator at the end": lambda t, f, i, r: [t.separator.join(f) + t.separator],
    "cut short": lambda t, f, i, r: [f[0]],
    "NUL": lambda t, f, i, r: [t.separator.join([f[0], f[1][:-1] + "\0" + f[1][-1:], f[2]])],
    "Latin-1 control": lambda t, f, i, r: [t.separator.join([f[0], f[1][:-1] + "\x92" + f[1][-1:], f[2]])],
}
QUOTES: dict[str, Touch] = {
    "inch mark": lambda t, f, i, r: [t.separator.join([f[0], 'x4"y', f[2]])],
    "text behind a quote": lambda t, f, i, r: [t.separator.join([f[0], '"x"y', f[2]])],
    "quote left open": lambda t, f, i, r: [t.separator.join([f[0], '"x', f[2]])],
    "return in a field": lambda t, f, i, r: [t.separator.join([f[0], "x\ry", f[2]])],
}
WHOLE: dict[str, Callable[[bytes, Random], bytes]] = {
    "error page": lambda c, r: HTML,
    "workbook's first bytes": lambda c, r: b"PK\x03\x04" + c,
    "PDF": lambda c, r: b"%PDF-1.7\n" + c,
    "empty": lambda c, r: b"",
    "NUL filled": lambda c, r: bytes(len(c)),
    "hole of NUL": lambda c, r: c[: len(c) // 2] + bytes(4096) + c[len(c) // 2 :],
    "packed twice": lambda c, r: gzip.compress(c),
    "giant line": lambda c, r: c.translate(None, b"\r\n&") + b"x" * (9 << 20),
    "invalid bytes": lambda c, r: c[:-3] + b"\xff\xff" + c[-3:],
}
FLIPPED = ("gzip", "xlsx", "parquet")


def files(random: Random) -> Iterator[Broken]:
    """One round of all mutations of all formats."""
    for form, text in TEXTS.items():
        rows = table(random)
        yield from _records(form, text, rows, random)
        yield from _texts(form, text, rows)
        for name, damage in WHOLE.items():
            content = damage(text.content([text.line(row) for row in rows]), random)
            yield Broken(name, form, content, (), is_refused=True)
    yield from _gzip(table(random), random)
    yield from _jsonl(table(random), random)
    yield from _xml(table(random), random)
    for form, write in (("xlsx", workbook), ("parquet", parquet)):
        rows = table(random)
        yield from _packed(form, write(rows), rows, random)
    yield from _parquet_types(table(random))


def _records(form: str, text: Text, rows: tuple[Row, ...], random: Random) -> Iterator[Broken]:
    damages = RECORD if text.quoted or not text.has_header else RECORD | QUOTES
    for name, touch in damages.items():
        i = random.randrange(len(rows))
        fields = [text.line((field,)) for field in rows[i]] if name not in QUOTES else list(rows[i])
        if name in {"NUL", "Latin-1 control"}:
            fields = list(rows[i])
        lines = [text.line(row) for row in rows]
        lines[i : i + 1] = touch(text, fields, i, random)
        others = rows[:i] + rows[i + 1 :]
        yield Broken(name, form, text.content(lines), others, others, len(rows))


def _texts(form: str, text: Text, rows: tuple[Row, ...]) -> Iterator[Broken]:
    """Damage that touches more than a record."""
    lines, half = [text.line(row) for row in rows], len(rows) // 2
    blank = text.separator * 2
    behind = text.content([*lines[:half], blank, *lines[half:]])
    yield Broken("blank record", form, behind, rows[:half], rows[:half], len(rows) + 1)
    wide = [text.line(("x",) * 4)] * 3
    yield Broken("second table", form, text.content([*lines, *wide]), rows, rows, len(rows) + 3)
    for name, mark in (("replacement character", "\ufffd"), ("damage read as GBK", "锟斤拷")):
        marked = [*lines[:half], text.line((f"Z{mark}", "x", "1")), *lines[half:]]
        yield Broken(name, form, text.content(marked), (), is_refused=True)
    if text.has_header:
        again = text.content([*lines[:half], text.line(NAMES), *lines[half:]])
        yield Broken("header again", form, again, (), is_refused=True)
        body = text.content(lines)
        for name, header in (
            ("header lost", rows[0]),
            ("column renamed", ("no", "title", "qty")),
            ("column twice", ("no", "name", "name")),
            ("column lost", ("no", "name")),
        ):
            old, new = (text.line(h).encode(text.encoding) for h in (NAMES, header))
            yield Broken(name, form, body.replace(old, new, 1), (), is_refused=True)
        yield Broken("header only", form, text.content([]), (), is_refused=True)
    yield Broken(
        "UTF-16", form, text.content(lines).decode(text.encoding).encode("utf-16"), (), is_refused=True
    )


def _gzip(rows: tuple[Row, ...], random: Random) -> Iterator[Broken]:
    text = TEXTS["comma"]
    content = text.content([text.line(row) for row in rows])
    packed = gzip.compress(content, mtime=0)
    cases = {
        "cut": packed[: random.randrange(10, len(packed) - 1)],
        "wrong checksum": packed[:-8] + bytes(4) + packed[-4:],
        "wrong length": packed[:-4] + bytes(4),
        "two members": packed + gzip.compress(content, mtime=0),
        "bytes behind the end": packed + b"\0" * random.randint(1, 9),
        "bomb": gzip.compress(content + b"x" * (80 << 20), mtime=0),
        "zlib, not gzip": zlib.compress(content),
        "not packed": content,
    }
    for name, damaged in cases.items():
        yield Broken(name, "gzip", damaged, (), is_refused=True)
    for _ in range(6):
        yield Broken("bit flipped", "gzip", _flipped(packed, random), rows)


def _jsonl(rows: tuple[Row, ...], random: Random) -> Iterator[Broken]:
    def content(lines: list[str]) -> bytes:
        return "".join(line + "\n" for line in lines).encode()

    lines = [json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) for row in rows]
    line = '{"no":"Z1","name":"x","qty":%s}'
    for name, bad in {
        "cut line": lines[0][: len(lines[0]) // 2],
        "key twice": '{"no":"Z1","no":"Z2"}',
        "NaN": line % "NaN",
        "Infinity": line % "-Infinity",
        "leading zero": line % "007",
        "unknown key": '{"no":"Z1","new":1}',
        "no values": '{"no":null}',
        "an array": '["Z1","x","1"]',
        "a number": "17",
        "two objects": "{} {}",
        "trailing comma": '{"no":"Z1",}',
        "half a surrogate pair": line % '"\\ud83d"',
        "NUL": line % '"\\u0000"',
        "raw control character": line % '"\x01"',
        "deep nesting": line % ("[" * 50_000 + "]" * 50_000),
        "Latin-1 control": line % '"\x96"',
        "single quotes": "{'no':'Z1'}",
        "mark in the middle": "\ufeff" + line % "1",
    }.items():
        i = random.randrange(len(rows) + 1)
        changed = [*lines[:i], bad, *lines[i:]]
        yield Broken(name, "jsonl", content(changed), rows, rows, len(rows) + 1)
    for name, damage in WHOLE.items():
        yield Broken(name, "jsonl", damage(content(lines), random), (), is_refused=True)
    lossy = content([*lines, line % '"\\ufffd"'])
    yield Broken("replacement character escaped", "jsonl", lossy, (), is_refused=True)


def _xml(rows: tuple[Row, ...], random: Random) -> Iterator[Broken]:
    records = [
        "<r>" + "".join(f"<{n}>{v}</{n}>" for n, v in zip(NAMES, row, strict=True)) + "</r>" for row in rows
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    i = random.randrange(1, len(rows))
    body, before = "<d>" + "".join(records) + "</d>", "<d>" + "".join(records[:i])
    entity = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    cut = {
        "cut": head + before + records[i][: len(records[i]) // 2],
        "tag not closed": head + before + "<r><no>Z1</r></d>",
        "bare ampersand": head + before + "<r><no>Z&1</no></r></d>",
        "control character": head + before + "<r><no>Z\x011</no></r></d>",
        "unknown entity": head + before + "<r><no>&z;</no></r></d>",
        "attribute twice": head + before + '<r k="1" k="2"/></d>',
    }
    for name, text in cut.items():
        yield Broken(name, "xml", text.encode(), rows[:i], rows[:i], i + 1)
    for name, text in {
        "entity bomb": head + entity + body.replace("K0000", "&b;"),
        "entity from outside": head + outside + body.replace("K0000", "&a;"),
        "document type": head + "<!DOCTYPE d>" + body,
        "replacement character": head + body.replace("K0000", "K\ufffd"),
        "not XML": "no,name,qty\n1,2,3\n",
        "JSON": '{"no":1}',
    }.items():
        yield Broken(name, "xml", text.encode(), (), is_refused=True)
    for name in ("error page", "workbook's first bytes", "PDF", "empty", "NUL filled"):
        yield Broken(name, "xml", WHOLE[name]((head + body).encode(), random), (), is_refused=True)
    wrong = (head.replace("UTF-8", "us-ascii") + body).encode()
    yield Broken("encoding declared wrongly", "xml", wrong, rows)
    deep = head + "<d>" + "<x>" * 5000 + "</x>" * 5000 + body[3:]
    yield Broken("deep nesting", "xml", deep.encode(), rows)


def workbook(rows: tuple[Row, ...]) -> bytes:
    """A workbook with one sheet, all cells text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_numbers": False})
    sheet = book.add_worksheet("data")
    for at, row in enumerate((NAMES, *rows)):
        sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def parquet(rows: tuple[Row, ...]) -> bytes:
    """A Parquet file whose pages carry checksums."""
    out = io.BytesIO()
    pq.write_table(_arrow(rows), out, write_page_checksum=True, compression="zstd")
    return out.getvalue()


def _arrow(rows: tuple[Row, ...]) -> pa.Table:
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(NAMES)})


def _packed(form: str, content: bytes, rows: tuple[Row, ...], random: Random) -> Iterator[Broken]:
    for name in ("error page", "PDF", "empty", "NUL filled", "packed twice"):
        yield Broken(name, form, WHOLE[name](content, random), (), is_refused=True)
    for share in (0.1, 0.5, 0.9, 0.999):
        yield Broken("cut", form, content[: int(len(content) * share)], (), is_refused=True)
    for _ in range(12):
        yield Broken("bit flipped", form, _flipped(content, random), rows)
    for _ in range(4):
        at = random.randrange(len(content) - 64)
        yield Broken("zeros", form, content[:at] + bytes(64) + content[at + 64 :], rows)


def _parquet_types(rows: tuple[Row, ...]) -> Iterator[Broken]:
    for name, data in {
        "column lost": _arrow(rows).select(NAMES[:2]),
        "column renamed": _arrow(rows).rename_columns(["no", "title", "qty"]),
        "lossy text": _arrow((*rows, ("Z1", "\ufffd", "1"))),
        "no rows": _arrow(rows).slice(0, 0),
    }.items():
        out = io.BytesIO()
        pq.write_table(data, out)
        yield Broken(name, "parquet", out.getvalue(), (), is_refused=True)
    out = io.BytesIO()
    pq.write_table(_arrow((*rows, ("Z1", "a\0b", "1"))), out)
    yield Broken("NUL", "parquet", out.getvalue(), rows, rows, len(rows) + 1)


def _flipped(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]
