"""Writes that survive a power cut: data, then the name, then the folder that holds the name."""

import os
import shutil
from collections.abc import Iterable
from hashlib import file_digest
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


def rewrite(path: Path) -> None:
    """Puts a file on the disk by writing it anew under the same name.

    For bytes whose fsync may have failed once: the kernel then calls them clean, and a second fsync succeeds
    although nothing was written.
    """
    draft = path.with_name(f".{path.name}.draft")
    shutil.copyfile(path, draft)
    fsync_path(draft)
    draft.replace(path)


def make_folder(path: Path) -> None:
    """Creates a folder and what is missing above it, each name durable in the folder that holds it."""
    missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        fsync_path(folder.parent)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def write_atomic(path: Path, content: bytes) -> None:
    """Replaces `path` by `content`: a reader sees the old bytes or the new ones, never a part."""
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    fsync_path(path.parent)
