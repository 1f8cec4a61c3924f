"""Copies a file so that the copy can be trusted: hashed on its way in, then held against its source.

copy(): source -> pieces, each hashed and written while the next one is read -> sha256
prove(): fsync -> the copy read back beside the source, byte for byte, and an unchanged source.
Reading the source twice and comparing every byte says more than a second hash, at half the cost; a large copy
is read back from the disk itself. Reserving the space first makes writing several times cheaper and meets a
full disk before the first byte.
"""

import hashlib
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.admission.direct_io import BLOCK, are_equal, buffer, fill, opened, reserve, write_at
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

PIECE = 4 << 20
Look = list[int | str]


def look(source: Path) -> Look:
    """Size, modification time and inode: what changes when a file is written to or replaced."""
    stat = source.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def copy(source: Path, target: Path, size: int, *, is_direct: bool = False) -> str:
    """Copies a file of a known size and gives the sha256 of what went over.

    Args:
        source: Any file.
        target: What does not exist yet.
        size: Of the source, in bytes.
        is_direct: Write past the page cache, for a copy that is not read soon.

    Raises:
        FileRejected: DQ-FIL-005 when the source turns out to have another size, DQ-FIL-002 when its disk
            fails.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with (
        opened(source, os.O_RDONLY, is_direct=False) as read,
        opened(target, flags, is_direct=is_direct) as kept,
    ):
        if size:
            reserve(kept, size)
        digest, written = _pour(read, kept, min(PIECE, size + 1), BLOCK if is_direct else 1)
        if is_direct:
            os.ftruncate(kept, written)
    if written != size:
        raise changed()
    return digest


def _pour(read: int, kept: int, size: int, unit: int) -> tuple[str, int]:
    """Copies a file in pieces of whole units: while one is hashed and written, the next one is read."""
    digest, written = hashlib.sha256(), 0
    free, busy = deque([memoryview(buffer(size)), memoryview(buffer(size))]), deque[_Piece]()
    with ThreadPoolExecutor(1) as hasher, ThreadPoolExecutor(1) as writer:
        while True:
            memory = free.popleft() if free else busy.popleft().done()
            count = _from_source(read, memory)
            content, units = memory[:count], memory[: -(-count // unit) * unit]
            if count < PIECE:
                while busy:
                    busy.popleft().done()
                digest.update(content)
                write_at(kept, units, written)
                return digest.hexdigest(), written + count
            hashed = hasher.submit(digest.update, content)
            busy.append(_Piece(memory, hashed, writer.submit(write_at, kept, units, written)))
            written += count


@dataclass(frozen=True)
class _Piece:
    """Memory whose content is being hashed and written."""

    memory: memoryview
    hashed: Future[None]
    written: Future[None]

    def done(self) -> memoryview:
        """Waits for both and gives the memory back."""
        self.hashed.result()
        self.written.result()
        return self.memory


def prove(source: Path, kept: Path, before: Look, *, is_direct: bool = False) -> None:
    """Makes a copy durable and shows that it is what the source holds.

    Args:
        source: The file that was copied.
        kept: Its copy.
        before: `look` of the source before it was copied.
        is_direct: Read the copy past the page cache, so from the disk.

    Raises:
        FileRejected: DQ-FIL-005 when the source was written to meanwhile.
    """
    size = min(PIECE, int(before[0]) + 1)
    theirs, ours = memoryview(buffer(size)), memoryview(buffer(size))
    with (
        opened(source, os.O_RDONLY, is_direct=False) as read,
        opened(kept, os.O_RDONLY, is_direct=is_direct) as copied,
    ):
        os.fsync(copied)
        count = -1
        while count:
            count = fill(copied, ours)
            if not are_equal(theirs[: _from_source(read, theirs)], ours[:count]):
                raise changed()
    if look(source) != before:
        raise changed()


def changed() -> FileRejected:
    """A file that is being written: refused now, looked at again by the next run."""
    return FileRejected(Rule.CHANGED, "读取期间有变化 | Changed while it was read")


def _from_source(handle: int, into: memoryview) -> int:
    """The next piece of a source; its disk or network failing costs this file only, unlike our own disk."""
    try:
        return fill(handle, into)
    except OSError as error:
        raise FileRejected(Rule.UNREADABLE, f"读取出错：{error} | Reading failed: {error}") from error
