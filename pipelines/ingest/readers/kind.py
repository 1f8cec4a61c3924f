"""Tells what a file is by its first bytes, before any parser sees it.

first bytes -> the kind they show -> refused when the contract's format is another. A parser that is given the
wrong kind may well find something in it: a login page is text, a workbook is a ZIP archive, UTF-16 is bytes.
"""

import codecs
import re
from typing import IO

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

HEAD = 4096
# Text has no NUL; this many in a row are a hole where an interrupted write left none of its bytes.
HOLE = bytes(512)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"PAR1", "Parquet"),
    (b"\x1f\x8b", "gzip"),
    (OLE, "OLE (.xls)"),
    (b"%PDF-", "PDF"),
    *((b"BZh%d1AY&SY" % level, "bzip2") for level in range(1, 10)),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
)
PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|meta|center|h1)[\s>]", re.IGNORECASE)
NEEDED = {
    "xlsx": {"ZIP"},
    "parquet": {"Parquet"},
    "xml": {"XML"},
    "csv": {"", "wide"},
    "jsonl": {"", "wide"},
    "epcis": {""},
}
WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def require_kind(plain: IO[bytes], file_format: str, encodings: tuple[str, ...]) -> None:
    """Refuses a file that shows itself to be of another kind; the stream is left at its start.

    Raises:
        FileRejected: DQ-FIL-010 another kind, DQ-FIL-011 nothing but NUL, DQ-FIL-013 UTF-16 or UTF-32 where
            the contract names neither.
    """
    head = plain.read(HEAD)
    plain.seek(0)
    found = kind_of(head)
    if not head.strip(b"\0"):
        raise FileRejected(Rule.NUL_FILLED, "开头全为 NUL | Begins with nothing but NUL")
    if found == "wide" and not any("16" in name or "32" in name for name in encodings):
        if file_format == "xml" and head.startswith(WIDE_MARKS):
            return
        raise FileRejected(Rule.WIDE_TEXT, "是 UTF-16 或 UTF-32 文本 | Is UTF-16 or UTF-32 text")
    if file_format == "xml" and found == "" and head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return
    if found not in NEEDED[file_format]:
        zh, en = (found, found) if found else ("普通文本", "plain text")
        raise FileRejected(
            Rule.WRONG_KIND, f"内容是 {zh}，契约为 {file_format} | Is {en}; the contract says {file_format}"
        )


def require_gzip(head: bytes) -> None:
    """Refuses a file that is named .gz and is none."""
    if not head.startswith(b"\x1f\x8b"):
        raise FileRejected(Rule.WRONG_KIND, "名为 .gz 而内容不是 gzip | Is named .gz and is no gzip archive")


def kind_of(head: bytes) -> str:
    """The kind that first bytes show: a name, "wide" for UTF-16 and UTF-32, "" for ordinary text."""
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if head.startswith(WIDE_MARKS) or _has_nul_columns(head):
        return "wide"
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if PAGE.match(text):
        return "HTML"
    if text.startswith(b"<?xml"):
        return "HTML" if PAGE.search(text) else "XML"
    return ""


def _has_nul_columns(head: bytes) -> bool:
    """Whether NUL stands in nearly every even or every odd place, as in Latin text of two bytes each."""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return half >= 4 and max(even, odd) > 0.8 * half and min(even, odd) < 0.2 * half


def require_no_hole(raw: bytes, row_no: int) -> None:
    """Refuses a file with a hole in it: how many records were in the hole, nobody knows.

    Raises:
        FileRejected: DQ-FIL-011.
    """
    if HOLE in raw:
        raise FileRejected(
            Rule.NUL_FILLED,
            f"第 {row_no} 条记录处有 NUL 空洞，其中内容已丢失 | A hole of NUL bytes at record {row_no}: "
            "what was in it is lost",
            row_no,
        )
