"""Turns a kept original into a seekable stream of its plain bytes, or says why it cannot.

original -> strict gunzip (CRC, length, one member, bounded ratio). Streams up to SMALL bytes stay in memory,
larger ones in a temporary file that vanishes when closed.
"""

import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipelines.ingest.readers.kind import require_gzip
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

SMALL = 64 << 20
PIECE = 8 << 20
# A 388 kB archive unpacked to 790 MB in tests; honest extracts stay well below this.
MAX_RATIO = 200
RATIO_FREE = 64 << 20


def open_plain(path: Path, name: str, scratch: Path) -> IO[bytes]:
    """Opens an original for reading; a name ending in .gz is decompressed.

    Raises:
        FileRejected: DQ-FIL-002 when the archive is damaged, cut or padded, DQ-FIL-010 when it is none,
            DQ-FIL-015 when it is a bomb; DQ-FIL-004 when the file is empty.
    """
    if path.stat().st_size == 0:
        raise FileRejected(Rule.EMPTY, "文件为 0 字节 | The file has 0 bytes")
    return _gunzip(path, scratch) if name.endswith(".gz") else path.open("rb")


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
