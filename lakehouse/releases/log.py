"""The record of everything that happened to releases: one line a step, added and never changed.

step -> allowed? -> time from our own clock -> one line that names the digest of the line before -> fsync
A line counts once its end is on the disk, so whatever breaks off, readers see the old state or the new one.
A lake from before the record is read as if its releases had been written into it; the first step does so.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from lakehouse.durable import make_folder, sha256_of, write_atomic
from lakehouse.releases.book import Book, fold
from lakehouse.releases.release import MANIFEST, ReleaseDamaged
from lakehouse.releases.rules import ROUTINE, rule_for
from lakehouse.releases.steps import Action, IllegalStep, Record, Step
from lakehouse.settings import Settings
from lakehouse.storage import storage_failures
from lakehouse.writer import silent
from lakehouse.writer_lock import WriterLock

LOG = "record.jsonl"
LOCK = "_record.lock"
OLD_POINTER = "CURRENT"
SYSTEM = "medlake"
NOTHING = "0" * 64
# A step is one short write; whoever holds the lock longer is in trouble.
WAIT_SECONDS = 30.0


def utc_now() -> datetime:
    """The lake's clock."""
    return datetime.now(UTC)


def read_log(settings: Settings) -> list[Record]:
    """Everything that has happened, in order.

    Raises:
        ReleaseDamaged: The record was changed after it was written.
    """
    path = log_path(settings)
    if not path.is_file():
        return list(_parsed(_old_lines(settings), path))
    return list(_kept_records(path, *_identity(path)))


def read_book(settings: Settings, at: datetime | None = None) -> Book:
    """Where every release stands now, or stood at a time.

    Raises:
        ReleaseDamaged: The record holds what cannot have been written by us.
    """
    path = log_path(settings)
    if at is not None or not path.is_file():
        return _folded(read_log(settings), path, at)
    kept = _kept_book(path, *_identity(path))
    book = Book(dict(kept.entries), list(kept.tenures), kept.newest, dict(kept.waiting))
    book.lapse(utc_now())
    return book


def read_book_of(path: Path) -> Book:
    """Where every release stands according to a copy of a record.

    Raises:
        ReleaseDamaged: The record holds what cannot have been written by us.
    """
    return _folded(list(_parsed(path.read_bytes(), path)), path, None)


def _identity(path: Path) -> tuple[int, int, int]:
    """Tells one content of the record from another: it only grows, and a restored one is another file."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


# Pages and commands ask what is current again and again; ten years of daily releases take 0.3 s to read.
@lru_cache(maxsize=4)
def _kept_records(path: Path, *_identity: int) -> tuple[Record, ...]:
    return tuple(_parsed(path.read_bytes(), path))


@lru_cache(maxsize=4)
def _kept_book(path: Path, *identity: int) -> Book:
    records = _kept_records(path, *identity)
    return _folded(list(records), path, records[-1].at if records else None)


def _folded(records: list[Record], path: Path, at: datetime | None) -> Book:
    try:
        # Time never runs back in the record, whatever the clock says now.
        return fold(records, at or _not_before(records))
    except (IllegalStep, KeyError, TypeError, ValueError) as error:
        raise ReleaseDamaged(
            f"发布登记簿含有不允许的步骤 | the record of releases {path} holds a step that was "
            f"never allowed: {error!r}. Compare it with the ledger: medlake evidence verify"
        ) from error


def log_path(settings: Settings) -> Path:
    """The record's file."""
    return settings.releases_dir / LOG


class LogWriter:
    """The right to add steps; only one process holds it, and briefly."""

    def __init__(self, settings: Settings) -> None:
        self._path = log_path(settings)
        self._settings = settings

    def add(self, *steps: Step) -> list[Record]:
        """Lets steps happen, all of them or none.

        Raises:
            IllegalStep: One is not allowed; nothing was written.
            StorageFailure: The disk failed.
        """
        records = read_log(self._settings)
        at = _not_before(records)
        book = fold(records, at)
        for step in steps:
            book.take(step, at)
        last = records[-1].sha256 if records else NOTHING
        added = _lines(steps, at, len(records), last)
        self._append(added)
        return list(_parsed(added, self._path, len(records), last))

    def begin(self) -> None:
        """Writes the releases of an older lake into the record, before a folder is added to them."""
        if not self._path.is_file():
            self._append(b"")

    def _append(self, added: bytes) -> None:
        with storage_failures(self._path.parent):
            if not self._path.is_file():
                write_atomic(self._path, _old_lines(self._settings) + added)
                (self._path.parent / OLD_POINTER).unlink(missing_ok=True)
                return
            with self._path.open("rb+") as out:
                out.truncate(_whole(out.read()))
                out.seek(0, os.SEEK_END)
                out.write(added)
                out.flush()
                os.fsync(out.fileno())


