"""Bounds the length of a start tag: the parser holds all attributes of one, at forty times their bytes."""

from typing import Protocol

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

MAX_TAG = 4 << 20
# Comments, CDATA and instructions may be long; the parser passes over them.
NO_TAG = (b"!", b"?")


class Readable(Protocol):
    """What the parser asks of a stream."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        ...


class BoundedTags:
    """A stream that refuses to hand on a tag that does not end."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._open = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            FileRejected: DQ-FIL-015, a tag is longer than MAX_TAG.
        """
        data = self._stream.read(size)
        start, end = data.rfind(b"<"), data.rfind(b">")
        if start > end:
            self._open = 0 if data[start + 1 : start + 2] in NO_TAG else len(data) - start
        elif end >= 0:
            self._open = 0
        elif self._open:
            self._open += len(data)
        if self._open > MAX_TAG:
            raise FileRejected(
                Rule.BOMB, f"一个 XML 标签超过 {MAX_TAG} 字节 | One XML tag is longer than {MAX_TAG} bytes"
            )
        return data
