"""Taking a backup while the lake lives: nothing waits but the making and retiring of releases."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lakehouse.backup.parts import Cut
from lakehouse.backup.store import BackupSet, KeptPart, Part, Store, remove_drafts
from lakehouse.releases.making import only_maker
from lakehouse.settings import Settings
from lakehouse.storage import storage_failures

# Copies wait for the disk most of the time.
THREADS = 8


@dataclass(frozen=True)
class Taken:
    """A backup that was taken."""

    set: BackupSet
    sha256: str
    seconds: float


def take(settings: Settings, store: Store, at: datetime, facts: Callable[[Path], Mapping[str, Any]]) -> Taken:
    """Takes a backup.

    Args:
        store: Where to; on another disk, and never below the lake.
        at: When it began, which names it.
        facts: What else its head shall say, from the folder with the copies of ledger and records.

    Raises:
        SourceDamaged: Something acknowledged is damaged; what is wrong must be mended first.
        StorageFailure: The disk failed.
        ValueError: The store lies in the lake.
    """
    if store.folder.resolve().is_relative_to(settings.data_dir):
        raise ValueError(
            f"备份不能放在湖内 | {store.folder} lies in the lake it is to save; name another disk"
        )
    began = time.perf_counter()
    with storage_failures(store.folder):
        store.prepare()
        remove_drafts(store.folder / "objects", ".*.draft")
        remove_drafts(store.folder, ".cut-*")
        with tempfile.TemporaryDirectory(dir=store.folder, prefix=".cut-") as scratch:
            cut = Cut(settings, Path(scratch))
            with only_maker(settings):
                kept = [store.put(part) for part in cut.naming_parts()]
                said = facts(Path(scratch))
                kept += _put_all(store, cut.named_parts())
        store.sync(kept)
        head = {"taken_at": at.isoformat(timespec="microseconds"), **said}
        found = BackupSet(_free_id(store, at), head, tuple(kept))
        sha256 = store.write_set(found)
    return Taken(found, sha256, time.perf_counter() - began)


def _put_all(store: Store, parts: Iterable[Part]) -> list[KeptPart]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(store.put, parts))


def _free_id(store: Store, at: datetime) -> str:
    name = f"{at:%Y%m%dT%H%M%SZ}"
    count = sum(known.startswith(name) for known in store.set_ids())
    return f"{name}-{count + 1:02d}"
