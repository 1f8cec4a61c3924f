"""Where backups lie: every content once, under its sha256, and one list of files per backup.

objects/ab/<sha256>   a content; never changed
sets/<id>.jsonl       head, one line a file, and a last line that says how many: a torn list is no list
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from lakehouse.durable import fsync_path, make_folder, write_atomic

CHUNK = 1 << 20


class BackupDamaged(RuntimeError):
    """What lies in the store is not what was put there, or there is no such backup."""


class SourceDamaged(RuntimeError):
    """A file of the lake is not what was acknowledged; a backup of it would be worth nothing."""


@dataclass(frozen=True)
class Part:
    """A file to keep.

    Attributes:
        path: Where it lies in the lake, relative.
        source: Where its bytes are read.
        sha256: What it must be, where that is on record.
        size: How much of it counts, where it still grows.
    """

    path: str
    source: Path
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class KeptPart:
    """A file as a set lists it."""

    path: str
    size: int
    sha256: str
    mode: int


@dataclass(frozen=True)
class BackupSet:
    """One backup: its facts and its files."""

    id: str
    facts: Mapping[str, Any]
    files: tuple[KeptPart, ...]

    @property
    def bytes(self) -> int:
        """Sum of the files' sizes."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Store:
    """A folder of backups, on another disk than the lake."""

    folder: Path

    def prepare(self) -> None:
        """Makes the folder; only its owner may read it, because keys are in it."""
        make_folder(self.folder)
        self.folder.chmod(0o700)
        for name in ("objects", "sets"):
            make_folder(self.folder / name)

    def object_path(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.folder / "objects" / sha256[:2] / sha256

    def put(self, part: Part) -> KeptPart:
        """Keeps a file, unless its content is there already.

        Raises:
            SourceDamaged: Its bytes are not those on record, or it is missing.
        """
        try:
            stat = part.source.stat()
            size = stat.st_size if part.size is None else part.size
            known = part.sha256 and self._has(part.sha256, size)
            sha256 = part.sha256 if known and part.sha256 else self._copy(part, size)
        except FileNotFoundError as error:
            raise SourceDamaged(
                f"缺失 | missing: {part.source}. Restore it from an older backup, then back up again."
            ) from error
        return KeptPart(part.path, size, sha256, stat.st_mode & 0o777)

    def fetch(self, kept: KeptPart, target: Path) -> None:
        """Writes a kept content to a file, checked on the way and durable.

        Raises:
            BackupDamaged: The content is missing or has other bytes.
        """
        try:
            with self.object_path(kept.sha256).open("rb") as source, target.open("xb") as out:
                sha256, size = _stream(source, out, None)
                out.flush()
                os.fsync(out.fileno())
        except FileNotFoundError as error:
            raise BackupDamaged(f"备份缺少内容 | the backup lacks the content of {kept.path}") from error
        if (sha256, size) != (kept.sha256, kept.size):
            raise BackupDamaged(
                f"备份内容损坏 | the content of {kept.path} in the backup is damaged: sha256 {sha256[:16]} "
                f"instead of {kept.sha256[:16]}. Restore another set, and replace this store."
            )
        target.chmod(kept.mode)

    def write_set(self, found: BackupSet) -> str:
        """Lists a backup; from now on it counts. Returns the sha256 of the list."""
        lines: list[Mapping[str, Any]] = [{"id": found.id, **found.facts}]
        lines += [asdict(file) for file in found.files]
        lines.append({"files": len(found.files), "bytes": found.bytes})
        content = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
        write_atomic(self._set_path(found.id), content.encode())
        return hashlib.sha256(content.encode()).hexdigest()

    def read_set(self, set_id: str | None) -> BackupSet:
        """A backup by id, or the newest.

        Raises:
            BackupDamaged: There is none, or its list is not whole.
        """
        wanted = set_id or next(iter(reversed(self.set_ids())), "")
        path = self._set_path(wanted)
        if not wanted or not path.is_file():
            known = ", ".join(self.set_ids()[-5:]) or "none"
            raise BackupDamaged(
                f"{self.folder} 中没有备份 {wanted} | no backup {wanted} in {self.folder}; there are: {known}"
            )
        try:
            head, *rows, last = [json.loads(line) for line in path.read_bytes().splitlines()]
            found = BackupSet(head.pop("id"), head, tuple(KeptPart(**row) for row in rows))
            is_whole = last == {"files": len(found.files), "bytes": found.bytes}
        except (ValueError, TypeError, KeyError) as error:
            raise BackupDamaged(f"备份清单损坏 | the list of backup {wanted} is damaged: {error}") from error
        if not is_whole:
            raise BackupDamaged(f"备份清单不完整 | the list of backup {wanted} is not whole")
        return found

    def set_sha256(self, set_id: str) -> str:
        """The digest of a set's list."""
        return hashlib.sha256(self._set_path(set_id).read_bytes()).hexdigest()

    def set_ids(self) -> list[str]:
        """Every backup, oldest first."""
        return sorted(path.stem for path in (self.folder / "sets").glob("*.jsonl"))

    def sync(self, kept: Iterable[KeptPart]) -> None:
        """Forces the names of contents to the disk; their bytes lie there already."""
        for folder in sorted({self.object_path(part.sha256).parent for part in kept}):
            fsync_path(folder)
        fsync_path(self.folder / "objects")

    def _set_path(self, set_id: str) -> Path:
        return self.folder / "sets" / f"{set_id}.jsonl"

    def _has(self, sha256: str, size: int) -> bool:
        path = self.object_path(sha256)
        return path.is_file() and path.stat().st_size == size

    def _copy(self, part: Part, size: int) -> str:
        draft = self.folder / "objects" / f".{uuid4().hex}.draft"
        try:
            with part.source.open("rb") as source, draft.open("xb") as out:
                sha256, copied = _stream(source, out, size)
                out.flush()
                os.fsync(out.fileno())
            if copied != size or (part.sha256 and part.sha256 != sha256):
                raise SourceDamaged(
                    f"与登记不符 | not what was acknowledged: {part.source} (sha256 {sha256[:16]}). "
                    "Run `medlake check --deep`; restore it from an older backup, then back up again."
                )
            target = self.object_path(sha256)
            target.parent.mkdir(exist_ok=True)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return sha256


def remove_drafts(folder: Path, pattern: str) -> None:
    """Removes what a broken backup or restore left."""
    for draft in folder.glob(pattern):
        if draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink()


def _stream(source: Any, out: Any, size: int | None) -> tuple[str, int]:
    digest, copied = hashlib.sha256(), 0
    while chunk := source.read(CHUNK if size is None else min(CHUNK, size - copied)):
        digest.update(chunk)
        out.write(chunk)
        copied += len(chunk)
    return digest.hexdigest(), copied
