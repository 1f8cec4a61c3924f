"""Writes that survive a power cut: data, then the name, then the folder that holds the name."""

import os
from collections.abc import Iterable
from pathlib import Path


def fsync_path(path: Path) -> None:
    """Forces one file's bytes, or one folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_all(paths: Iterable[Path]) -> None:
    """Forces files and folders to the disk in the order given."""
    for path in paths:
        fsync_path(path)


def write_atomic(path: Path, content: bytes) -> None:
    """Replaces `path` by `content`: a reader sees the old bytes or the new ones, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    fsync_path(path.parent)
