"""One member of an archive, as every kind of archive gives it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule


@dataclass(frozen=True)
class Member:
    """A member to take.

    Attributes:
        label: Its name for people and records.
        parts: Folders and file name; empty when the name is refused.
        content: Gives its bytes in pieces; raises FileRejected for a member that cannot be taken.
    """

    label: str
    parts: tuple[str, ...]
    content: Callable[[], Iterator[bytes]]


def refuse(rejected: FileRejected) -> Callable[[], Iterator[bytes]]:
    """The content of a member that is refused before it is read."""

    def content() -> Iterator[bytes]:
        raise rejected

    return content


def damaged_archive(detail: str) -> FileRejected:
    """The archive as a whole cannot be read."""
    return FileRejected(Rule.ARCHIVE, f"不是完整的压缩包：{detail} | Not a whole archive: {detail}")


def over_limit(zh: str, en: str) -> FileRejected:
    """An archive, or what is left of it, that is too much to unpack."""
    return FileRejected(Rule.ARCHIVE_LIMIT, f"压缩包超限：{zh} | The archive is over the limit: {en}")
