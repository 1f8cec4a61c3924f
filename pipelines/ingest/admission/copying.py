"""Copies a file so that the copy can be trusted: hashed on its way in, then held against its source.

copy(): source -> pieces, hashed in one thread while another writes -> sha256
prove(): fsync -> the copy read back beside the source, byte for byte, and an unchanged source.
Reading the source twice and comparing every byte says more than a second hash, at half the cost.
Reserving the space first makes writing several times cheaper and meets a full disk before the first byte.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

PIECE = 4 << 20
Look = list[int | str]


def look(source: Path) -> Look:
    """Size, modification time and inode: what changes when a file is written to or replaced."""
    stat = source.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def copy(source: Path, target: Path, size: int) -> str:
    """Copies a file of a known size and gives the sha256 of what went over.

    Raises:
        FileRejected: DQ-FIL-005 when the source turns out to have another size, DQ-FIL-002 when its disk
            fails.
    """
    digest, written = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("wb") as kept, ThreadPoolExecutor(1) as other:
        if size:
            os.posix_fallocate(kept.fileno(), 0, size)
        for piece in _source_pieces(read):
            if len(piece) < PIECE:
                digest.update(piece)
                written += kept.write(piece)
            else:
                hashed = other.submit(digest.update, piece)
                written += kept.write(piece)
                hashed.result()
    if written != size:
        raise changed()
    return digest.hexdigest()


def prove(source: Path, kept: Path, before: Look) -> None:
    """Makes a copy durable and shows that it is what the source holds.

    Args:
        source: The file that was copied.
        kept: Its copy.
        before: `look` of the source before it was copied.

    Raises:
        FileRejected: DQ-FIL-005 when the source was written to meanwhile.
    """
    with source.open("rb") as read, kept.open("rb") as copied:
        os.fsync(copied.fileno())
        again = _source_pieces(read)
        for piece in iter(lambda: copied.read(PIECE), b""):
            if next(again, b"") != piece:
                raise changed()
        if next(again, b"") or look(source) != before:
            raise changed()


def changed() -> FileRejected:
    """A file that is being written: refused now, looked at again by the next run."""
    return FileRejected(Rule.CHANGED, "读取期间有变化 | Changed while it was read")


def _source_pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A source in pieces; its disk or network failing costs this file, unlike our own disk failing."""
    while True:
        try:
            piece = stream.read(PIECE)
        except OSError as error:
            raise FileRejected(Rule.UNREADABLE, f"读取出错：{error} | Reading failed: {error}") from error
        if not piece:
            return
        yield piece
