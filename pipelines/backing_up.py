"""Backup, restore and drill as acts: done, looked at, and put into the ledger.

lake -> backup -> leaf; backup -> new lake -> every byte, signature and seal looked at -> declared, leaf
A drill does it beside the store, counts figures again, and says what would be lost and how long it took.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lakehouse.backup.figures import Recount, recount
from lakehouse.backup.parts import LEDGER
from lakehouse.backup.restoring import damage_of, restore
from lakehouse.backup.store import BackupSet, Store
from lakehouse.backup.taking import Taken, take
from lakehouse.releases import Action, Step, decide, read_book
from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act
from lineage.ledger.act import Action as Leaf
from lineage.ledger.audit import audit
from lineage.ledger.checkpoint import open_checkpoint
from lineage.ledger.lake_audit import audit_lake
from lineage.ledger.ledger import Ledger, NoLedger, open_ledger
from lineage.ledger.refusals import BadKey, WitnessUnreachable
from lineage.ledger.sealing import CHECKPOINT_FILE, known_keys
from lineage.ledger.witness_http import witness_at
from lineage.signing.approvals import verify_signatures
from lineage.signing.people import load_people
from lineage.signing.sealing import seal
from lineage.signing.statement import BadSignature

FIGURES = 20


class RestoreUnsound(RuntimeError):
    """What was restored is not what was acknowledged, sealed or witnessed."""


@dataclass(frozen=True)
class Looked:
    """What looking at a restored lake came to.

    Attributes:
        leaves: Leaves of its ledger.
        lost_leaves: Leaves that the witness knows of and this lake does not hold; None without a witness.
        notice: What else a person must know.
    """

    leaves: int
    lost_leaves: int | None
    notice: str


@dataclass(frozen=True)
class Drilled:
    """What a drill measured.

    Attributes:
        rpo_s: Age of the newest leaf in the backup when the drill began: what a loss then would have cost.
        rto_s: From the start to the last verified figure.
    """

    set_id: str
    files: int
    bytes: int
    rpo_s: float
    rto_s: float
    looked: Looked
    recounts: tuple[Recount, ...]


def utc_now() -> datetime:
    """The clock of backups."""
    return datetime.now(UTC)


def back_up(settings: Settings, folder: Path, why: str) -> Taken:
    """Takes a backup of a living lake; its list's digest is a leaf.

    Raises:
        SourceDamaged: Something acknowledged is damaged.
        StorageFailure: The disk failed.
    """
    taken = take(settings, Store(folder), utc_now(), lambda scratch: _head(settings, scratch))
    details = {
        "files": len(taken.set.files),
        "bytes": taken.set.bytes,
        "seconds_ms": int(taken.seconds * 1000),
    }
    _tell(
        settings,
        Act(Leaf.BACKUP, settings.person or SYSTEM, _name(taken.set), why, None, taken.sha256, details),
    )
    return taken


def restore_lake(
    settings: Settings, folder: Path, set_id: str | None, into: Path, who: str, why: str
) -> tuple[BackupSet, Looked]:
    """Restores a backup into a new place, looks at everything, and declares the restore in the new lake.

    Raises:
        UnknownPerson: Nobody of that name may decide this.
        BackupDamaged, NotEmpty: As `restore` says.
        RestoreUnsound: What came out is not what was acknowledged; the folder is left for a look.
    """
    load_people(settings).person(who)
    found = restore(Store(folder), set_id, into)
    lake = lake_at(settings, into)
    looked = look(lake)
    facts = {"set": found.id, "leaves": looked.leaves, "lost_leaves": looked.lost_leaves}
    decide(lake, Step(Action.RESTORE, 0, who, why, facts))
    seal(lake)
    return found, looked


def drill(settings: Settings, folder: Path, set_id: str | None, seed: int) -> Drilled:
    """Restores a backup beside its store, looks at everything, counts figures again, and removes it.

    Raises:
        BackupDamaged: The backup is of no use.
        RestoreUnsound: What came out is not what was acknowledged, or a figure differs.
    """
    began, started = utc_now(), time.perf_counter()
    scratch = folder / ".drill"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        found = restore(Store(folder), set_id, scratch / "lake")
        lake = lake_at(settings, scratch / "lake")
        looked = look(lake)
        recounts = tuple(recount(lake, seed, FIGURES))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if wrong := [r for r in recounts if not r.agrees]:
        raise RestoreUnsound(
            "复算不符 | counted again, these differ: "
            + "; ".join(f"{r.what}: stated {r.stated}, counted {r.counted}" for r in wrong)
        )
    rto = time.perf_counter() - started
    age = began - datetime.fromisoformat(str(found.facts["newest_leaf_at"] or found.facts["taken_at"]))
    drilled = Drilled(
        found.id,
        len(found.files),
        found.bytes,
        round(age.total_seconds(), 3),
        round(rto, 3),
        looked,
        recounts,
    )
    _tell(settings, _drill_act(settings, drilled, seed))
    return drilled


def lake_at(settings: Settings, folder: Path) -> Settings:
    """The same settings for a lake in another folder."""
    return replace(
        settings, data_dir=folder.resolve(), landing_roots=(folder / "landing", *settings.landing_roots[1:])
    )


def look(lake: Settings) -> Looked:
    """Looks at everything in a restored lake: bytes, databases, signatures, ledger and witness.

    Raises:
        RestoreUnsound: Something is not as it was acknowledged, signed, sealed or witnessed.
    """
    findings = damage_of(lake)
    try:
        with open_ledger(lake, writable=False) as ledger:
            findings += _ledger_findings(lake, ledger)
            findings += _signature_findings(lake, ledger)
            looked, against = _against_witness(lake, ledger)
            findings += against
    except NoLedger as error:
        looked = Looked(0, None, str(error))
    if findings:
        raise RestoreUnsound("恢复的湖不完好 | the restored lake is not sound:\n" + "\n".join(findings[:20]))
    return looked


def _ledger_findings(lake: Settings, ledger: Ledger) -> list[str]:
    newest = lake.ledger_dir / CHECKPOINT_FILE
    found = list(audit_lake(lake, ledger, deep=False).findings)
    if newest.is_file():
        found += audit(ledger, known_keys(lake), newest.read_bytes(), None).findings
    return found


def _signature_findings(lake: Settings, ledger: Ledger) -> list[str]:
    people, found = load_people(lake), []
    for number in read_book(lake).entries:
        try:
            verify_signatures(lake, people, number, ledger)
        except BadSignature as error:
            found.append(str(error))
    return found


def _against_witness(lake: Settings, ledger: Ledger) -> tuple[Looked, list[str]]:
    """What the witness remembers: a later state means lost leaves, another one a fork."""
    unknown = "未与见证核对 | not compared with a witness"
    if lake.witness is None:
        return Looked(ledger.size, None, unknown), []
    try:
        keys = known_keys(lake)
        note = witness_at(lake.witness).newest(keys.log.name)
    except (BadKey, WitnessUnreachable) as error:
        return Looked(ledger.size, None, f"{unknown}: {error}"), []
    if note is None:
        return Looked(ledger.size, None, unknown), []
    seen = open_checkpoint(note, keys.log, keys.witnesses).checkpoint
    if seen.size <= ledger.size:
        same = ledger.root(seen.size) == seen.root
        return Looked(ledger.size, 0, ""), [] if same else [
            "与见证所记历史不同 | the witness knows another history"
        ]
    lost = seen.size - ledger.size
    notice = (
        f"见证所记 {seen.size} 条，缺失第 {ledger.size} 至 {seen.size - 1} 条 | the witness has seen "
        f"{seen.size} leaves: {ledger.size} to {seen.size - 1} are lost with this restore, and it will not "
        "countersign this lake until `medlake evidence renew` has put the loss on record"
    )
    return Looked(ledger.size, lost, notice), []


def _head(settings: Settings, scratch: Path) -> Mapping[str, Any]:
    """What the list says about the moment of the cut, from the copies that were taken."""
    copy, current = scratch / LEDGER, read_book(settings).current
    said: dict[str, Any] = {"lake": str(settings.data_dir.name), "release": current}
    if not copy.is_file():
        return {**said, "leaves": 0, "root": None, "newest_leaf_at": None}
    with Ledger.open(copy, writable=False) as ledger:
        size = ledger.size
        newest = ledger.entry(size - 1).at.isoformat() if size else None
        return {**said, "leaves": size, "root": ledger.root(size).hex(), "newest_leaf_at": newest}


def _drill_act(settings: Settings, drilled: Drilled, seed: int) -> Act:
    details = {
        "files": drilled.files,
        "bytes": drilled.bytes,
        "rpo_ms": int(drilled.rpo_s * 1000),
        "rto_ms": int(drilled.rto_s * 1000),
        "figures": [asdict(recount) for recount in drilled.recounts],
        "seed": seed,
    }
    return Act(
        Leaf.DRILL, settings.person or SYSTEM, f"backup {drilled.set_id}", "drill | 恢复演练", details=details
    )


def _name(found: BackupSet) -> str:
    return f"backup {found.id}"


def _tell(settings: Settings, act: Act) -> None:
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(act)
