"""Whatever leaves the platform: its files with the proof of what they are, checked offline by `verify.py`.

contents -> manifest -> leaf `report.issued` (once per content) -> sealed -> leaves, paths, checkpoint,
signatures -> one archive without clock. The same state gives the same bytes; who took it is another leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakehouse.releases import Release
from lakehouse.releases.release import MANIFEST as RELEASE_MANIFEST
from lakehouse.settings import Settings
from lakehouse.writer import Say
from lineage.ledger.act import Act, Action, Entry, canonical_json
from lineage.ledger.ledger import Ledger, open_ledger
from lineage.ledger.note import encode_hash
from lineage.ledger.proof import Proof, covering
from lineage.ledger.sealing import seal
from lineage.signing.approvals import envelope_path, personal_name
from lineage.signing.keys import public_keys
from lineage.signing.people import load_people
from lineage.signing.sealing import seal as seal_record
from reports.refusals import ReportRefused
from reports.verifier import verify

VERSION = 1
VERIFIER = "verify.py"


class NotInLedger(ReportRefused):
    """The release has no leaf, so nothing made from it can be proved."""


@dataclass(frozen=True)
class Draft:
    """What is to leave.

    Attributes:
        kind: Report code.
        subject: What it is about: a lot, a recall, a period.
        contents: Its files by name.
    """

    kind: str
    subject: str
    contents: Mapping[str, bytes]


@dataclass(frozen=True)
class Taker:
    """Who takes it, and why."""

    who: str
    why: str


def issue(settings: Settings, release: Release, draft: Draft, taker: Taker, say: Say) -> bytes:
    """The archive of a draft with everything that proves it, and on record that it was taken.

    Raises:
        NotInLedger: The release stands in no leaf.
        HistoryRefused: The witness knows another history of this ledger.
    """
    manifest = _manifest(release, draft)
    seal_record(settings)
    with open_ledger(settings, writable=True) as ledger:
        made = _release_leaves(ledger, release)
        issued = _issued(ledger, release, draft, taker, manifest)
        if not list(ledger.notes_over(issued)):
            seal(settings, ledger, say)
        leaves = sorted({issued, *(entry.index for entry in made)})
        evidence = _evidence(settings, ledger, leaves, issued)
        files = {f"content/{name}": content for name, content in draft.contents.items()}
        signed = _signatures(settings, release, made)
        archive = verify.archive_bytes(
            {**files, **_fixed(release), verify.MANIFEST: manifest, **evidence, **signed}
        )
        digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
        ledger.append(Act(Action.EXPORT, taker.who, f"{draft.kind} {draft.subject}", taker.why, after=digest))
    return archive


def _fixed(release: Release) -> dict[str, bytes]:
    """What every bundle of a release holds besides its content."""
    return {
        verify.RELEASE: (release.path / RELEASE_MANIFEST).read_bytes(),
        VERIFIER: Path(verify.__file__).read_bytes(),
    }


def _manifest(release: Release, draft: Draft) -> bytes:
    fixed = _fixed(release)
    files = {**{f"content/{name}": content for name, content in draft.contents.items()}, **fixed}
    return canonical_json(
        {
            "v": VERSION,
            "kind": draft.kind,
            "subject": draft.subject,
            "release": release.number,
            "release_manifest_sha256": hashlib.sha256(fixed[verify.RELEASE]).hexdigest(),
            "files": [
                [name, len(content), hashlib.sha256(content).hexdigest()]
                for name, content in sorted(files.items())
            ],
        }
    )


def _release_leaves(ledger: Ledger, release: Release) -> list[Entry]:
    """The leaves about a release: made, approved, released."""
    kinds = (*verify.RELEASED, *verify.SIGNED)
    name = f"release {release.name}"
    found = [e for kind in kinds for e in ledger.of_action(Action(kind)) if e.act.what == name]
    if not found:
        raise NotInLedger(
            f"发布 {release.name} 不在账本中 | release {release.name} stands in no leaf of the ledger, so "
            "nothing made from it can be proved: `medlake refresh --force` makes one that does"
        )
    return found


def _issued(ledger: Ledger, release: Release, draft: Draft, taker: Taker, manifest: bytes) -> int:
    """The leaf of this very content; made at its first issue."""
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    with ledger.transaction():
        for entry in ledger.of_action(Action.REPORT_ISSUED):
            if entry.act.after == digest:
                return entry.index
        what = f"{draft.kind} {draft.subject}"
        details = {"release": release.number, "files": len(draft.contents)}
        return ledger.append(
            Act(Action.REPORT_ISSUED, taker.who, what, taker.why, after=digest, details=details)
        ).index


def _evidence(settings: Settings, ledger: Ledger, leaves: list[int], issued: int) -> dict[str, bytes]:
    """Leaves with their paths, the checkpoint they stand under, and the keys it is signed with."""
    signed = covering(settings, ledger, max(issued, *leaves))
    proofs = [Proof.under(ledger, index, signed) for index in leaves]
    named = [signed.log, *signed.cosigned]
    return {
        verify.CHECKPOINT: signed.note,
        verify.KEYS: "".join(f"{key}\n" for key in named).encode(),
        verify.LEAVES: canonical_json(
            [
                {
                    "index": proof.index,
                    "leaf": proof.body.decode(),
                    "path": [encode_hash(step) for step in proof.path],
                }
                for proof in proofs
            ]
        ),
    }


def _signatures(settings: Settings, release: Release, made: list[Entry]) -> dict[str, bytes]:
    """The envelopes that people signed for the release, and the public keys they are verified with."""
    files, used = {}, {}
    for entry in made:
        if entry.act.action in verify.SIGNED:
            facts = entry.act.details["facts"]
            name = facts["envelope_sha256"]
            path = envelope_path(settings, release.number, personal_name(name))
            files[f"signatures/{name}"] = path.read_bytes()
            keys = public_keys(settings, load_people(settings), entry.act.who)
            used.update({key.keyid: key.to_dict() for key in keys if key.keyid == facts["key_id"]})
    return {**files, verify.PEOPLE: canonical_json(used)}
