"""`medlake recall open, status, record, close`: a recall that runs, as events with person and time."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.lake import INPUT_ERRORS
from cli.moment import RELEASE_ERRORS, AsJson, Number
from lakehouse.raw_zone import RawZone
from lakehouse.releases import open_release
from lakehouse.settings import Settings
from reports.recall.acts import Desk, Word, close_recall, open_recall, progress, quantity, record_word
from reports.recall.reopen import PackageDamaged
from traceability.recall.case import CaseRefused, RecallEvent, UnknownCase, cases, find_case
from traceability.recall.effect import DayEffect, Effect

REFUSALS = (
    (UnknownCase, Exit.NOT_FOUND),
    (CaseRefused, Exit.FAILED),
    (PackageDamaged, Exit.FAILED),
    *INPUT_ERRORS,
    *RELEASE_ERRORS,
)
LISTED_AT_MOST = 20
RecallNo = Annotated[str, typer.Argument(help="Number of the recall.")]
Person = Annotated[str | None, typer.Option("--person", help="Who; MEDLAKE_PERSON by default.")]
At = Annotated[str, typer.Option("--at", help="When it happened, with its zone; now by default.")]
Note = Annotated[str, typer.Option("--note", help="In words.")]


class Kind(StrEnum):
    """What can be recorded of a consignee."""

    NOTIFIED = "notified"
    RESPONDED = "responded"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    CORRECTED = "corrected"
    UNREACHABLE = "unreachable"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("open")(open_case)
    app.command("status")(status)
    app.command("record")(record_event)
    app.command("close")(close)


def open_case(
    folder: Annotated[Path, typer.Argument(help="Folder of the package, as `medlake recall` wrote it.")],
    person: Person = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Opens a recall on a package whose every file is as written; a new package gives it a new scope."""
    with explain(*REFUSALS):
        event, is_new = open_recall(_desk(person), folder, note)
    _said(event, is_new, as_json)


