"""The chain behind a lot or a number: source files, Delta commits, gates, models, release, signatures.

origins (contract, file) + release -> each step's leaf, its proof under a seal, its bytes on the disk.
A step that no leaf tells of is shown as such: absent is not proved. Alone: medlake evidence chain LOT
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from lakehouse.delta_log import commit_path, versions_in
from lakehouse.durable import sha256_of
from lakehouse.releases import Release
from lakehouse.releases.release import MANIFEST, read_release
from lakehouse.settings import Settings
from lineage.ledger import merkle
from lineage.ledger.act import Action, Entry
from lineage.ledger.checkpoint import SignedCheckpoint, open_under
from lineage.ledger.ledger import Ledger
from lineage.ledger.sealing import KnownKeys, known_keys

Stage = Literal["file", "commit", "gate", "model", "release", "signature", "seal"]
# witnessed: under a checkpoint that a second key countersigned; sealed: under the log's own signature only.
Proof = Literal["witnessed", "sealed", "unsealed", "broken", "none"]
# What lies on the disk against the digest in the leaf; unasked where a leaf names no file.
Bytes = Literal["same", "differs", "gone", "unasked"]
SIGNED = frozenset({Action.RELEASE_APPROVED, Action.BREAK_GLASS})
_PREFIX = "sha256:"
WHAT, WHY, AFTER = (f"json_extract(CAST(body AS TEXT), '$.{name}')" for name in ("what", "why", "after"))


@dataclass(frozen=True)
class Origin:
    """A source file that a lot or a number rests on, and which of its records do."""

    source_table: str
    file_name: str
    sha256: str
    rows: str


@dataclass(frozen=True)
class Link:
    """One step.

    Attributes:
        what: The object: a file, a table, a gate, a release.
        note: Which part of it counts: records of a file, rules of a gate, a role.
        digest: What the leaf vouches for, hex.
        index: Place of the leaf, None where there is none.
    """

    stage: Stage
    what: str
    note: str
    who: str
    at: datetime | None
    why: str
    digest: str
    index: int | None
    proof: Proof
    bytes: Bytes


def chain(
    settings: Settings, ledger: Ledger, release: Release, origins: Sequence[Origin]
) -> tuple[Link, ...]:
    """Return every step from source files to signatures, in the order in which they happened."""
    prover = _Prover(ledger, *_seals(ledger, known_keys(settings)))
    return (
        *_files(settings, ledger, prover, origins),
        *_commits(settings, ledger, prover, origins),
        *_run(ledger, prover, release),
        *_releases(settings, ledger, prover, release),
        *prover.seal(),
    )


@dataclass(frozen=True)
class _Prover:
    """Proves leaves under the newest countersigned seal, else under the newest seal."""

    ledger: Ledger
    sealed: SignedCheckpoint | None
    witnessed: SignedCheckpoint | None

    def link(self, stage: Stage, entry: Entry, *, note: str = "", found: Path | None = None) -> Link:
        act = entry.act
        digest = str(act.after or "").removeprefix(_PREFIX)
        state = _bytes(found, digest) if found else "unasked"
        return Link(
            stage, act.what, note, act.who, entry.at, act.why, digest, entry.index, self._proof(entry), state
        )

    def seal(self) -> Iterator[Link]:
        """What the proofs end in: the signed checkpoint, who countersigned it, and when."""
        signed = self.witnessed or self.sealed
        if signed is None:
            return
        point, seconds = signed.checkpoint, max(signed.cosigned.values(), default=None)
        at = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
        who = ", ".join(sorted(key.name for key in (signed.log, *signed.cosigned)))
        proof: Proof = "witnessed" if signed.cosigned else "sealed"
        size = f"{point.size}"
        yield Link("seal", point.origin, size, who, at, "", point.root.hex(), None, proof, "unasked")

    def _proof(self, entry: Entry) -> Proof:
        for state, signed in (("witnessed", self.witnessed), ("sealed", self.sealed)):
            if signed is not None and entry.index < signed.checkpoint.size:
                return state if self._holds(entry, signed) else "broken"  # type: ignore[return-value]
        return "unsealed"

    def _holds(self, entry: Entry, signed: SignedCheckpoint) -> bool:
        point = signed.checkpoint
        path = tuple(self.ledger.inclusion(entry.index, point.size))
        return merkle.proves_inclusion(
            merkle.leaf_hash(entry.body), entry.index, point.size, path, point.root
        )


def _seals(ledger: Ledger, keys: KnownKeys) -> tuple[SignedCheckpoint | None, SignedCheckpoint | None]:
    """The newest seal and the newest that a witness countersigned."""
    newest = witnessed = None
    for note in reversed(ledger.notes()):
        signed = open_under(note, keys.logs, keys.witnesses)
        newest = newest or signed
        if signed.cosigned:
            witnessed = signed
            break
        if not keys.witnesses:
            break
    return newest, witnessed


def _bytes(path: Path, digest: str) -> Bytes:
    if not path.is_file():
        return "gone"
    return "same" if sha256_of(path) == digest else "differs"


def _files(settings: Settings, ledger: Ledger, prover: _Prover, origins: Sequence[Origin]) -> Iterator[Link]:
    digests = {f"{_PREFIX}{origin.sha256}" for origin in origins}
    admitted = {
        (entry.act.details["table"], entry.act.after): entry
        for entry in _where(ledger, Action.FILE_ADMITTED, AFTER, digests)
    }
    for origin in origins:
        entry = admitted.get((origin.source_table, f"{_PREFIX}{origin.sha256}"))
        if entry is None:
            yield _absent("file", origin.file_name, origin.rows, origin.sha256)
            continue
        kept = settings.originals_dir / origin.sha256[:2] / origin.sha256
        yield prover.link("file", entry, note=origin.rows, found=kept)


def _commits(
    settings: Settings, ledger: Ledger, prover: _Prover, origins: Sequence[Origin]
) -> Iterator[Link]:
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


def _run(ledger: Ledger, prover: _Prover, release: Release) -> Iterator[Link]:
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


def _releases(settings: Settings, ledger: Ledger, prover: _Prover, release: Release) -> Iterator[Link]:
    """The release, and before it the one whose files it took over."""
    origin = release.manifest.get("promoted_from")
    folder = settings.releases_dir / f"{origin['release']:06d}" if origin else None
    if folder is not None and (folder / MANIFEST).is_file():
        yield from _release(ledger, prover, read_release(folder))
    yield from _release(ledger, prover, release)


def _release(ledger: Ledger, prover: _Prover, release: Release) -> Iterator[Link]:
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
    state = _bytes(release.path / MANIFEST, str(digest))
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
