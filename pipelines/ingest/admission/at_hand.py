"""A kept file as it is quickest to read: its source, while that lies in memory and the copy does not.

at_hand(original) -> the original, its path that of the open source -> readers -> confirm().
A large copy is written past the page cache; reading it would fetch it from the disk again. The source is read
by its descriptor: no engine sees a foreign name, and a file put in its place is not seen. Whatever happens to
the source from its being copied on, what was read of it then counts for nothing, and the copy is read.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from polars.exceptions import PolarsError

from pipelines.ingest.admission.originals import Original, SourceTouched, state_of
from pipelines.ingest.records import FileRejected

_OPEN_FILES = Path("/proc/self/fd")


@contextmanager
def at_hand(original: Original) -> Iterator[Original]:
    """Gives the original with the path to read it from.

    Raises:
        SourceTouched: What was read, or found wrong, may be no part of what was kept; read the original.
    """
    handle = _untouched(original)
    if handle is None:
        yield original
        return
    try:
        yield replace(original, path=_OPEN_FILES / str(handle), handle=handle)
    except FileRejected as rejected:
        if state_of(os.fstat(handle)) == original.state:
            raise
        raise SourceTouched from rejected
    finally:
        os.close(handle)


@contextmanager
def reading(original: Original) -> Iterator[None]:
    """Around every read: when the disk of a source fails now, there is still the copy.

    Raises:
        SourceTouched: A source could not be read.
    """
    try:
        yield
    except (OSError, PolarsError) as error:
        if original.handle is None:
            raise
        raise SourceTouched from error


def _untouched(original: Original) -> int | None:
    """The open source, when it is as it was before it was copied."""
    if original.source is None or not _OPEN_FILES.is_dir():
        return None
    try:
        handle = os.open(original.source, os.O_RDONLY)
    except OSError:
        return None  # taken away since
    if state_of(os.fstat(handle)) == original.state:
        return handle
    os.close(handle)
    return None
