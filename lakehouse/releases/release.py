"""A release on the disk: its folder, its manifest, and whether its bytes are the ones that were released."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lakehouse.durable import sha256_of

MANIFEST = "manifest.json"


class NoRelease(LookupError):
    """There is no release to open."""


class ReleaseBlocked(RuntimeError):
    """The gates do not let a candidate through."""


class ReleaseDamaged(RuntimeError):
    """A release's bytes are not the ones its manifest was written for."""


@dataclass(frozen=True)
class Release:
    """A published release: its number, its folder and its manifest."""

    number: int
    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The number as people read it, such as `000042`."""
        return f"{self.number:06d}"

    @property
    def made_at(self) -> datetime:
        """When it was made, UTC."""
        return datetime.fromisoformat(self.manifest["released_at"])

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file that readers open."""
        return self.path / str(self.manifest["warehouse"]["file"])

    def attachment_path(self, name: str) -> Path:
        """The file or folder that was built beside the warehouse under this name.

        Raises:
            NoRelease: The release was made without it.
        """
        if name not in self.manifest.get("attachments", {}):
            raise NoRelease(
                f"发布 {self.name} 没有附件 {name}；请运行 medlake refresh --force | release {self.name} was "
                f"made without {name}; `medlake refresh --force` makes a new release that has it"
            )
        return self.path / name


def read_release(folder: Path) -> Release:
    """The release in a folder."""
    return Release(int(folder.name), folder, json.loads((folder / MANIFEST).read_text()))


def verify(release: Release) -> None:
    """Checks the release's files, the warehouse first, against its manifest.

    Raises:
        ReleaseDamaged: A file is missing or has other bytes.
    """
    for name, expected in kept_files(release.manifest):
        path = release.path / name
        found = sha256_of(path) if path.is_file() else "no file"
        if found != expected:
            raise ReleaseDamaged(
                f"发布 {release.name} 的文件 {name} 与清单不符 | release {release.name}: {name} should have "
                f"sha256 {expected}, found {found}. "
                "Restore the folder from a backup or make another release current."
            )


def kept_files(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and sha256 of every file that a manifest vouches for."""
    yield manifest["warehouse"]["file"], manifest["warehouse"]["sha256"]
    for files in manifest.get("attachments", {}).values():
        for file in files:
            yield file["file"], file["sha256"]
