"""The ledger's store: one SQLite file of leaves that are added and never changed.

Act -> canonical bytes + hashes of all subtrees the leaf completes -> one row, durable when append() returns.
Because a leaf's row holds every subtree it closes, appending and proving read O(log n) rows and change none.
Alone: with open_ledger(Settings.from_env(), writable=False) as ledger: print(ledger.size)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from lakehouse.settings import Settings
from lakehouse.storage import storage_failures
from lineage.ledger import merkle
from lineage.ledger.act import Act, Action, Entry, decode, encode, instant
from lineage.ledger.refusals import DamagedLedger
from lineage.ledger.store import connect

LEDGER_FILE = "ledger.sqlite"


class NoLedger(LookupError):
    """The lake has no ledger yet."""


@dataclass(frozen=True)
class Leaf:
    """Where an act stands, and the hash of its bytes."""

    index: int
    leaf_hash: bytes


def ledger_path(settings: Settings) -> Path:
    """The ledger's file."""
    return settings.ledger_dir / LEDGER_FILE


def open_ledger(settings: Settings, *, writable: bool) -> Ledger:
    """Opens a lake's ledger; a writable one is made when there is none.

    Raises:
        NoLedger: There is none, and it was to be read only.
        DamagedLedger: The file is no ledger.
    """
    path = ledger_path(settings)
    if not writable and not path.is_file():
        raise NoLedger(
            f"尚无账本：{path}；首次导入或刷新后自动建立 | there is no ledger {path} yet; "
            "`medlake ingest` or `medlake refresh` begins it"
        )
    return Ledger.open(path, writable=writable)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """An open ledger; several processes may append, each append is one transaction."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Callable[[], datetime]) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock

    @classmethod
    def open(cls, path: Path, *, writable: bool = True, clock: Callable[[], datetime] = _utc_now) -> Self:
        """Opens the file; makes it when it is to be written and there is none.

        Raises:
            DamagedLedger: It is no ledger.
        """
        return cls(path, connect(path, writable=writable), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @property
    def size(self) -> int:
        """How many leaves there are."""
        (last,) = self._connection.execute("SELECT max(position) FROM leaves").fetchone()
        return 0 if last is None else int(last) + 1

    def append(self, act: Act) -> Leaf:
        """Adds one act; when this returns it survives a power cut.

        Raises:
            ValueError: The act lacks who, what or why, or a value has no exact form.
            StorageFailure: The disk failed; nothing was added.
        """
        return self.append_many([act])[0]

    def append_many(self, acts: Sequence[Act]) -> list[Leaf]:
        """Adds acts in their order, all or none of them."""
        with self.transaction():
            return self._add(acts)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keeps other writers out from what is read to what is added; all of it stands, or none."""
        if self._connection.in_transaction:
            yield
            return
        with storage_failures(self.path.parent):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def entry(self, index: int) -> Entry:
        """One leaf.

        Raises:
            NoLedger: There is no such leaf.
            BadLeaf: Its bytes are no act.
        """
        return decode(index, self._row(index)[0])

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Leaves start..stop-1 in order, all to the end when stop is None.

        Raises:
            BadLeaf: The bytes of one are no act.
        """
        return (decode(index, body) for index, body, _ in self.rows(start, stop))

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes, bytes]]:
        """Leaves as they are stored: position, bytes, and the subtree hashes kept with them."""
        return self._connection.execute(
            "SELECT position, body, hashes FROM leaves WHERE position >= ?1 "
            "AND (?2 IS NULL OR position < ?2) ORDER BY position",
            (start, stop),
        )

    def latest(self, *actions: Action) -> Entry | None:
        """The newest act of these kinds."""
        found = [
            self._connection.execute("SELECT max(position) FROM leaves WHERE action = ?", (a,)).fetchone()[0]
            for a in actions
        ]
        known = [position for position in found if position is not None]
        return self.entry(max(known)) if known else None

    def of_action(self, action: Action) -> Iterator[Entry]:
        """All acts of one kind, oldest first."""
        found = self._connection.execute(
            "SELECT position, body FROM leaves WHERE action = ? ORDER BY position", (action,)
        )
        return (decode(index, body) for index, body in found)

    def where(self, condition: str, values: Mapping[str, str]) -> Iterator[Entry]:
        """The acts that a condition on the columns names, oldest first."""
        found = self._connection.execute(
            f"SELECT position, body FROM leaves WHERE {condition} ORDER BY position", values
        )
        return (decode(index, body) for index, body in found)

    def count_where(self, condition: str, values: Mapping[str, str]) -> int:
        """How many acts a condition on the columns names."""
        found = self._connection.execute(f"SELECT count(*) FROM leaves WHERE {condition}", values)
        return int(found.fetchone()[0])

    def people(self) -> list[str]:
        """Everybody who did anything, by name."""
        found = self._connection.execute(
            "SELECT DISTINCT json_extract(CAST(body AS TEXT), '$.who') AS who FROM leaves ORDER BY who"
        )
        return [who for (who,) in found]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, over all when None."""
        return merkle.root(self._known(size), self._node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that a leaf stands in the tree of `size` leaves."""
        return merkle.inclusion(index, self._known(size), self._node)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of `old` leaves is the beginning of that of `new`."""
        return merkle.consistency(old, self._known(new), self._node)

    def keep_note(self, size: int, note: bytes) -> None:
        """Keeps a signed checkpoint of the first `size` leaves."""
        with storage_failures(self.path.parent):
            self._connection.execute("INSERT INTO notes (size, note) VALUES (?, ?)", (size, note))

    def notes(self) -> list[bytes]:
        """Every signed checkpoint, oldest first."""
        return [note for (note,) in self._connection.execute("SELECT note FROM notes ORDER BY seq")]

    def notes_over(self, index: int) -> Iterator[bytes]:
        """The signed checkpoints that cover a leaf, oldest first."""
        found = self._connection.execute("SELECT note FROM notes WHERE size > ? ORDER BY size, seq", (index,))
        return (note for (note,) in found)

    def _add(self, acts: Sequence[Act]) -> list[Leaf]:
        frontier = merkle.Frontier(self.size, self._node)
        (latest,) = self._connection.execute("SELECT max(at) FROM leaves").fetchone()
        leaves, rows = [], []
        for act in acts:
            at = self._clock()
            is_back = latest is not None and instant(at) < latest
            latest = latest if is_back else instant(at)
            body = encode(act, at, clock_back=is_back)
            index, hashed = frontier.size, merkle.leaf_hash(body)
            rows.append((index, body, b"".join(frontier.add(hashed))))
            leaves.append(Leaf(index, hashed))
        self._connection.executemany("INSERT INTO leaves (position, body, hashes) VALUES (?, ?, ?)", rows)
        return leaves

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _known(self, size: int | None) -> int:
        known = self.size
        if size is None:
            return known
        if not 0 <= size <= known:
            raise ValueError(f"the ledger holds {known} leaves, not {size}")
        return size

    def _row(self, index: int) -> tuple[bytes, bytes]:
        row = self._connection.execute(
            "SELECT body, hashes FROM leaves WHERE position = ?", (index,)
        ).fetchone()
        if row is None:
            raise NoLedger(f"账本无第 {index} 条 | the ledger has no leaf {index}; it holds {self.size}")
        return row[0], row[1]

    def _node(self, level: int, position: int) -> bytes:
        """The subtree's hash from the row of the leaf that closed it."""
        _, hashes = self._row((position + 1 << level) - 1)
        found = hashes[level * merkle.HASH_BYTES : (level + 1) * merkle.HASH_BYTES]
        if len(found) != merkle.HASH_BYTES:
            raise DamagedLedger(
                f"账本缓存损坏 | the row of leaf {(position + 1 << level) - 1} lacks a subtree hash; "
                "run `medlake evidence verify`"
            )
        return bytes(found)
