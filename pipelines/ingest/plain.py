"""Turns a kept original into a seekable stream of plain UTF-8 bytes, or says why it cannot.

original -> strict gunzip (CRC, length, one member, bounded ratio) -> encodings of the contract in order,
strictly. Streams up to SMALL bytes stay in memory, larger ones in a temporary file that vanishes when closed.
"""

import codecs
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.ingest.kind import require_gzip
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

SMALL = 64 << 20
PIECE = 8 << 20
# A 388 kB archive unpacked to 790 MB in tests; honest extracts stay well below this.
MAX_RATIO = 200
RATIO_FREE = 64 << 20
# Bytes that lead, or follow in, characters of at most two bytes.
ONE_AND_TWO = bytes(range(0xE0))
UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


def open_plain(path: Path, name: str, scratch: Path) -> IO[bytes]:
    """Opens an original for reading; a name ending in .gz is decompressed.

    Raises:
        FileRejected: DQ-FIL-002 when the archive is damaged, cut or padded, DQ-FIL-010 when it is none,
            DQ-FIL-015 when it is a bomb; DQ-FIL-004 when the file is empty.
    """
    if path.stat().st_size == 0:
        raise FileRejected(Rule.EMPTY, "文件为 0 字节 | The file has 0 bytes")
    return _gunzip(path, scratch) if name.endswith(".gz") else path.open("rb")


def open_text(plain: IO[bytes], encodings: tuple[str, ...], scratch: Path) -> tuple[IO[bytes], str]:
    """Finds the first encoding that fits the whole stream and gives it as UTF-8 without a mark.

    Raises:
        FileRejected: DQ-FIL-002 when none fits.
    """
    tried = []
    for encoding in _in_order(plain, encodings):
        plain.seek(0)
        text = _as_utf8(plain, encoding, scratch)
        if text is not None:
            return text, encoding
        tried.append(encoding)
    plain.close()
    names = ", ".join(tried)
    raise FileRejected(
        Rule.UNREADABLE, f"不是契约声明的编码（{names}） | Not text in the contract's encodings ({names})"
    )


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The rest of a stream in bounded pieces."""
    while piece := stream.read(PIECE):
        yield piece


def spool(scratch: Path) -> IO[bytes]:
    """A temporary stream: memory first, a nameless file in `scratch` once it grows."""
    return tempfile.SpooledTemporaryFile(max_size=SMALL, dir=str(scratch))


def _gunzip(path: Path, scratch: Path) -> IO[bytes]:
    out, size, limit = spool(scratch), 0, max(RATIO_FREE, path.stat().st_size * MAX_RATIO)
    unpack = zlib.decompressobj(wbits=31)
    with path.open("rb") as packed:
        require_gzip(packed.read(2))
        packed.seek(0)
        for piece in pieces(packed):
            while piece and not unpack.eof:
                try:
                    plain = unpack.decompress(piece, PIECE)
                except zlib.error as error:
                    raise _bad_gzip(f"损坏：{error} | is damaged: {error}") from error
                size += out.write(plain)
                if size > limit:
                    raise FileRejected(
                        Rule.BOMB,
                        f"解压超过 {MAX_RATIO} 倍 | Unpacks to more than {MAX_RATIO} times its size",
                    )
                piece = unpack.unconsumed_tail
            if unpack.eof and (piece or unpack.unused_data):
                raise _bad_gzip("末尾有多余内容 | holds more after its end")
    if not unpack.eof:
        raise _bad_gzip("被截断 | is cut short")
    out.seek(0)
    return out


def _bad_gzip(reason: str) -> FileRejected:
    zh, en = reason.split(" | ")
    return FileRejected(Rule.UNREADABLE, f"gzip {zh} | The gzip archive {en}")


def _in_order(plain: IO[bytes], encodings: tuple[str, ...]) -> list[str]:
    """The encodings as declared, UTF-8 last where only chance speaks for it.

    支 is D6 A7 in GB 18030, which is valid UTF-8 too (U+05A7). Chinese in UTF-8 takes three bytes each,
    so text without a mark whose characters all have one or two bytes is read by the other encodings first.
    """
    utf8 = [encoding for encoding in encodings if codecs.lookup(encoding).name in UTF8]
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
    if codecs.lookup(encoding).name in UTF8:
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
