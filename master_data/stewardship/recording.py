"""Decisions on who is who, weighed against all others and put on record; nobody else decides in between.

Alone: medlake identity merge A B --reason …; the Master data page records by the same function.
"""

from __future__ import annotations

from collections.abc import Callable

from lakehouse.raw_zone import RawZone
from lakehouse.writer import WAIT_SECONDS, Say
from master_data.identity.decision import read_decisions, record_decisions
from master_data.stewardship.desk import Desk, Verdict
from master_data.stewardship.scene import Built

Decided = Callable[[Desk], list[Verdict]]


def previewed(zone: RawZone, built: Built, decided: Decided) -> list[Verdict]:
    """What decisions would change, under every decision up to now; nothing is recorded.

    Raises:
        DecisionRefused: One may not be made; says why and what to do.
        NoSuchParty: A party or record is not known.
    """
    return decided(Desk(built, read_decisions(zone)))


def recorded(
    zone: RawZone,
    read: Callable[[], Built],
    decided: Decided,
    *,
    say: Say,
    wait_seconds: float = WAIT_SECONDS,
) -> list[Verdict]:
    """Records decisions, all or none, once they have been weighed against what others decided until now.

    Raises:
        DecisionRefused: One may not be made; nothing was recorded.
        LakeBusy: Another writer, such as a refresh, did not finish in time.
    """
    with zone.writing("decide who is who", wait_seconds=wait_seconds, say=say):
        verdicts = previewed(zone, read(), decided)
        record_decisions(zone, [verdict.decision for verdict in verdicts])
    return verdicts
