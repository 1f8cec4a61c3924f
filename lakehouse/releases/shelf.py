"""The numbered releases of a lake and the pointer that says which one readers get."""

import json
import shutil
from collections.abc import Mapping
from typing import Any

import duckdb

from lakehouse.durable import fsync_all, sha256_of, write_atomic
from lakehouse.releases.copying import ReleaseDraft, attach, copy_tables
from lakehouse.releases.release import MANIFEST, NoRelease, Release, read_release, verify
from lakehouse.settings import Settings
from lakehouse.warehouse import connect

CURRENT = "CURRENT"


def publish(settings: Settings, draft: ReleaseDraft) -> Release:
    """Copies the drafted tables out of the working warehouse and makes the copy current.

    Raises:
        RuntimeError: The copy left a write-ahead log behind, so its bytes are not complete.
    """
    number = _next_number(settings)
    folder = settings.releases_dir / f"{number:06d}"
    draft_folder = settings.releases_dir / f".{number:06d}.draft"
    shutil.rmtree(draft_folder, ignore_errors=True)
    draft_folder.mkdir(parents=True)
    file = draft_folder / f"warehouse-{number:06d}.duckdb"
    tables = copy_tables(settings, draft.tables, file)
    manifest = {
        "release": number,
        "released_at": draft.released_at.isoformat(),
        "warehouse": {"file": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
        "attachments": attach(settings, file, draft.attachments),
        "tables": tables,
        **draft.facts,
    }
    write_atomic(draft_folder / MANIFEST, _as_json(manifest))
    fsync_all([file, draft_folder])
    draft_folder.rename(folder)
    fsync_all([settings.releases_dir])
    write_atomic(settings.releases_dir / CURRENT, f"{number:06d}\n".encode())
    return Release(number, folder, manifest)


def list_releases(settings: Settings) -> tuple[Release, ...]:
    """All releases, oldest first."""
    if not settings.releases_dir.is_dir():
        return ()
    folders = sorted(path for path in settings.releases_dir.iterdir() if path.name.isdigit())
    return tuple(read_release(folder) for folder in folders)


def current(settings: Settings) -> Release | None:
    """The release that readers get, or None before the first one."""
    pointer = settings.releases_dir / CURRENT
    return read_release(settings.releases_dir / pointer.read_text().strip()) if pointer.is_file() else None


def find_release(settings: Settings, number: int | None) -> Release:
    """The release with this number, or the current one.

    Raises:
        NoRelease: It does not exist.
    """
    if number is None:
        if release := current(settings):
            return release
        raise NoRelease(
            f"no release in {settings.releases_dir} yet: run `medlake refresh` (or `make demo`) first"
        )
    folder = settings.releases_dir / f"{number:06d}"
    if not folder.is_dir():
        known = ", ".join(release.name for release in list_releases(settings)) or "none"
        raise NoRelease(f"release {number:06d} does not exist; there are: {known}")
    return read_release(folder)


def open_release(settings: Settings, number: int | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release's warehouse.

    Raises:
        NoRelease: The release does not exist.
    """
    return connect(find_release(settings, number).warehouse_path, read_only=True, settings=settings)


def point_to(settings: Settings, number: int) -> Release:
    """Makes an existing release current: rolling back is pointing to an older one.

    Raises:
        NoRelease: The release does not exist.
        ReleaseDamaged: One of its files is not the one in its manifest.
    """
    release = find_release(settings, number)
    verify(release)
    write_atomic(settings.releases_dir / CURRENT, f"{release.name}\n".encode())
    return release


def _next_number(settings: Settings) -> int:
    settings.releases_dir.mkdir(parents=True, exist_ok=True)
    return max((release.number for release in list_releases(settings)), default=0) + 1


def _as_json(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
