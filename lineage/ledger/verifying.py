"""Everything at once: the ledger against its seals and its witness, the lake, its releases and its stamps.

settings -> ledger audit -> (only if that holds) lake, releases, signatures, time stamps -> Verification
Alone: medlake evidence verify; the Evidence page runs the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lakehouse.settings import Settings
from lineage.ledger.audit import Audit, audit
from lineage.ledger.lake_audit import LakeAudit, audit_lake
from lineage.ledger.ledger import Ledger
from lineage.ledger.refusals import WitnessUnreachable
from lineage.ledger.release_audit import audit_releases
from lineage.ledger.sealing import CHECKPOINT_FILE, known_keys
from lineage.ledger.timestamp import audit_stamps
from lineage.ledger.witness_http import witness_at

Step = Literal["ledger", "lake", "releases", "stamps"]
STEPS: tuple[Step, ...] = ("ledger", "lake", "releases", "stamps")


@dataclass(frozen=True)
class Verification:
    """What was compared and what differs.

    Attributes:
        lake: None when the ledger itself does not hold: what it says of files is then worth nothing.
        unreachable: Why the witness could not be asked; empty when it was, or when there is none.
    """

    history: Audit
    lake: LakeAudit | None
    unreachable: str

    @property
    def findings(self) -> tuple[str, ...]:
        """Everything that differs; empty is good."""
        return (*self.history.findings, *(self.lake.findings if self.lake else ()))


def verify_everything(
    settings: Settings,
    ledger: Ledger,
    *,
    deep: bool,
    offline: bool = False,
    begun: Callable[[Step], None] = lambda _: None,
) -> Verification:
    """Compares everything.

    Args:
        deep: Also read every act, and hash data files, originals and warehouses.
        offline: Do not ask the witness.
        begun: Told what is looked at next.
    """
    begun("ledger")
    history, unreachable = _audited(settings, ledger, deep=deep, offline=offline)
    if history.findings:
        return Verification(history, None, unreachable)
    begun("lake")
    lake = audit_lake(settings, ledger, deep=deep)
    begun("releases")
    audit_releases(settings, ledger, lake, deep=deep)
    begun("stamps")
    lake.findings += audit_stamps(settings, ledger)
    return Verification(history, lake, unreachable)


def _audited(settings: Settings, ledger: Ledger, *, deep: bool, offline: bool) -> tuple[Audit, str]:
    keys, remembered, unreachable = known_keys(settings), None, ""
    if settings.witness and not offline:
        try:
            remembered = witness_at(settings.witness).newest(keys.log.name)
        except WitnessUnreachable as away:
            unreachable = str(away)
    newest = settings.ledger_dir / CHECKPOINT_FILE
    note = newest.read_bytes() if newest.is_file() else None
    return audit(ledger, keys, note, remembered, is_read=deep), unreachable
