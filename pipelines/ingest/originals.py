"""Keeps every admitted file unchanged under its sha256, and knows a file again cheaply.

source -> hashed while copied -> fsync -> source looked at again -> originals/<sha[:2]>/<sha256>.
The fingerprint cache (path, size, mtime, inode -> sha256) only saves reading; a file's identity is its
sha256. A source modified less than two seconds before it was read is not cached: clocks of file systems are
coarse.
"""

import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lakehouse.durable import fsync_path, make_folder, write_atomic
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule

PIECE = 4 << 20
SETTLED_NS = 2_000_000_000


@dataclass(frozen=True)
class Original:
    """A kept file."""

    sha256: str
    size: int
    path: Path


@dataclass
class Originals:
    """The folder of originals of one lake; `known` is the fingerprint cache."""

    folder: Path
    known: dict[str, list[int | str]] = field(default_factory=dict)
    touched: set[Path] = field(default_factory=set)

    @classmethod
    def open(cls, folder: Path) -> "Originals":
        """Opens the folder; a lost or damaged cache costs time only."""
        make_folder(folder)
        try:
            known = json.loads((folder / "fingerprints.json").read_bytes())
        except (FileNotFoundError, ValueError):
            known = {}
        return cls(folder, known)

    @property
    def scratch(self) -> Path:
        """Folder for copies under way and temporary files."""
        scratch = self.folder / ".incoming"
        scratch.mkdir(exist_ok=True)
        return scratch

    def sweep(self) -> None:
        """Removes copies that a run broken off left half made; only the lake's writer may call this."""
        for draft in (*self.scratch.iterdir(), *self.folder.glob(".*.draft")):
            draft.unlink()

    def admit(self, source: Path) -> Original:
        """Keeps a copy of the source and tells its identity.

        Raises:
            FileRejected: DQ-FIL-005 when the source changed while it was read, DQ-FIL-002 when it cannot be
            read.
        """
        try:
            before = source.stat()
            sha256 = self._remembered(source, before)
            if sha256 and self.path_of(sha256).exists():
                return Original(sha256, before.st_size, self.path_of(sha256))
            return self._copy(source, before)
        except FileNotFoundError as error:
            raise FileRejected(Rule.CHANGED, "读取前被移走 | Taken away before it was read") from error
        except PermissionError as error:
            raise FileRejected(Rule.UNREADABLE, f"无读取权限：{error} | May not be read: {error}") from error

    def keep(self, content: Iterable[bytes]) -> Original:
        """Keeps content that comes in pieces, such as a member of an archive; an error keeps nothing."""
        draft, digest, size = self.scratch / uuid.uuid4().hex, hashlib.sha256(), 0
        try:
            with draft.open("wb") as kept:
                for piece in content:
                    digest.update(piece)
                    size += kept.write(piece)
                kept.flush()
                os.fsync(kept.fileno())
            original = Original(digest.hexdigest(), size, self.path_of(digest.hexdigest()))
            original.path.parent.mkdir(exist_ok=True)
            draft.replace(original.path)
        finally:
            draft.unlink(missing_ok=True)
        self.touched.add(original.path.parent)
        return original

    def path_of(self, sha256: str) -> Path:
        """Where an original lies."""
        return self.folder / sha256[:2] / sha256

    def settle(self) -> None:
        """Makes the names of new originals durable and stores the cache; call before any row is committed."""
        if self.touched:
            for folder in sorted(self.touched):
                fsync_path(folder)
            fsync_path(self.folder)
            write_atomic(self.folder / "fingerprints.json", json.dumps(self.known, sort_keys=True).encode())
        self.touched.clear()

    def _remembered(self, source: Path, stat: os.stat_result) -> str | None:
        entry = self.known.get(str(source))
        return str(entry[-1]) if entry and entry[:-1] == _look(stat) else None

    def _copy(self, source: Path, before: os.stat_result) -> Original:
        draft, digest, size = self.scratch / uuid.uuid4().hex, hashlib.sha256(), 0
        try:
            with source.open("rb") as read, draft.open("wb") as kept:
                while piece := read.read(PIECE):
                    digest.update(piece)
                    size += kept.write(piece)
                kept.flush()
                os.fsync(kept.fileno())
            if _look(source.stat()) != _look(before) or size != before.st_size:
                raise FileRejected(Rule.CHANGED, "读取期间有变化 | Changed while it was read")
            original = Original(digest.hexdigest(), size, self.path_of(digest.hexdigest()))
            original.path.parent.mkdir(exist_ok=True)
            draft.replace(original.path)
        finally:
            draft.unlink(missing_ok=True)
        self.touched.add(original.path.parent)
        if time.time_ns() - before.st_mtime_ns > SETTLED_NS:
            self.known[str(source)] = [*_look(before), original.sha256]
        return original


def _look(stat: os.stat_result) -> list[int | str]:
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]