def record_event(
    recall_no: RecallNo,
    kind: Annotated[Kind, typer.Option("--kind", help="What happened.")],
    consignee: Annotated[str, typer.Option("--consignee", help="Consignee id, as in status and notices.")],
    lot: Annotated[str, typer.Option("--lot", help="Lot id; for quantities.")] = "",
    qty: Annotated[str, typer.Option("--qty", help="Quantity in the lot's base unit.")] = "",
    document: Annotated[str, typer.Option("--document", help="Paper that proves it.")] = "",
    at: At = "",
    person: Person = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Records what a consignee was told, answered, sent back or destroyed."""
    with explain(*REFUSALS):
        word = Word(kind.value, consignee, _moment(at), lot, quantity(qty), document, note)
        event, is_new = record_word(_desk(person), recall_no, word)
    _said(event, is_new, as_json)


def status(
    recall_no: Annotated[str, typer.Argument(help="Number of the recall; all when left out.")] = "",
    release: Number = None,
    as_json: AsJson = False,
) -> None:
    """How far recalls have come: told, answered, back, by day; drills stand apart."""
    settings = Settings.from_env()
    with explain(*REFUSALS):
        zone = RawZone(settings.raw_dir)
        known = cases(zone) if not recall_no else (find_case(zone, recall_no),)
        with open_release(settings, release) as connection:
            effects = [progress(connection, case, until=datetime.now(UTC)) for case in known]
    if as_json:
        print_json(
            {"recalls": [e for e in effects if not e.is_drill], "drills": [e for e in effects if e.is_drill]}
        )
    elif recall_no:
        _print_effect(effects[0])
    else:
        _print_list("Recalls", [effect for effect in effects if not effect.is_drill])
        _print_list("演练 | Drills, counted apart", [effect for effect in effects if effect.is_drill])


def close(
    recall_no: RecallNo,
    reason: Annotated[str, typer.Option("--reason", help="Why it may be closed.")],
    accept_open: Annotated[
        bool, typer.Option("--accept-open", help="Close with open points; they go on record.")
    ] = False,
    at: At = "",
    person: Person = None,
    release: Number = None,
    as_json: AsJson = False,
) -> None:
    """Closes a recall; with open points only by --accept-open. The evaluation report counts from here."""
    with explain(*REFUSALS):
        desk, when = _desk(person), _moment(at)
        event, is_new = close_recall(
            desk, recall_no, reason, accept_open=accept_open, at=when, release=release
        )
    _said(event, is_new, as_json)


def _desk(person: str | None) -> Desk:
    """Who records, when, in which lake."""
    settings = Settings.from_env()
    who = person or settings.person or ""
    if not who.strip():
        fail("who records? give --person or set MEDLAKE_PERSON | 请写明记录人", Exit.USAGE)
    return Desk(settings, who, datetime.now(UTC), say)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CaseRefused(f"时间无效 {text} | {text} is no time: {error}") from error
    if found.tzinfo is None:
        raise CaseRefused(f"时间 {text} 缺少时区 | {text} needs its zone, such as +08:00")
    return found


def _said(event: RecallEvent, is_new: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {"recall_no": event.recall_no, "event_id": event.event_id, "kind": event.kind, "is_new": is_new}
        )
        return
    stamp = "演练 DRILL · " if event.is_drill else ""
    told = "recorded" if is_new else "on record already; nothing changed"
    out.print(f"[green]✓[/] {stamp}{event.recall_no}: {event.kind} {event.consignee_id} {told}")


def _print_list(title: str, effects: list[Effect]) -> None:
    rows = [
        (
            effect.recall_no,
            "closed" if effect.is_closed else "open",
            len({row.consignee_id for row in effect.consignees}),
            f"{effect.days[-1].notified_share:.1%}" if effect.days else "–",
            f"{effect.days[-1].responded_share:.1%}" if effect.days else "–",
            _settled(effect.days[-1]) if effect.days else "–",
            len(effect.open_points),
        )
        for effect in effects
    ]
    print_table(title, ("recall", "state", "consignees", "told", "answered", "settled", "open points"), rows)


def _print_effect(effect: Effect) -> None:
    if effect.is_drill:
        out.print("[bold yellow]演练 DRILL[/]")
    print_table(
        f"{effect.recall_no} ({'closed' if effect.is_closed else 'open'}), told by {effect.notify_by or '–'}",
        (
            "consignee",
            "name",
            "told",
            "in time",
            "answered",
            "asked",
            "back",
            "destroyed",
            "corrected",
            "open",
            "unit",
        ),
        [
            (
                row.consignee_id,
                row.customer_name,
                row.notified_at,
                row.is_notified_in_time,
                row.responded_at,
                _plain(row.recalled_qty),
                _plain(row.returned_qty),
                _plain(row.destroyed_qty),
                _plain(row.corrected_qty),
                _plain(row.open_qty),
                row.uom_code,
            )
            for row in effect.consignees
        ],
    )
    print_table(
        "Days on which something changed, and the last",
        ("day", "told", "answered", "settled"),
        [
            (d.day, f"{d.notified_share:.1%}", f"{d.responded_share:.1%}", _settled(d))
            for before, d in zip((None, *effect.days), effect.days, strict=False)
            if before is None or replace(before, day=d.day) != d or d is effect.days[-1]
        ],
    )
    in_time = len({row.consignee_id for row in effect.consignees if row.is_notified_in_time})
    everyone = len({row.consignee_id for row in effect.consignees})
    out.print(f"told in time: {in_time} of {everyone}, by {effect.notify_by or '–'}")
    for point in effect.open_points[:LISTED_AT_MOST]:
        say(point)


def _settled(day: DayEffect) -> str:
    return ", ".join(f"{one.share:.1%} {one.uom_code or ''}".strip() for one in day.settled)


def _plain(qty: Decimal) -> str:
    return f"{qty.normalize():f}"
