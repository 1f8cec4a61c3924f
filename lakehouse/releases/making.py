"""From a draft to a candidate: a folder with the copy, what is attached to it, and the manifest.

build.duckdb -> .000042.draft/ -> fsync -> 000042/ -> the record. Nobody sees it before it stands there.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lakehouse.durable import fsync_all, make_folder, sha256_of, write_atomic
from lakehouse.releases.copying import ReleaseDraft, attach, copy_tables
from lakehouse.releases.log import read_book, writing
from lakehouse.releases.release import MANIFEST, Release
from lakehouse.releases.steps import State
from lakehouse.settings import Settings
from lakehouse.storage import storage_failures
from lakehouse.writer import WAIT_SECONDS, silent
from lakehouse.writer_lock import WriterLock

LOCK = "_making.lock"


@contextmanager
def only_maker(settings: Settings) -> Iterator[None]:
    """Lets one process make or remove release folders, and removes what a broken one left.

    Raises:
        LakeBusy: Another process did not finish in time.
        StorageFailure: The disk failed.
    """
    make_folder(settings.releases_dir)
    lock = WriterLock(settings.releases_dir / LOCK)
    lock.acquire("make a release", WAIT_SECONDS, silent)
    try:
        with storage_failures(settings.releases_dir):
            with writing(settings, "begin the record") as log:
                log.begin()
            sweep(settings)
            yield
    finally:
        lock.release(finished=True)


def make_folder_of(settings: Settings, draft: ReleaseDraft, kind: str, people: str) -> Release:
    """Builds the next release's folder, complete and on the disk; the record does not know it yet.

    Raises:
        RuntimeError: The copy left a write-ahead log behind, so its bytes are not complete.
    """
    number = read_book(settings).newest + 1
    folder = settings.releases_dir / f"{number:06d}"
    draft_folder = settings.releases_dir / f".{number:06d}.draft"
    draft_folder.mkdir()
    file = draft_folder / f"warehouse-{number:06d}.duckdb"
    tables = copy_tables(settings, draft.tables, file)
    manifest = {
        "release": number,
        "kind": kind,
        "people": people,
        "released_at": draft.released_at.isoformat(),
        "warehouse": {"file": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
        "attachments": attach(settings, file, draft.attachments),
        "tables": tables,
        **draft.facts,
    }
    write_atomic(draft_folder / MANIFEST, manifest_bytes(manifest))
    fsync_all([file, draft_folder])
    draft_folder.rename(folder)
    fsync_all([settings.releases_dir])
    return Release(number, folder, manifest)


def blocking_rules(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Why the gates do not let a candidate through: failed blocking rules, or a gate that was not run."""
    gates = manifest.get("gates", {})
    if not sum(gates.get("rules", {}).values()):
        return ("no gate result stands in the manifest: what was not checked is not green",)
    if skipped := [stage for stage, rules in gates["rules"].items() if not rules]:
        return (f"gates {', '.join(skipped)} did not run in this run; run all its steps again",)
    return tuple(
        f"{row['rule_id']} on {row['table_name']}"
        for row in gates.get("not_green", ())
        if row["severity"] == "block"
    )


def sweep(settings: Settings) -> None:
    """Removes drafts, folders the record never heard of, and those it has given up; the only maker may."""
    entries = read_book(settings).entries
    for folder in settings.releases_dir.iterdir():
        number = int(folder.name) if folder.name.isdigit() else 0
        entry = entries.get(number)
        if folder.name.endswith(".draft") or (number and (entry is None or entry.state is State.RETIRED)):
            _remove(folder)


def _remove(folder: Path) -> None:
    """Deletes a release's folder; out of sight first, so that no half of it stays under its number."""
    doomed = folder.with_name(f".{folder.name.strip('.')}.draft")
    if doomed != folder:
        folder.rename(doomed)
    if doomed.is_dir():
        shutil.rmtree(doomed)
    else:
        doomed.unlink()


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """A manifest in the one form in which it is written."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
