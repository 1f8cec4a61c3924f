"""The disk below the lake: is there room for a step, and what to tell a person when it fails."""

import errno
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What commits, the register and the accounts of a step may need besides its data.
RESERVE_BYTES = 64 << 20
ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
# Engines tell the cause in words only.
WORDS = (
    "No space left on device",
    "os error 28",
    "Input/output error",
    "os error 5)",
    "database or disk is full",
    "disk I/O error",
    "Read-only file system",
)


class StorageFailure(RuntimeError):
    """The disk is full, failing or read-only; what was acknowledged before stands."""


@contextmanager
def storage_failures(folder: Path) -> Iterator[None]:
    """Tells a failure of the disk from every other error, whichever library met it.

    Raises:
        StorageFailure: The disk below `folder` failed inside the block.
    """
    try:
        yield
    except StorageFailure:
        raise
    except Exception as error:
        if not is_of_the_disk(error):
            raise
        cause = _plain(str(error))
        raise StorageFailure(
            f"写入 {folder} 失败：{cause}。已确认的数据完好；请腾出空间或更换磁盘后重新运行 | "
            f"Writing below {folder} failed: {cause}. Everything acknowledged before stands, nothing is half "
            "loaded. Free space or mend the disk, then run again; it goes on where it stopped."
        ) from error


def require_space(folder: Path, needed: int, step: str) -> None:
    """Refuses a step that the disk cannot hold.

    Raises:
        StorageFailure: Less than `needed` bytes and a reserve are free below `folder`.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + RESERVE_BYTES:
        want, have = (needed + RESERVE_BYTES) / 1e6, free / 1e6
        raise StorageFailure(
            f"磁盘空间不足：{step} 需要约 {want:,.0f} MB，{folder} 仅余 {have:,.0f} MB；未开始 | "
            f"Not enough disk space: {step} may need {want:,.0f} MB, {folder} has {have:,.0f} MB left. "
            "It was not started and nothing was changed. Free space, then run again."
        )


def _plain(text: str) -> str:
    """An engine's message without its colours, arrows and line breaks."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|↳", "", text).split())


def is_of_the_disk(error: BaseException) -> bool:
    """Whether the disk is the cause, in whatever words an engine puts it."""
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, sqlite3.OperationalError) or getattr(chain, "errno", None) in ERRNOS:
            return True
        if any(word in str(chain) for word in WORDS):
            return True
        chain = chain.__cause__ or chain.__context__
    return False