@contextmanager
def writing(settings: Settings, purpose: str) -> Iterator[LogWriter]:
    """Keeps others from adding steps meanwhile.

    Raises:
        LakeBusy: Another process did not finish in time.
    """
    make_folder(settings.releases_dir)
    lock = WriterLock(settings.releases_dir / LOCK)
    lock.acquire(purpose, WAIT_SECONDS, silent)
    try:
        yield LogWriter(settings)
    finally:
        lock.release(finished=True)


def _whole(content: bytes) -> int:
    """Where the last whole line ends; what follows was cut short and never counted."""
    return content.rfind(b"\n") + 1


def _not_before(records: Sequence[Record]) -> datetime:
    now = utc_now()
    return max(now, records[-1].at) if records else now


def _lines(steps: Sequence[Step], at: datetime, seq: int, last: str) -> bytes:
    lines = []
    for number, step in enumerate(steps, seq):
        line = json.dumps(
            {
                "seq": number,
                "at": at.isoformat(timespec="microseconds"),
                "action": step.action,
                "number": step.number,
                "who": step.who,
                "why": step.why,
                "facts": step.facts,
                "prev": last,
            },
            ensure_ascii=False,
            sort_keys=True,
        ).encode()
        last = hashlib.sha256(line).hexdigest()
        lines.append(line + b"\n")
    return b"".join(lines)


def _parsed(content: bytes, path: Path, seq: int = 0, last: str = NOTHING) -> Iterator[Record]:
    for number, line in enumerate(content[: _whole(content)].splitlines(), seq):
        try:
            found: dict[str, Any] = json.loads(line)
            step = Step(Action(found["action"]), found["number"], found["who"], found["why"], found["facts"])
            is_next = (found["seq"], found["prev"]) == (number, last)
            at = datetime.fromisoformat(found["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path, number, str(error)) from error
        if not is_next:
            raise _damaged(path, number, "it does not follow from the line before")
        last = hashlib.sha256(line).hexdigest()
        yield Record(number, at, step, last)


def _damaged(path: Path, number: int, cause: str) -> ReleaseDamaged:
    return ReleaseDamaged(
        f"发布登记簿第 {number + 1} 行被改动，请从备份恢复 | the record of releases {path} was changed "
        f"at line {number + 1}: {cause}. Restore it from the backup."
    )


def _old_lines(settings: Settings) -> bytes:
    """The releases of a lake from before the record, as its first lines."""
    pointer = settings.releases_dir / OLD_POINTER
    if not pointer.is_file():
        return b""
    steps, rule = [], rule_for(ROUTINE)
    for folder in _release_folders(settings):
        manifest = json.loads((folder / MANIFEST).read_bytes())
        facts = {"rule": rule.as_dict(), "manifest_sha256": sha256_of(folder / MANIFEST)}
        at = datetime.fromisoformat(manifest["released_at"])
        steps.append((at, Step(Action.ADOPT, int(folder.name), SYSTEM, "", facts)))
    if (now := int(pointer.read_text())) != steps[-1][1].number:
        why = "登记开始前已回退 | rolled back before the record began"
        steps.append(
            (steps[-1][0], Step(Action.ROLL_BACK, now, SYSTEM, why, {"role": rule.withdraw.roles[0]}))
        )
    content, last, latest = b"", NOTHING, steps[0][0]
    for seq, (at, step) in enumerate(steps):
        latest = max(latest, at)
        line = _lines([step], latest, seq, last)
        content, last = content + line, hashlib.sha256(line[:-1]).hexdigest()
    return content


def _release_folders(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.releases_dir.iterdir() if path.name.isdigit())
