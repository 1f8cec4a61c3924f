"""What a backup of a living lake consists of, in the order that makes it consistent.

Whatever names other things is copied before them, so that all it names is there: the signed checkpoint, the
ledger, lineage, the releases' record, the register; then Delta's commits, data files, releases, originals.
Databases are copied by SQLite's own backup, growing files to their last whole line. The working warehouse is
left out: a refresh builds it again from the raw zone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lakehouse.backup.store import Part
from lakehouse.commit_register import CommitRegister
from lakehouse.delta_log import checkpoint_path, commit_path
from lakehouse.releases.log import log_path, read_book_of
from lakehouse.releases.release import MANIFEST, kept_files, read_release
from lakehouse.settings import Settings

REGISTER = "raw/_register.sqlite"
LEDGER = "ledger/ledger.sqlite"
# Taken care of one by one, or not part of what must survive.
APART = frozenset({"raw", "releases", "ledger", "lineage", "landing", "truth", "warehouse", "samples"})
DATABASES = frozenset({".sqlite", ".db"})
PASSING = (".draft", ".lock", "-wal", "-shm", ".tmp")


@dataclass(frozen=True)
class Cut:
    """A lake at one moment, as far as its naming parts say; their copies lie in a scratch folder."""

    settings: Settings
    scratch: Path

    def naming_parts(self) -> Iterator[Part]:
        """The parts that name others; each is copied to the scratch folder when it is asked for."""
        data = self.settings.data_dir
        if (data / "ledger" / "checkpoint").is_file():
            yield self._snapshot("ledger/checkpoint")
        if (data / LEDGER).is_file():
            yield self._database(LEDGER)
        yield from self._lineage()
        yield from self._record()
        if (data / REGISTER).is_file():
            yield self._database(REGISTER)

    def named_parts(self) -> Iterator[Part]:
        """Everything the naming parts name, and all else that is kept."""
        yield from self._delta()
        yield from self._releases()
        yield from self._rest()

    def _delta(self) -> Iterator[Part]:
        copy = self.scratch / REGISTER
        if not copy.is_file():
            return
        register, raw = CommitRegister(copy), self.settings.raw_dir
        try:
            for table in register.tables():
                folder = raw / table
                for commit in register.commits(table):
                    yield self._raw(commit_path(folder, commit.version), commit.sha256, commit.size)
                for version, kept in register.checkpoints(table).items():
                    yield self._raw(checkpoint_path(folder, version), kept.sha256, kept.size)
                for file in register.data_files(table):
                    yield self._raw(folder / file.name, file.sha256, file.size)
        finally:
            register.close()

    def _raw(self, path: Path, sha256: str, size: int) -> Part:
        return Part(self._name(path), path, sha256, size)

    def _releases(self) -> Iterator[Part]:
        copy = self.scratch / "releases" / log_path(self.settings).name
        if not copy.is_file():
            return
        for number, entry in sorted(read_book_of(copy).entries.items()):
            folder = self.settings.releases_dir / f"{number:06d}"
            if entry.has_files:
                yield Part(self._name(folder / MANIFEST), folder / MANIFEST, entry.manifest_sha256)
                for name, sha256 in kept_files(read_release(folder).manifest):
                    yield Part(self._name(folder / name), folder / name, sha256)
        for path in sorted((self.settings.releases_dir / "signatures").rglob("*.json")):
            yield Part(self._name(path), path)

    def _rest(self) -> Iterator[Part]:
        tops = [p for p in sorted(self.settings.data_dir.iterdir()) if p.is_dir() and p.name not in APART]
        for path in (path for top in tops for path in sorted(top.rglob("*"))):
            if not path.is_file() or path.name.endswith(PASSING) or ".incoming" in path.parts:
                continue
            if path.suffix in DATABASES:
                yield self._database(self._name(path))
            elif path.suffix == ".jsonl":
                yield Part(self._name(path), path, size=_whole_lines(path))
            else:
                yield Part(self._name(path), path, _told_by_name(path))

    def _lineage(self) -> Iterator[Part]:
        """An event follows its commit and comes before its leaf; what was sent comes before what is."""
        outbox = self.settings.outbox_dir
        if (outbox / "cursor.json").is_file():
            yield self._snapshot(self._name(outbox / "cursor.json"))
        for path in sorted(outbox.glob("*.jsonl")):
            yield Part(self._name(path), path, size=_whole_lines(path))

    def _record(self) -> Iterator[Part]:
        path = log_path(self.settings)
        if path.is_file():
            yield self._snapshot(self._name(path), _whole_lines(path))

    def _snapshot(self, name: str, size: int | None = None) -> Part:
        """A small file copied at once, so that what is kept is what is read later."""
        source, copy = self.settings.data_dir / name, self.scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes()[:size])
        copy.chmod(source.stat().st_mode & 0o777)
        return Part(name, copy)

    def _database(self, name: str) -> Part:
        source, copy = self.settings.data_dir / name, self.scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(copy)) as kept,
        ):
            live.backup(kept)
        copy.chmod(source.stat().st_mode & 0o777)
        return Part(name, copy)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.settings.data_dir).as_posix()


def _whole_lines(path: Path) -> int:
    """How much of a growing file is whole lines."""
    return path.read_bytes().rfind(b"\n") + 1


def _told_by_name(path: Path) -> str | None:
    """An original's name is its sha256."""
    is_original = path.parents[1].name == "originals" and len(path.name) == 64
    return path.name if is_original else None
