"""What people do in a recall that runs, the same from the command and from a page: open, record, close.

package folder or word of a consignee → event, durably in the raw zone → progress (Effect) on a release.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from lakehouse.raw_zone import RawZone
from lakehouse.releases import open_release
from lakehouse.settings import Settings
from lakehouse.writer import WAIT_SECONDS, Say
from reports.language import HOME_ZONE
from reports.recall.reopen import opening_of
from traceability.recall.case import (
    Case,
    CaseRefused,
    EventKind,
    RecallEvent,
    cases,
    demand_takes,
    find_case,
    opening_detail,
    record,
)
from traceability.recall.effect import Effect, effect_of
from traceability.recall.scope import returns_of

POINTS_NAMED = 20


@dataclass(frozen=True)
class Desk:
    """Where recalls are kept, who acts and when; who is told of waiting for another writer, and how long."""

    settings: Settings
    person: str
    now: datetime
    say: Say
    wait_seconds: float = WAIT_SECONDS


@dataclass(frozen=True)
class Word:
    """What is known of one consignee; ``happened_at`` None means now.

    Attributes:
        lot_id: With ``qty``, of what was returned, destroyed or corrected; else ''.
        document_no: Paper that proves it.
    """

    kind: EventKind
    consignee_id: str
    happened_at: datetime | None = None
    lot_id: str = ""
    qty: Decimal | None = None
    document_no: str = ""
    note: str = ""


def open_recall(desk: Desk, folder: Path, note: str) -> tuple[RecallEvent, bool]:
    """Open a recall on a package whose every file is as written; a new package gives it a new scope.

    Returns:
        The event, and whether it was not on record before.

    Raises:
        PackageDamaged: a file of the package is missing, changed or added.
        CaseRefused: the number belongs to a drill and this is none, or the other way round.
    """
    found = opening_of(folder)
    event = RecallEvent(
        found.recall_no,
        "opened",
        found.opening.decided_at,
        desk.now,
        desk.person,
        found.is_drill,
        note=note,
        detail=opening_detail(found.opening),
    )
    with _writing(desk) as zone:
        _demand_same_nature(zone, event)
        return event, record(zone, event)


def record_word(desk: Desk, recall_no: str, word: Word) -> tuple[RecallEvent, bool]:
    """Record what a consignee was told, answered, sent back or destroyed; returns as ``open_recall``.

    Raises:
        UnknownCase: no recall of that number was opened.
        CaseRefused: it is closed, does not concern the consignee or lot, or the time cannot be.
    """
    with _writing(desk) as zone:
        case = find_case(zone, recall_no)
        event = RecallEvent(
            recall_no,
            word.kind,
            word.happened_at or desk.now,
            desk.now,
            desk.person,
            case.is_drill,
            consignee_id=word.consignee_id,
            lot_id=word.lot_id,
            qty=word.qty,
            document_no=word.document_no,
            note=word.note,
        )
        demand_takes(case, event, now=desk.now)
        return event, record(zone, event)


def close_recall(
    desk: Desk,
    recall_no: str,
    reason: str,
    *,
    accept_open: bool,
    at: datetime | None = None,
    release: int | None = None,
) -> tuple[RecallEvent, bool]:
    """Close a recall; with open points only when they are accepted. Returns as ``open_recall``.

    Raises:
        UnknownCase: no recall of that number was opened.
        CaseRefused: it is closed, or points are open; the message names them.
    """
    with _writing(desk) as zone:
        case = find_case(zone, recall_no)
        if case.closed_at is not None:
            raise CaseRefused(f"召回 {recall_no} 已关闭 | recall {recall_no} is closed already")
        with open_release(desk.settings, release) as con:
            effect = progress(con, case, until=desk.now)
        if effect.open_points and not accept_open:
            raise CaseRefused(_open_points(effect))
        event = RecallEvent(
            recall_no,
            "closed",
            at or desk.now,
            desk.now,
            desk.person,
            case.is_drill,
            note=reason,
            detail="\n".join(effect.open_points),
        )
        return event, record(zone, event)


def progress(con: duckdb.DuckDBPyConnection, case: Case, *, until: datetime) -> Effect:
    """Return how far a recall has come, with the returns that a release shows."""
    return effect_of(case, returns_of(con, case.opening.lot_ids), until=until, zone=HOME_ZONE)


def quantity(text: str) -> Decimal | None:
    """Return a quantity as events keep it; None for an empty text.

    Raises:
        CaseRefused: it is no quantity.
    """
    if not text.strip():
        return None
    try:
        return Decimal(text.strip()).quantize(Decimal("0.001"))
    except InvalidOperation as error:
        raise CaseRefused(f"数量无效 {text} | {text} is no quantity") from error


@contextmanager
def _writing(desk: Desk) -> Iterator[RawZone]:
    """The raw zone held against other writers."""
    zone = RawZone(desk.settings.raw_dir)
    with zone.writing("record in a recall", wait_seconds=desk.wait_seconds, say=desk.say):
        yield zone


def _demand_same_nature(zone: RawZone, event: RecallEvent) -> None:
    """A drill never becomes a recall under its number, nor the other way round."""
    same = [case for case in cases(zone) if case.recall_no == event.recall_no]
    if same and same[0].is_drill != event.is_drill:
        raise CaseRefused(
            f"{event.recall_no} 已用于{'演练' if same[0].is_drill else '真实召回'} | "
            f"{event.recall_no} is the number of another kind of case; take another"
        )


def _open_points(effect: Effect) -> str:
    shown = "\n".join(f"  {point}" for point in effect.open_points[:POINTS_NAMED])
    count = len(effect.open_points)
    return (
        f"尚有 {count} 项未完成，确需关闭请加 --accept-open | "
        f"{count} points are open; close with them only by --accept-open\n{shown}"
    )
