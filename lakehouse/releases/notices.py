"""What a reader must know about a release before relying on it, in Chinese and in English."""

from lakehouse.releases.log import read_book
from lakehouse.releases.release import Release
from lakehouse.releases.steps import State
from lakehouse.settings import Settings

Notice = tuple[str, str]


def notices(settings: Settings, release: Release) -> list[Notice]:
    """Withdrawn, lapsed, alone in an emergency, demo people: each is said; nothing when all is well."""
    entry = read_book(settings).entry(release.number)
    found: list[Notice] = []
    if entry.state is State.WITHDRAWN:
        why = entry.last_why
        found.append(
            (
                f"发布 {release.name} 已撤回（{why}），只供追溯",
                f"release {release.name} was withdrawn ({why}); for looking back only",
            )
        )
    if entry.state is State.LAPSED:
        found.append(
            (
                f"紧急发布 {release.name} 未在期限内获得第二人批准，已失效，只供追溯",
                f"emergency release {release.name} was not ratified in time; for looking back only",
            )
        )
    if glass := entry.glass:
        until = f"{glass.until:%Y-%m-%d %H:%M} UTC"
        found.append(
            (
                f"紧急发布：仅 {glass.who} 一人签名（{glass.why}），{until} 前须第二人批准，否则失效",
                f"EMERGENCY release by {glass.who} alone ({glass.why}); lapses at {until} unless ratified",
            )
        )
    if mark := str(release.manifest.get("people", "")):
        zh, _, en = mark.partition(" | ")
        found.append((zh, en))
    return found
