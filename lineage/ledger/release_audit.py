"""The releases on the disk against the ledger: each has its leaf, its steps, its signatures and its bytes.

leaves that name a manifest's digest -> release folder -> manifest -> every file the manifest vouches for,
and every role's file beside it (role_audit).
leaves of steps -> the record of releases, line by line -> the signatures it names, each verified.
"""

from __future__ import annotations

from lakehouse.durable import sha256_of
from lakehouse.releases import IllegalStep, ReleaseDamaged, read_book, read_log, verify
from lakehouse.releases.release import MANIFEST, read_release
from lakehouse.settings import Settings
from lineage.ledger.act import Action
from lineage.ledger.lake_audit import LakeAudit
from lineage.ledger.ledger import Ledger
from lineage.ledger.role_audit import audit_role_files
from lineage.signing.approvals import verify_signatures
from lineage.signing.people import BadPeople, load_people
from lineage.signing.sealing import LEAVES
from lineage.signing.statement import BadSignature

MAKING = (Action.RELEASE_CANDIDATE, Action.RELEASE_PUBLISHED)
NAME = "release "


def audit_releases(settings: Settings, ledger: Ledger, audit: LakeAudit, *, deep: bool) -> None:
    """Adds what differs; `deep` also hashes the warehouses."""
    made = _made(ledger, audit)
    gone = {entry.act.what.removeprefix(NAME) for entry in ledger.of_action(Action.RELEASE_RETIRED)}
    standing = [name for name in made if name not in gone]
    for name in standing:
        audit.releases += 1
        _release(settings, name, made[name], audit, deep=deep)
    audit_role_files(settings, ledger, standing, audit, deep=deep)
    for name in sorted(_on_disk(settings) - made.keys()):
        audit.find(
            f"发布 {name} 不在账本中", f"release {name} stands in no leaf: it was made behind our back"
        )
    try:
        _record(settings, ledger, audit)
        _signatures(settings, ledger, audit)
    except ReleaseDamaged as damaged:
        audit.findings.append(str(damaged))


def _made(ledger: Ledger, audit: LakeAudit) -> dict[str, str]:
    """The manifest's digest by release; no release has two."""
    found: dict[str, str] = {}
    for action in MAKING:
        for entry in ledger.of_action(action):
            name, sha256 = (
                entry.act.what.removeprefix(NAME),
                entry.act.details["facts"].get("manifest_sha256"),
            )
            if sha256 and found.setdefault(name, sha256) != sha256:
                audit.find(
                    f"发布 {name} 有两份清单", f"leaf {entry.index} gives release {name} another manifest"
                )
    return found


def _release(settings: Settings, name: str, sha256: str, audit: LakeAudit, *, deep: bool) -> None:
    folder = settings.releases_dir / name
    manifest = folder / MANIFEST
    if not manifest.is_file() or sha256_of(manifest) != sha256:
        audit.find(f"发布清单不符 {name}", f"release {name}: its manifest is not the one that was sealed")
    elif deep:
        try:
            verify(read_release(folder))
        except ReleaseDamaged as damaged:
            audit.findings.append(str(damaged))


def _on_disk(settings: Settings) -> set[str]:
    if not settings.releases_dir.is_dir():
        return set()
    return {path.name for path in settings.releases_dir.iterdir() if path.name.isdigit()}


def _record(settings: Settings, ledger: Ledger, audit: LakeAudit) -> None:
    """Every step's leaf against its line; lines that have no leaf yet are what a crash left to be sealed."""
    lines = {record.seq: record.sha256 for record in read_log(settings)}
    for action in sorted(set(LEAVES.values())):
        for entry in ledger.of_action(action):
            seq = entry.act.details.get("record")
            if seq is not None and lines.get(seq) != entry.act.after:
                audit.find(
                    f"发布登记第 {seq + 1} 行与账本不符",
                    f"line {seq + 1} of the record of releases is not what leaf {entry.index} sealed",
                )


def _signatures(settings: Settings, ledger: Ledger, audit: LakeAudit) -> None:
    """Everything that people signed, as the record says they did."""
    for number in sorted(read_book(settings).entries):
        try:
            audit.signatures += len(verify_signatures(settings, load_people(settings), number, ledger))
        except (BadSignature, IllegalStep, BadPeople) as bad:
            audit.findings.append(str(bad))
