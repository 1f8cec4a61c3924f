"""Restoring a backup into a new place, and looking at every byte of it before it is used.

objects -> hidden folder, each checked on the way -> the lake's name. Broken off, it leaves no lake.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from lakehouse.backup.store import BackupDamaged, BackupSet, KeptPart, Store, remove_drafts
from lakehouse.backup.taking import THREADS
from lakehouse.durable import fsync_path, make_folder
from lakehouse.raw_zone import RawZone
from lakehouse.releases import ReleaseDamaged, read_book, require_whole
from lakehouse.settings import Settings
from lakehouse.storage import require_space, storage_failures


class NotEmpty(RuntimeError):
    """The place to restore into holds something already; nothing there was touched."""


def restore(store: Store, set_id: str | None, into: Path) -> BackupSet:
    """Writes a backup's files into a new folder.

    Raises:
        NotEmpty: The folder exists and holds something.
        BackupDamaged: A content is missing or damaged; nothing is left under the folder's name.
        StorageFailure: The disk failed or is too small.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NotEmpty(f"{into} 不为空，恢复只写入新位置 | {into} is not empty; a restore never overwrites")
    found = store.read_set(set_id)
    make_folder(into.parent)
    remove_drafts(into.parent, f".{into.name}.*.draft")
    draft = into.parent / f".{into.name}.{found.id}.draft"
    with storage_failures(into.parent):
        require_space(into.parent, found.bytes, "restore")
        for folder in sorted({(draft / file.path).parent for file in found.files} | {draft}):
            folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda file: _fetch(store, draft, file), found.files))
        for folder in [draft, *(path for path in draft.rglob("*") if path.is_dir())]:
            fsync_path(folder)
        if into.is_dir():
            into.rmdir()
        draft.rename(into)
        fsync_path(into.parent)
    return found


def damage_of(settings: Settings) -> list[str]:
    """Everything in a restored lake that is not what was acknowledged; empty is good."""
    found = RawZone(settings.raw_dir).check(deep=True).damage if settings.raw_dir.is_dir() else []
    for number, entry in read_book(settings).entries.items():
        if entry.has_files:
            try:
                require_whole(settings, number)
            except ReleaseDamaged as error:
                found.append(str(error))
    for path in sorted(settings.data_dir.rglob("*.sqlite")):
        found += _database_damage(path)
    return found


def _fetch(store: Store, draft: Path, file: KeptPart) -> None:
    target = draft / file.path
    if not target.resolve().is_relative_to(draft.resolve()):
        raise BackupDamaged(f"备份清单含有越界路径 | the backup names a file outside the lake: {file.path}")
    store.fetch(file, target)


def _database_damage(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = str(error)
    return [] if verdict == "ok" else [f"{path.name}: {verdict}"]
