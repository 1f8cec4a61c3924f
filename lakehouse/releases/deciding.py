"""What people decide about releases: each is a step in the record, one short write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lakehouse.durable import sha256_of
from lakehouse.releases.entry import Entry, why_kept
from lakehouse.releases.log import read_book, utc_now, writing
from lakehouse.releases.making import only_maker, sweep
from lakehouse.releases.release import MANIFEST, ReleaseDamaged, verify
from lakehouse.releases.shelf import find_candidate
from lakehouse.releases.steps import Action, Record, Step
from lakehouse.settings import Settings

MAKES_CURRENT = frozenset({Action.RELEASE, Action.BREAK_GLASS, Action.ROLL_BACK})


def decide(settings: Settings, *steps: Step) -> list[Record]:
    """Lets steps happen, all of them or none.

    Raises:
        IllegalStep: One is not allowed where its release stands.
        NoRelease: There is no such release, or its files are gone.
        ReleaseDamaged: A file that readers would get is not the one that was made.
    """
    for step in steps:
        if step.action in MAKES_CURRENT:
            require_whole(settings, step.number)
    with writing(settings, f"{steps[0].action} of release {steps[0].number:06d}") as log:
        return log.add(*steps)


def rehearse(settings: Settings, step: Step) -> None:
    """Tells whether a step would be allowed now, and changes nothing.

    Raises:
        IllegalStep: It would not.
    """
    book = read_book(settings)
    book.take(step, utc_now())


def require_whole(settings: Settings, number: int) -> None:
    """Checks a release's manifest against the record and its files against the manifest.

    Raises:
        NoRelease: There is no such release, or its files are gone.
        ReleaseDamaged: Something was changed.
    """
    entry, release = find_candidate(settings, number)
    found = sha256_of(release.path / MANIFEST)
    if found != entry.manifest_sha256:
        raise ReleaseDamaged(
            f"发布 {release.name} 的清单被改动 | the manifest of release {release.name} was changed: "
            f"its sha256 should be {entry.manifest_sha256}, found {found}. Restore the folder from a backup."
        )
    verify(release)


def retire(settings: Settings, step: Step) -> tuple[Record, Mapping[str, Any]]:
    """Deletes the files of a release that nothing pins; returns the step and the manifest of what is gone.

    The step comes first: a crash after it leaves files that nobody can open and that the next writer removes.

    Raises:
        IllegalStep: Something pins it; says what.
        NoRelease: There is no such release.
    """
    with only_maker(settings):
        _, release = find_candidate(settings, step.number)
        (record,) = decide(settings, step)
        sweep(settings)
    return record, release.manifest


def pins(settings: Settings, at: datetime | None = None) -> list[tuple[Entry, list[tuple[str, str]]]]:
    """Every release whose files are there, with each reason why they must stay; no reason: they may go."""
    moment = at or utc_now()
    entries = sorted(read_book(settings).entries.items())
    return [(entry, why_kept(entry, moment)) for _, entry in entries if entry.has_files]
