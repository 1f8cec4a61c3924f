"""The releases on the disk against the ledger: each has its leaf, and its bytes are the ones of that leaf.

leaves that name a manifest's digest -> release folder -> manifest -> every file the manifest vouches for.
"""

from __future__ import annotations

from lakehouse.durable import sha256_of
from lakehouse.releases import ReleaseDamaged, verify
from lakehouse.releases.release import MANIFEST, read_release
from lakehouse.settings import Settings
from lineage.ledger.act import Action
from lineage.ledger.lake_audit import LakeAudit
from lineage.ledger.ledger import Ledger

MAKING = (Action.RELEASE_CANDIDATE, Action.RELEASE_PUBLISHED)
NAME = "release "


def audit_releases(settings: Settings, ledger: Ledger, audit: LakeAudit, *, deep: bool) -> None:
    """Adds what differs; `deep` also hashes the warehouses."""
    made = _made(ledger, audit)
    gone = {entry.act.what.removeprefix(NAME) for entry in ledger.of_action(Action.RELEASE_RETIRED)}
    for name, sha256 in made.items():
        if name not in gone:
            audit.releases += 1
            _release(settings, name, sha256, audit, deep=deep)
    for name in sorted(_on_disk(settings) - made.keys()):
        audit.find(
            f"发布 {name} 不在账本中", f"release {name} stands in no leaf: it was made behind our back"
        )


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
