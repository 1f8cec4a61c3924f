"""Role files on the disk against the ledger: each was put on record before anybody could open it.

leaves of role files -> <release>/roles/<folder>/role.json -> every file it vouches for -> findings.
A file may be deleted and is then made anew, which is another leaf; the newest one says what must be there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lakehouse.access.role_release import FACTS, FOLDER, read_facts
from lakehouse.durable import sha256_of
from lakehouse.releases.release import kept_files
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Action, Entry
from lineage.ledger.lake_audit import LakeAudit
from lineage.ledger.ledger import Ledger

ROLE_FILE = "role file"
_OURS = (
    "action = :action AND json_extract(CAST(body AS TEXT), '$.who') = :who "
    "AND json_extract(CAST(body AS TEXT), '$.what') LIKE :what"
)
# Leaves in their order, by what they call the file; by release.
Told = Mapping[str, Mapping[str, Sequence[Entry]]]


def audit_role_files(
    settings: Settings, ledger: Ledger, releases: Iterable[str], audit: LakeAudit, *, deep: bool
) -> None:
    """Adds what differs beside the releases named; `deep` also hashes the files."""
    told = _told(ledger)
    restored = ledger.latest(Action.RESTORE)
    for name in releases:
        folder, leaves = settings.releases_dir / name / FOLDER, told.get(name, {})
        every = [entry for entries in leaves.values() for entry in entries]
        for found in _folders(folder):
            audit.role_files += 1
            _role_file(found, every, audit, deep=deep)
        for what, entries in leaves.items():
            # A backup leaves role files out: after a restore they are made anew.
            if restored is None or entries[-1].index > restored.index:
                _there(folder, what, entries[-1], audit)


def _told(ledger: Ledger) -> Told:
    found: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    values = {"action": Action.EXPORT.value, "who": SYSTEM, "what": f"{ROLE_FILE} % of release %"}
    for entry in ledger.where(_OURS, values):
        found[entry.act.what.rpartition(" ")[2]][entry.act.what].append(entry)
    return found


def _folders(folder: Path) -> list[Path]:
    """Every role's folder; what is being made has a name that begins with a point."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if path.is_dir() and not path.name.startswith("."))


def _role_file(folder: Path, entries: Sequence[Entry], audit: LakeAudit, *, deep: bool) -> None:
    kept = _on_record(folder, entries)
    if kept is None:
        audit.find(
            f"角色文件与账本不符 {folder}",
            f"this role's file was changed, or made behind our back: no leaf put it on record: {folder}",
        )
        return
    for name, sha256 in kept:
        path = folder / name
        if not path.is_file():
            audit.find(f"角色文件缺失 {path}", f"missing from a role's file: {path}")
        elif deep and sha256_of(path) != sha256:
            audit.find(f"角色文件内容不符 {path}", f"a role's file has other bytes than were sealed: {path}")


def _on_record(folder: Path, entries: Sequence[Entry]) -> list[tuple[str, str]] | None:
    """The files that a leaf vouches for, with their sha256; None when none does."""
    try:
        facts, facts_sha256 = read_facts(folder), sha256_of(folder / FACTS)
        kept = list(kept_files(vars(facts)))
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None
    _, warehouse = kept[0]
    for entry in entries:
        # Leaves of before vouch for the warehouse file only.
        said = {"folder": folder.name, "facts_sha256": facts_sha256, **entry.act.details}
        is_it = (said["folder"], said["facts_sha256"]) == (folder.name, facts_sha256)
        if is_it and entry.act.after == f"sha256:{warehouse}":
            return kept
    return None


def _there(folder: Path, what: str, entry: Entry, audit: LakeAudit) -> None:
    named = entry.act.details.get("folder")
    if named and not (folder / named).is_dir():
        audit.find(
            f"缺失角色文件 {folder / named}（条目 {entry.index}），该角色下次读取时重建",
            f"{what} is missing since leaf {entry.index}, its next reading makes it anew: {folder / named}",
        )
