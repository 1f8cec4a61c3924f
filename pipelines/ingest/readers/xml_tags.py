"""Bounds what the parser must hold or pass over: the length of a tag, and tags that lead to no record.

A start tag is held whole, at forty times its bytes; a tag costs three microseconds, and an element in an open
record the better part of a kilobyte.
"""

from typing import Protocol

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

MAX_TAG = 4 << 20
# Since a record ended; the largest device of GUDID has some thousands.
MAX_TAGS = 1_000_000
# Comments, CDATA and instructions may be long; the parser passes over them.
NO_TAG = (b"!", b"?")


class Readable(Protocol):
    """What the parser asks of a stream."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        ...


class BoundedTags:
    """A stream that refuses to hand on a tag that does not end, or tags without end and no record."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._open = 0
        self._tags = 0

    def record_ended(self) -> None:
        """Tags count anew: those of before led to a record."""
        self._tags = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            FileRejected: DQ-FIL-015, a tag is longer than MAX_TAG, or no record ended within MAX_TAGS.
        """
        data = self._stream.read(size)
        self._tags += data.count(b"<")
        if self._tags > MAX_TAGS:
            raise FileRejected(
                Rule.BOMB,
                f"{MAX_TAGS} 个 XML 标签而无记录结束 | {MAX_TAGS} XML tags and no record ended",
            )
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
