"""Which of a contract's encodings a text file is in: decided strictly, recorded, never guessed.

plain bytes -> encodings in the order declared -> UTF-8 without a mark, and the encoding that fits.
GB 18030 decodes almost any bytes, UTF-8 text included, so a file that holds lines of both is looked for.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.ingest.readers.plain import PIECE, pieces, spool
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

# Bytes that lead, or follow in, characters of at most two bytes.
ONE_AND_TWO = bytes(range(0xE0))
UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})
# A line of this many characters of three bytes is UTF-8 by intent; fewer may be chance.
SURE = 2


def open_text(plain: IO[bytes], encodings: tuple[str, ...], scratch: Path) -> tuple[IO[bytes], str]:
    """Finds the first encoding that fits the whole stream and gives it as UTF-8 without a mark.

    Raises:
        FileRejected: DQ-FIL-002 when none fits, or when lines in two of them stand in one file.
    """
    tried = []
    for encoding in _in_order(plain, encodings):
        plain.seek(0)
        text = _as_utf8(plain, encoding, scratch)
        if text is not None:
            if not _is_utf8(encoding) and any(map(_is_utf8, encodings)):
                _require_one_encoding(plain, encoding)
            return text, encoding
        tried.append(encoding)
    plain.close()
    names = ", ".join(tried)
    raise FileRejected(
        Rule.UNREADABLE, f"不是契约声明的编码（{names}） | Not text in the contract's encodings ({names})"
    )


def _in_order(plain: IO[bytes], encodings: tuple[str, ...]) -> list[str]:
    """The encodings as declared, UTF-8 last where only chance speaks for it.

    支 is D6 A7 in GB 18030, which is valid UTF-8 too (U+05A7). Chinese in UTF-8 takes three bytes each,
    so text without a mark whose characters all have one or two bytes is read by the other encodings first.
    """
    utf8 = [encoding for encoding in encodings if _is_utf8(encoding)]
    others = [encoding for encoding in encodings if encoding not in utf8]
    if not utf8 or not others or not _is_two_byte_text(plain):
        return list(encodings)
    return [*others, *utf8]


def _is_two_byte_text(plain: IO[bytes]) -> bool:
    """Whether there are bytes beyond ASCII and none of them leads three or more bytes of UTF-8."""
    plain.seek(0)
    beyond = False
    for piece in pieces(plain):
        if piece.isascii():
            continue
        if piece.translate(None, ONE_AND_TWO):
            return False
        beyond = True
    return beyond


def _as_utf8(plain: IO[bytes], encoding: str, scratch: Path) -> IO[bytes] | None:
    """The stream when it is UTF-8 already, a transcoded one, or None when the encoding does not fit."""
    if _is_utf8(encoding):
        return _checked(plain, "ascii" if encoding == "ascii" else "utf-8")
    decoder, out = codecs.getincrementaldecoder(encoding)("strict"), spool(scratch)
    try:
        for piece in pieces(plain):
            out.write(decoder.decode(piece).encode())
        out.write(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        out.close()
        return None
    return _past_mark(out)


def _checked(plain: IO[bytes], encoding: str) -> IO[bytes] | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    clean = True  # a multi-byte character may straddle two pieces
    try:
        for piece in pieces(plain):
            if clean and piece.isascii():
                continue
            decoder.decode(piece)
            clean = decoder.getstate()[0] == b""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return _past_mark(plain)


def _past_mark(stream: IO[bytes]) -> IO[bytes]:
    stream.seek(0)
    if stream.read(3) != codecs.BOM_UTF8:
        stream.seek(0)
    return stream


def _is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in UTF8


def _require_one_encoding(plain: IO[bytes], encoding: str) -> None:
    """Refuses a file that decodes as `encoding` although some of its lines can only be meant as UTF-8."""
    meant: int | None = None
    other: int | None = None
    for number, line in _lines_beyond_ascii(plain):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            other = other or number
        else:
            meant = meant or (number if sum(char >= "\u0800" for char in text) >= SURE else None)
        if meant and other:
            raise FileRejected(
                Rule.UNREADABLE,
                f"同一文件混用两种编码：第 {meant} 行是 UTF-8，第 {other} 行是 {encoding} | "
                f"Two encodings in one file: line {meant} is UTF-8, line {other} is {encoding}",
            )


def _lines_beyond_ascii(plain: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines beyond ASCII with their numbers from 1; ends at a giant line, which the readers refuse."""
    plain.seek(0)
    number, carry = 1, b""
    for piece in pieces(plain):
        *lines, carry = (carry + piece).split(b"\n")
        yield from ((number + i, line) for i, line in enumerate(lines) if not line.isascii())
        number += len(lines)
        if len(carry) > PIECE:
            return
    if not carry.isascii():
        yield number, carry
