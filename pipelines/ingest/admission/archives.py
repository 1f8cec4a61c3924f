"""Unpacks archives into originals: every member becomes a kept file of its own, named archive!member.

archive (kept by sha256) -> members, nested archives too -> originals by sha256, or the reason why not.
Nothing is written under a member's name. What an archive held is remembered beside the originals, so that it
is unpacked once; the memory is derived from the archive and made again when it is lost.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakehouse.durable import write_atomic
from pipelines.ingest.admission.member import Member, over_limit
from pipelines.ingest.admission.originals import Original, Originals
from pipelines.ingest.admission.tar_members import tar_members
from pipelines.ingest.admission.zip_members import zip_members
from pipelines.ingest.readers.plain import MAX_RATIO, RATIO_FREE
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

ZIPS, TARS = (".zip",), (".tar", ".tar.gz", ".tgz")
MAX_DEPTH = 3
MAX_BYTES = 50 << 30
# Raised whenever another answer could come out for the same archive.
EDITION = 1


@dataclass(frozen=True)
class Unpacked:
    """A member found in an archive, at any depth.

    Attributes:
        path: Names from the outermost archive's member down, each a path inside its archive.
        found: Its kept content, or why it is refused.
    """

    path: tuple[str, ...]
    found: Original | FileRejected

    @property
    def file_name(self) -> str:
        """The bare name that a contract may claim."""
        return self.path[-1].rpartition("/")[2]


def is_archive(name: str) -> bool:
    """Whether a file's name says that it holds other files."""
    return name.lower().endswith((*ZIPS, *TARS))


def unpack(archive: Original, name: str, originals: Originals) -> tuple[Unpacked, ...]:
    """All members of an archive that are no archives themselves, and everything refused.

    Raises:
        FileRejected: The archive as a whole cannot be read.
    """
    memory = originals.folder / ".archives" / f"{archive.sha256}.{EDITION}.json"
    known = _recall(memory, originals)
    if known is None:
        allowed = min(MAX_BYTES, max(RATIO_FREE, archive.size * MAX_RATIO))
        known = tuple(_Unpacking(originals, allowed).walk(archive, name))
        originals.settle()
        write_atomic(memory, json.dumps([_as_json(part) for part in known]).encode())
    return known


@dataclass
class _Unpacking:
    """One outermost archive being unpacked; the bytes left count for all depths together."""

    originals: Originals
    bytes_left: int

    def walk(self, archive: Original, name: str, depth: int = 1) -> Iterator[Unpacked]:
        """Members, depth first, in the order of the archive."""
        if depth > MAX_DEPTH:
            raise over_limit(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}")
        for member in _members(archive, name, self.originals.scratch):
            yield from self._take(member, depth)

    def _take(self, member: Member, depth: int) -> Iterator[Unpacked]:
        try:
            kept = self.originals.keep(self._counted(member))
            if not (member.parts and is_archive(member.parts[-1])):
                yield Unpacked((member.label,), kept)
                return
            for inner in self.walk(kept, member.parts[-1], depth + 1):
                yield Unpacked((member.label, *inner.path), inner.found)
        except FileRejected as rejected:
            yield Unpacked((member.label,), rejected)

    def _counted(self, member: Member) -> Iterator[bytes]:
        for piece in member.content():
            self.bytes_left -= len(piece)
            if self.bytes_left < 0:
                raise over_limit(
                    f"解压超过 {MAX_RATIO} 倍", f"unpacks to more than {MAX_RATIO} times its size"
                )
            yield piece


def _members(archive: Original, name: str, scratch: Path) -> Iterator[Member]:
    if name.lower().endswith(ZIPS):
        return zip_members(archive.path)
    return tar_members(archive.path, name.lower(), scratch)


def _as_json(part: Unpacked) -> dict[str, object]:
    if isinstance(part.found, FileRejected):
        return {"path": part.path, "rule": part.found.rule, "reason": part.found.reason}
    return {"path": part.path, "sha256": part.found.sha256, "size": part.found.size}


def _recall(memory: Path, originals: Originals) -> tuple[Unpacked, ...] | None:
    """What an archive held, if that is known and all of it still there."""
    try:
        parts = json.loads(memory.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    known = tuple(_from_json(part, originals) for part in parts)
    kept = (part.found for part in known if isinstance(part.found, Original))
    return known if all(original.path.exists() for original in kept) else None


def _from_json(part: dict[str, Any], originals: Originals) -> Unpacked:
    path = tuple(part["path"])
    if "rule" in part:
        return Unpacked(path, FileRejected(Rule(part["rule"]), part["reason"]))
    return Unpacked(path, Original(part["sha256"], int(part["size"]), originals.path_of(part["sha256"])))
