"""The life of all releases: candidate -> gated -> approved -> released -> superseded or withdrawn.

records -> fold() -> where every release stands, which one readers get, and which one they got at any time.
Pure: no clock, no disk. A step that is not allowed raises and changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lakehouse.releases.entry import Entry
from lakehouse.releases.rules import rule_of
from lakehouse.releases.steps import Action, IllegalStep, Record, State, Step
from lakehouse.releases.transitions import CHANGING, require_reason


@dataclass(frozen=True)
class Tenure:
    """A time during which readers got one release; open at its end when they still do."""

    number: int
    start: datetime
    end: datetime | None = None


@dataclass
class Book:
    """Where every release stands after some steps."""

    entries: dict[int, Entry] = field(default_factory=dict)
    tenures: list[Tenure] = field(default_factory=list)
    newest: int = 0
    # Emergency releases that are not ratified yet, and when they lapse.
    waiting: dict[int, datetime] = field(default_factory=dict)

    @property
    def current(self) -> int | None:
        """The release that readers get."""
        return self.tenures[-1].number if self.tenures and self.tenures[-1].end is None else None

    def entry(self, number: int) -> Entry:
        """Where one release stands.

        Raises:
            IllegalStep: There is no such release.
        """
        if number not in self.entries:
            raise IllegalStep(f"发布 {number:06d} 不存在 | there is no release {number:06d}")
        return self.entries[number]

    def at(self, moment: datetime) -> int | None:
        """The release that readers got at a moment."""
        for tenure in reversed(self.tenures):
            if tenure.start <= moment:
                return tenure.number if tenure.end is None or moment < tenure.end else None
        return None

    def take(self, step: Step, at: datetime) -> None:
        """Lets a step happen.

        Raises:
            IllegalStep: It is not allowed here; the book is as it was.
        """
        self.lapse(at)
        if step.action in MAKING:
            self._make(MAKING[step.action](self, step, at), at)
        elif step.action is not Action.RESTORE:
            require_reason(step)
            old = self.entry(step.number)
            self._put(old, CHANGING[step.action](self.current, old, step, at), at)

    def lapse(self, at: datetime) -> None:
        """Ends the emergency release whose time is over and that nobody ratified."""
        over = [(until, number) for number, until in self.waiting.items() if until <= at]
        for until, number in sorted(over):
            entry = self.entries[number]
            self._put(entry, replace(entry, state=State.LAPSED, glass=None), until)

    def _make(self, entry: Entry, at: datetime) -> None:
        self.entries[entry.number] = entry
        self.newest = max(self.newest, entry.number)
        if entry.state is State.RELEASED:
            self._switch(entry.number, at)

    def _put(self, old: Entry, new: Entry, at: datetime) -> None:
        """Stores an entry and moves the readers when that is what changed."""
        self.entries[new.number] = new
        if new.glass:
            self.waiting[new.number] = new.glass.until
        else:
            self.waiting.pop(new.number, None)
        if new.state is State.RELEASED and old.state is not State.RELEASED:
            self._switch(new.number, at)
        elif old.state is State.RELEASED and new.state is not State.RELEASED:
            self._end(at)
            self._fall_back(at)

    def _switch(self, number: int, at: datetime) -> None:
        if (before := self.current) is not None:
            self.entries[before] = replace(self.entries[before], state=State.SUPERSEDED)
            self._end(at)
        self._start(number, at)

    def _end(self, at: datetime) -> None:
        number = self.tenures[-1].number
        self.tenures[-1] = replace(self.tenures[-1], end=at)
        self.entries[number] = replace(self.entries[number], ended_at=at)

    def _fall_back(self, at: datetime) -> None:
        """Gives readers the release they had before, the newest that still stands."""
        for tenure in reversed(self.tenures):
            if self.entries[tenure.number].state is State.SUPERSEDED:
                self._start(tenure.number, at)
                return

    def _start(self, number: int, at: datetime) -> None:
        entry = self.entries[number]
        first = entry.released_at or at
        self.entries[number] = replace(entry, state=State.RELEASED, released_at=first, ended_at=None)
        self.tenures.append(Tenure(number, at))


def fold(records: Iterable[Record], at: datetime) -> Book:
    """Where every release stands at a moment, given everything that happened until then.

    Raises:
        IllegalStep: The record holds a step that was never allowed.
    """
    book = Book()
    for record in records:
        if record.at > at:
            break
        book.take(record.step, record.at)
    book.lapse(at)
    return book


def _propose(book: Book, step: Step, at: datetime) -> Entry:
    if step.number <= book.newest:
        raise IllegalStep(f"编号 {step.number:06d} 已用过 | number {step.number:06d} was used before")
    rule = rule_of(step.facts["rule"])
    return Entry(step.number, State.CANDIDATE, rule, step.facts["manifest_sha256"], step.who, at)


def _adopt(book: Book, step: Step, at: datetime) -> Entry:
    """A release from before the record: it was what readers got from the day it was made."""
    if step.number <= book.newest or not all(entry.is_adopted for entry in book.entries.values()):
        raise IllegalStep(
            f"发布 {step.number:06d} 不早于登记簿 | release {step.number:06d} is not from before the record"
        )
    rule = rule_of(step.facts["rule"])
    entry = Entry(step.number, State.RELEASED, rule, step.facts["manifest_sha256"], step.who, at)
    return replace(entry, is_adopted=True)


MAKING: Mapping[Action, Callable[[Book, Step, datetime], Entry]] = {
    Action.PROPOSE: _propose,
    Action.ADOPT: _adopt,
}
