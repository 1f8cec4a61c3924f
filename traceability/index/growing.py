"""A column on disk that grows at its end and can be read while it does."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

LEAST_BYTES, ROOM_BEHIND = 1 << 16, 8


class GrowingColumn:
    """Numbers of one type in one file, mapped into memory; never copied as it grows."""

    def __init__(self, path: Path, dtype: npt.DTypeLike) -> None:
        self._dtype = np.dtype(dtype).newbyteorder("<")
        self._file = path.open("w+b")
        self._length = 0
        self._all: npt.NDArray[Any] = np.empty(0, self._dtype)

    @property
    def values(self) -> npt.NDArray[Any]:
        """Everything appended so far; a view that the next append may replace."""
        return self._all[: self._length]

    @property
    def mapped(self) -> npt.NDArray[Any]:
        """The values and the room behind them: eight values or more, of no meaning."""
        return self._all

    def append(self, values: npt.NDArray[Any]) -> None:
        """Puts values at the end.

        Raises:
            OSError: The disk is full; nothing was appended.
        """
        after = self._length + len(values)
        if after + ROOM_BEHIND > len(self._all):
            self._grow(after + ROOM_BEHIND)
        self._all[self._length : after] = values
        self._length = after

    def close(self) -> None:
        """Cuts the file to what was appended."""
        self._all = np.empty(0, self._dtype)
        self._file.truncate(self._length * self._dtype.itemsize)
        self._file.close()

    def _grow(self, least: int) -> None:
        width = self._dtype.itemsize
        size = max(LEAST_BYTES, least * width, len(self._all) * width * 5 // 4) // width * width
        # Reserved, because a write through a map to a full disk kills the process instead of failing.
        os.posix_fallocate(self._file.fileno(), 0, size)
        self._all = np.frombuffer(mmap.mmap(self._file.fileno(), size), self._dtype)
