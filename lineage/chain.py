"""The chain behind a lot or a number: source files, Delta commits, gates, models, release, signatures.

origins (contract, file) + release -> each step's leaf, its proof under a seal, its bytes on the disk.
A step that no leaf tells of is shown as such: absent is not proved. Alone: medlake evidence chain LOT
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from lakehouse.delta_log import commit_path, versions_in
from lakehouse.releases import Release
from lakehouse.releases.release import MANIFEST, read_release
from lakehouse.settings import Settings
from lineage.ledger.act import Action, Entry
from lineage.ledger.ledger import Ledger
from lineage.ledger.sealing import known_keys
from lineage.links import PREFIX, Link, Origin, Prover, Stage, bytes_of, prover_of

SIGNED = frozenset({Action.RELEASE_APPROVED, Action.BREAK_GLASS})
WHAT, WHY, AFTER = (f"json_extract(CAST(body AS TEXT), '$.{name}')" for name in ("what", "why", "after"))


def chain(
    settings: Settings, ledger: Ledger, release: Release, origins: Sequence[Origin]
) -> tuple[Link, ...]:
    """Return every step from source files to signatures, in the order in which they happened."""
    prover = prover_of(ledger, known_keys(settings))
    return (
        *_files(settings, ledger, prover, origins),
        *_commits(settings, ledger, prover, origins),
        *_run(ledger, prover, release),
        *_releases(settings, ledger, prover, release),
        *prover.seal(),
    )


def _files(settings: Settings, ledger: Ledger, prover: Prover, origins: Sequence[Origin]) -> Iterator[Link]:
    digests = {f"{PREFIX}{origin.sha256}" for origin in origins}
    admitted = {
        (entry.act.details["table"], entry.act.after): entry
        for entry in _where(ledger, Action.FILE_ADMITTED, AFTER, digests)
    }
    for origin in origins:
        entry = admitted.get((origin.source_table, f"{PREFIX}{origin.sha256}"))
        if entry is None:
            yield _absent("file", origin.file_name, origin.rows, origin.sha256)
            continue
        kept = settings.originals_dir / origin.sha256[:2] / origin.sha256
        yield prover.link("file", entry, note=origin.rows, found=kept)


def _commits(settings: Settings, ledger: Ledger, prover: Prover, origins: Sequence[Origin]) -> Iterator[Link]:
    """The commits by which the files came into the raw zone, each once."""
    wanted: dict[tuple[str, int], None] = {}
    for origin in origins:
        versions = _versions(settings.raw_dir / origin.source_table)
        version = versions.get(f"{origin.source_table}:{origin.sha256}")
        if version is None:
            yield _absent("commit", f"raw.{origin.source_table}", origin.file_name, "")
        else:
            wanted[origin.source_table, version] = None
    place = f"{WHAT} || '@' || json_extract(CAST(body AS TEXT), '$.details.version')"
    names = {f"raw.{table}@{version}" for table, version in wanted}
    for entry in _where(ledger, Action.LOAD_COMMITTED, place, names):
        table, version = entry.act.details["table"], entry.act.details["version"]
        path = commit_path(settings.raw_dir / table, version)
        yield prover.link("commit", entry, note=f"{version}", found=path)


def _versions(table: Path) -> Mapping[str, int]:
    """Which commit of a table loaded which file: each names the files it took in as transactions."""
    found: dict[str, int] = {}
    for version in versions_in(table, ".json"):
        found.update(dict.fromkeys(_taken_in(commit_path(table, version)), version))
    return found


# A commit is written once; ten thousand of them are a few megabytes of names.
@lru_cache(maxsize=20_000)
def _taken_in(commit: Path) -> tuple[str, ...]:
    actions = (json.loads(line) for line in commit.read_text(encoding="utf-8").splitlines())
    return tuple(action["txn"]["appId"] for action in actions if "txn" in action)


def _run(ledger: Ledger, prover: Prover, release: Release) -> Iterator[Link]:
    """Gates of the run that made the release; rules and models as last changed before it."""
    run = f"run {release.manifest.get('run_id', '')}"
    for entry in _where(ledger, Action.GATE_RESULT, WHY, {run}):
        details = entry.act.details
        told = f"{details['rules']} / {len(details['blocking'])} / {len(details['warnings'])}"
        yield prover.link("gate", entry, note=told)
    made = [entry for entry in ledger.of_action(Action.RELEASE_CANDIDATE) if entry.act.what == _name(release)]
    last = made[0].index if made else ledger.size
    for action in (Action.RULES_CHANGED, Action.MODEL_PLAN):
        before = [entry for entry in ledger.of_action(action) if entry.index < last]
        if before:
            yield prover.link("model", before[-1], note=action.value)


def _releases(settings: Settings, ledger: Ledger, prover: Prover, release: Release) -> Iterator[Link]:
    """The release, and before it the one whose files it took over."""
    origin = release.manifest.get("promoted_from")
    folder = settings.releases_dir / f"{origin['release']:06d}" if origin else None
    if folder is not None and (folder / MANIFEST).is_file():
        yield from _release(ledger, prover, read_release(folder))
    yield from _release(ledger, prover, release)


def _release(ledger: Ledger, prover: Prover, release: Release) -> Iterator[Link]:
    name = _name(release)
    entries = [
        entry
        for action in Action
        if action.value.startswith(("release.", "break-glass"))
        for entry in _where(ledger, action, WHAT, {name})
    ]
    if not entries:
        yield _absent("release", name, "", "")
    for entry in sorted(entries, key=lambda entry: entry.index):
        facts = entry.act.details.get("facts", {})
        stage: Stage = "signature" if entry.act.action in SIGNED else "release"
        link = prover.link(stage, entry, note=str(facts.get("role") or entry.act.action.value))
        yield _with_manifest(link, facts, release)


def _with_manifest(link: Link, facts: Mapping[str, object], release: Release) -> Link:
    """The leaf that made a release vouches for its manifest; that is what the disk is compared with."""
    digest = facts.get("manifest_sha256")
    if not digest:
        return link
    state = bytes_of(release.path / MANIFEST, str(digest))
    return Link(**{**vars(link), "digest": str(digest), "bytes": state})


def _absent(stage: Stage, what: str, note: str, digest: str) -> Link:
    return Link(stage, what, note, "", None, "", digest, None, "none", "unasked")


def _name(release: Release) -> str:
    return f"release {release.name}"


def _where(ledger: Ledger, action: Action, place: str, values: Iterable[str]) -> Iterator[Entry]:
    """The leaves of an action that have one of some values at a place in their body, oldest first."""
    named = {f"v{number}": value for number, value in enumerate(sorted(values))}
    if not named:
        return iter(())
    marks = ", ".join(f":{name}" for name in named)
    return ledger.where(f"action = :action AND {place} IN ({marks})", {"action": action.value, **named})
