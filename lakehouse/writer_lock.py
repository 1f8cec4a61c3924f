"""One writer per lake: a lock that the kernel drops when its holder dies, and that says who holds it.

The lock file also tells a crash from a clean end: it names its holder from before the first write until after
the last one, durably, so a name found by the next holder means that the one before did not finish.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lakehouse.durable import fsync_path, make_folder

POLL_SECONDS = 0.1


class LakeBusy(RuntimeError):
    """Another process writes to the lake and did not finish in time."""


@dataclass
class WriterLock:
    """The lock of one lake; `crashed` says whether the holder before ended without finishing."""

    path: Path
    handle: int | None = None
    crashed: bool = False

    def acquire(self, purpose: str, wait_seconds: float, say: Callable[[str], None]) -> None:
        """Takes the lock, waiting for another holder at most so long.

        Raises:
            LakeBusy: The other holder is still at it.
        """
        make_folder(self.path.parent)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._wait(handle, wait_seconds, say)
            self.crashed = os.fstat(handle).st_size > 0
            _sign(handle, json.dumps({"pid": os.getpid(), "purpose": purpose}).encode())
            fsync_path(self.path.parent)
        except BaseException:
            os.close(handle)
            raise
        self.handle = handle

    def release(self, *, finished: bool) -> None:
        """Gives the lock back; the name stays in it when the work was broken off."""
        if self.handle is None:
            raise RuntimeError("the lock is not held")
        handle, self.handle = self.handle, None
        try:
            if finished:
                os.ftruncate(handle, 0)
        finally:
            os.close(handle)

    def _wait(self, handle: int, wait_seconds: float, say: Callable[[str], None]) -> None:
        deadline, told = time.monotonic() + wait_seconds, False
        while not _taken(handle):
            if time.monotonic() >= deadline:
                raise LakeBusy(
                    f"{_holder(handle)} 正在写入本湖，等待 {wait_seconds:.0f} 秒后放弃；请待其结束后重试 | "
                    f"{_holder(handle)} is writing to this lake ({self.path}); gave up after "
                    f"{wait_seconds:.0f} s. Run again when it has ended; nothing was changed."
                )
            if not told:
                say(f"等待写锁 | waiting for {_holder(handle)}, which is writing to this lake")
                told = True
            time.sleep(POLL_SECONDS)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(handle: int, content: bytes) -> None:
    """Never empty in between, so that a full disk does not wipe out the mark of a crash."""
    os.pwrite(handle, content, 0)
    os.ftruncate(handle, len(content))
    os.fsync(handle)


def _holder(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
    except ValueError:
        return "another process"
    return f"process {holder['pid']} ({holder['purpose']})"
