"""The source of a large file, open from before it is copied until it is loaded.

A large copy is written past the page cache; reading it would fetch it from the disk again. Its source lies
in memory and is read instead, by its descriptor: no engine sees a foreign name, and a file put in its place
is not seen. Whatever happens to the source after it was opened, what was read of it then counts for nothing,
and the copy is read.
"""

import os
import weakref
from pathlib import Path

_OPEN_FILES = Path("/proc/self/fd")


class SourceTouched(Exception):
    """What was read of a source may not be what was kept of it: read the copy."""


class Source:
    """An open source; `path` leads to its bytes."""

    def __init__(self, source: Path) -> None:
        self._handle = os.open(source, os.O_RDONLY)
        weakref.finalize(self, os.close, self._handle)
        self._state = self._now()
        self.path = _OPEN_FILES / str(self._handle)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing happened to it that file systems notice, such as a change that sets its times back.

        Through memory that was mapped and written to before, a file may change without a trace.
        """
        return self._now() == self._state

    def _now(self) -> tuple[int, ...]:
        stat = os.fstat(self._handle)
        return (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def open_source(source: Path) -> Source | None:
    """The open source, where a descriptor has a path."""
    return Source(source) if _OPEN_FILES.is_dir() else None
