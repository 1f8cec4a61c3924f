"""The one writer of a lake: lock -> register -> start-up check -> writes -> lock given back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lakehouse.commit_register import REGISTER, CommitRegister
from lakehouse.recovery import Recovery, TableCheck, explain_damage
from lakehouse.storage import storage_failures
from lakehouse.writer_lock import WriterLock

Say = Callable[[str], None]
WAIT_SECONDS = 600.0


def silent(_: str) -> None:
    """For callers that show nothing."""


@dataclass(frozen=True)
class StartUp:
    """What the start-up check of a writer found.

    Attributes:
        crashed: The writer before ended without finishing; what it left lying about is nobody's.
        notices: What was taken over, set aside or removed.
    """

    crashed: bool
    notices: tuple[str, ...]


@dataclass(frozen=True)
class CheckReport:
    """Everything acknowledged against the disk, and every notice since the lake began."""

    tables: tuple[TableCheck, ...]
    notices: tuple[str, ...]

    @property
    def damage(self) -> list[str]:
        """Every difference from what was acknowledged."""
        return [line for table in self.tables for line in table.damage]


@dataclass
class Writer:
    """This process's right to write below one folder."""

    raw_dir: Path
    lock: WriterLock = field(init=False)
    _open: tuple[StartUp, CommitRegister] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.lock = WriterLock(self.raw_dir / "_writer.lock")

    @property
    def is_open(self) -> bool:
        """Whether this process holds the lock and has looked at what the last one left."""
        return self._open is not None

    @property
    def register(self) -> CommitRegister:
        """The open register."""
        if self._open is None:
            raise RuntimeError("a commit is acknowledged inside a writer's session only")
        return self._open[1]

    @contextmanager
    def session(self, purpose: str, wait_seconds: float, say: Say) -> Iterator[StartUp]:
        """Holds the lock from the start-up check to the last write; a session inside one is the same."""
        if self._open:
            yield self._open[0]
            return
        with self._locked(purpose, wait_seconds, say) as register:
            self._open = (self._start_up(register, say), register)
            try:
                yield self._open[0]
            finally:
                self._open = None

    def check(self, *, deep: bool) -> CheckReport:
        """Compares all that is on record with the disk; settles what crashes left unless there is damage."""
        with self._locked("medlake check", WAIT_SECONDS, silent) as register:
            recovery = Recovery(self.raw_dir, register)
            if not recovery.damage():
                recovery.settle(crashed=self.lock.crashed)
                recovery.sweep()
            return CheckReport(tuple(recovery.check_all(deep=deep)), tuple(register.notices()))

    @contextmanager
    def _locked(self, purpose: str, wait_seconds: float, say: Say) -> Iterator[CommitRegister]:
        with storage_failures(self.raw_dir):
            self.lock.acquire(purpose, wait_seconds, say)
            finished = False
            try:
                register = CommitRegister(self.raw_dir / REGISTER)
                try:
                    yield register
                finally:
                    register.close()
                finished = True
            finally:
                self.lock.release(finished=finished)

    def _start_up(self, register: CommitRegister, say: Say) -> StartUp:
        recovery = Recovery(self.raw_dir, register)
        if damage := recovery.damage():
            raise explain_damage(damage)
        notices = recovery.settle(crashed=self.lock.crashed)
        if self.lock.crashed or notices:
            notices += recovery.sweep()
        for notice in notices:
            say(notice)
        return StartUp(self.lock.crashed, tuple(notices))
