"""Files past the page cache, in buffers that are used again.

A large copy that is not read soon needs no memory: where memory grows slowly, as in virtual machines, filling
1 GB of it takes three times as long as writing 1 GB to the disk. File systems that know no such thing are
read and written as usual.
"""

import errno
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import F_GETFL, F_SETFL, fcntl
from pathlib import Path

import numpy as np

# Offsets, lengths and memory past the cache are multiples of this on every disk in use.
BLOCK = 4096
_DIRECT: int = getattr(os, "O_DIRECT", 0)


@contextmanager
def opened(path: Path, flags: int, *, is_direct: bool) -> Iterator[int]:
    """Opens a file, past the cache where that is wanted and can be had; gives its descriptor."""
    handle = _open(path, flags, is_direct)
    try:
        yield handle
    finally:
        os.close(handle)


def _open(path: Path, flags: int, is_direct: bool) -> int:
    if is_direct:
        try:
            return os.open(path, flags | _DIRECT, 0o666)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
    return os.open(path, flags, 0o666)


def buffer(size: int) -> mmap.mmap:
    """Memory of at least that many bytes that begins, and ends, at a block."""
    return mmap.mmap(-1, -(-size // BLOCK) * BLOCK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def reserve(handle: int, size: int) -> None:
    """Takes the room for a file, through the cache where that means writing single bytes."""
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as error:
        _as_usual(handle, error)
        os.posix_fallocate(handle, 0, size)


def fill(handle: int, into: memoryview) -> int:
    """Reads until the buffer is full or the file ends; gives the number of bytes."""
    got = 0
    while got < len(into):
        try:
            count = os.readv(handle, [into[got:]])
        except OSError as error:
            _as_usual(handle, error)
            continue
        if not count:
            break
        got += count
    return got


def write_at(handle: int, content: memoryview, offset: int) -> None:
    """Writes all of the content at a place."""
    done = 0
    while done < len(content):
        try:
            done += os.pwrite(handle, content[done:], offset + done)
        except OSError as error:
            _as_usual(handle, error)


def _as_usual(handle: int, error: OSError) -> None:
    """Goes on through the cache where a length or a place cannot be had past it; any other error is one."""
    flags = fcntl(handle, F_GETFL)
    if error.errno != errno.EINVAL or not flags & _DIRECT:
        raise error
    fcntl(handle, F_SETFL, flags & ~_DIRECT)


def are_equal(left: memoryview, right: memoryview) -> bool:
    """Whether two stretches of memory hold the same bytes; takes no memory of its own to speak of."""
    words = len(left) // 8 * 8
    return (
        len(left) == len(right)
        and left[words:] == right[words:]
        and np.array_equal(np.frombuffer(left[:words], np.uint64), np.frombuffer(right[:words], np.uint64))
    )
