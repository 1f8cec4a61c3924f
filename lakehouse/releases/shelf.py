"""The numbered releases of a lake: published through the rules of their kind, found and opened by readers."""

from datetime import datetime

import duckdb

from lakehouse.durable import sha256_of
from lakehouse.releases.book import Book
from lakehouse.releases.copying import ReleaseDraft
from lakehouse.releases.entry import Entry
from lakehouse.releases.log import SYSTEM, read_book, writing
from lakehouse.releases.making import blocking_rules, make_folder_of, only_maker
from lakehouse.releases.release import (
    MANIFEST,
    NoRelease,
    Release,
    ReleaseBlocked,
    read_release,
)
from lakehouse.releases.rules import ROUTINE, rule_for
from lakehouse.releases.steps import Action, State, Step
from lakehouse.settings import Settings
from lakehouse.warehouse import connect


def publish(
    settings: Settings, draft: ReleaseDraft, *, kind: str = ROUTINE, who: str = SYSTEM, people: str = ""
) -> Release:
    """Makes a candidate of the working warehouse and, when its rule asks for no signature, releases it.

    Args:
        draft: What it is made of; its facts hold the results of the gates.
        kind: Kind of release in rules.yaml.
        who: Who made it; never one of its signers.
        people: Who the people are that may sign, for the manifest; says DEMO when they are.

    Raises:
        ReleaseBlocked: A blocking rule fails; the candidate is kept for a look and nobody reads it.
        UnknownKind: No rule is written for this kind.
    """
    rule = rule_for(kind)
    with only_maker(settings):
        release = make_folder_of(settings, draft, kind, people)
        number, blocking = release.number, blocking_rules(release.manifest)
        facts = {"rule": rule.as_dict(), "manifest_sha256": sha256_of(release.path / MANIFEST)}
        steps = [
            Step(Action.PROPOSE, number, who, facts=facts),
            Step(Action.GATE, number, SYSTEM, facts={"blocking": list(blocking)}),
        ]
        if not rule.needed and not blocking:
            steps.append(Step(Action.RELEASE, number, SYSTEM))
        with writing(settings, f"propose release {release.name}") as log:
            log.add(*steps)
    if blocking:
        raise ReleaseBlocked(
            f"候选 {release.name} 未通过关卡，读者不可见 | candidate {release.name} is blocked "
            f"and nobody reads it: {'; '.join(blocking)}"
        )
    return release


def list_releases(settings: Settings) -> tuple[Release, ...]:
    """All releases that readers ever got and whose files are there, oldest first."""
    entries = read_book(settings).entries
    return tuple(_read(settings, entry) for _, entry in sorted(entries.items()) if entry.is_open)


def current(settings: Settings) -> Release | None:
    """The release that readers get, or None when there is none."""
    book = read_book(settings)
    return None if book.current is None else _read(settings, book.entries[book.current])


def find_release(settings: Settings, number: int | None) -> Release:
    """The release with this number, or the current one.

    Raises:
        NoRelease: It does not exist, was never released, or is gone.
    """
    book = read_book(settings)
    if number is None:
        if book.current is not None:
            return _read(settings, book.entries[book.current])
        raise _nothing_current(settings, book)
    entry = book.entries.get(number)
    if entry is None or not entry.is_open:
        raise _not_open(book, number, entry)
    return _read(settings, entry)


def find_as_of(settings: Settings, moment: datetime) -> Release:
    """The release that readers got at a moment.

    Raises:
        NoRelease: There was none, it is gone, or the moment has not come yet.
    """
    book = read_book(settings)
    number = book.at(moment)
    if number is not None:
        return find_release(settings, number)
    first = f"{book.tenures[0].start:%Y-%m-%dT%H:%M:%SZ}" if book.tenures else "never"
    raise NoRelease(
        f"{moment.isoformat()} 时尚无发布可读 | nothing was released at {moment.isoformat()}; "
        f"the first release became current at {first}"
    )


def find_candidate(settings: Settings, number: int) -> tuple[Entry, Release]:
    """A release in whatever state, for those who decide about it.

    Raises:
        NoRelease: It does not exist, or its files are gone.
    """
    entry = (book := read_book(settings)).entries.get(number)
    if entry is None or not entry.has_files:
        raise _not_open(book, number, entry)
    return entry, _read(settings, entry)


def open_release(settings: Settings, number: int | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release's warehouse.

    Raises:
        NoRelease: It cannot be opened.
    """
    return connect(find_release(settings, number).warehouse_path, read_only=True, settings=settings)


def _read(settings: Settings, entry: Entry) -> Release:
    return read_release(settings.releases_dir / f"{entry.number:06d}")


def _nothing_current(settings: Settings, book: Book) -> NoRelease:
    if not book.entries:
        return NoRelease(
            f"尚无发布 | no release in {settings.releases_dir} yet: "
            "run `medlake refresh` (or `make demo`) first"
        )
    states = ", ".join(f"{number:06d} {entry.state}" for number, entry in sorted(book.entries.items())[-5:])
    return NoRelease(f"当前没有可读的发布 | no release is current; there are: {states}")


def _not_open(book: Book, number: int, entry: Entry | None) -> NoRelease:
    if entry is None:
        known = ", ".join(f"{n:06d}" for n, e in sorted(book.entries.items()) if e.is_open) or "none"
        return NoRelease(
            f"发布 {number:06d} 不存在 | release {number:06d} does not exist; there are: {known}"
        )
    wanted = f"; still needed: {', '.join(entry.missing)}" if entry.state is State.GATED else ""
    return NoRelease(
        f"发布 {number:06d} 处于 {entry.state} 状态，不可读 | release {number:06d} is {entry.state} "
        f"and not open to readers{wanted}"
    )
