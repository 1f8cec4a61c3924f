"""`medlake evidence log | sample | review | export`: the audit trail for people."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import Exit, fail, out, print_json, print_table
from cli.moment import AsJson
from lakehouse.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.ledger.act import Entry
    from lineage.ledger.trail import Wanted


class Layout(StrEnum):
    """Forms of an export."""

    CSV = "csv"
    JSON = "json"


Person = Annotated[str | None, typer.Option("--person", help="Acts of this person, by the whole name.")]
Kind = Annotated[str | None, typer.Option("--action", help="`release.published`, or all of `release`.")]
What = Annotated[str | None, typer.Option("--what", help="Part of the object's name.")]
Since = Annotated[datetime | None, typer.Option(help="From this time on, UTC.")]
Until = Annotated[datetime | None, typer.Option(help="Before this time, UTC.")]
Limit = Annotated[int, typer.Option(help="Most acts to print, the newest.")]
Seed = Annotated[int, typer.Option(help="Seed of the sample; the same seed draws the same acts.")]
Count = Annotated[int, typer.Option(help="How many acts to draw.")]
Who = Annotated[str | None, typer.Option("--by", help="Who does this; MEDLAKE_PERSON by default.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (log, sample, review, export):
        app.command()(command)


def log(
    person: Person = None,
    action: Kind = None,
    what: What = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Who did what, when and why; filtered by person, action, object and time."""
    entries = _entries(Settings.from_env(), _wanted(person, action, what, since, until))
    _show(entries[-limit:], f"{len(entries):,} acts", as_json)


def sample(
    seed: Seed,
    count: Count = 20,
    person: Person = None,
    action: Kind = None,
    what: What = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Draws acts at random for a review; the seed lets anyone draw them again."""
    from lineage.ledger.trail import sample as draw

    entries = _entries(Settings.from_env(), _wanted(person, action, what, since, until))
    _show(draw(entries, count, seed), f"{count} of {len(entries):,} acts, seed {seed}", as_json)


def review(
    reason: Annotated[str, typer.Option("--reason", help="Why the trail is reviewed.")],
    result: Annotated[str, typer.Option("--result", help="What came of it.")],
    by: Who = None,
    person: Person = None,
    action: Kind = None,
    what: What = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Puts a review of these acts on record; the review is an act like any other."""
    from cli.evidence import opened_ledger
    from lineage.ledger.sealing import seal
    from lineage.ledger.trail import reviewed, trail

    settings, wanted = Settings.from_env(), _wanted(person, action, what, since, until)
    who = acting(settings, by)
    with opened_ledger(settings, writable=True) as ledger:
        seen = list(trail(ledger, wanted))
        reviewed(ledger, who, reason, wanted, seen, result)
        seal(settings, ledger, out.print)
    out.print(f"[green]✓[/] 复核已入账 | the review of {len(seen):,} acts is on record")


def export(
    target: Annotated[Path, typer.Argument(help="File to write.")],
    reason: Annotated[str, typer.Option("--reason", help="For whom and why.")],
    layout: Annotated[Layout, typer.Option("--format", help="CSV is safe for spreadsheets.")] = Layout.CSV,
    by: Who = None,
    person: Person = None,
    action: Kind = None,
    what: What = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Writes the trail for an inspector; who took it, with its digest, is an act."""
    from cli.evidence import opened_ledger
    from lakehouse.durable import write_atomic
    from lineage.ledger.trail import as_csv, as_json_lines, exported, trail

    settings, wanted = Settings.from_env(), _wanted(person, action, what, since, until)
    who = acting(settings, by)
    with opened_ledger(settings, writable=True) as ledger:
        entries = list(trail(ledger, wanted))
        content = as_csv(entries) if layout is Layout.CSV else as_json_lines(entries)
        exported(ledger, who, reason, f"audit trail: {wanted.in_words()}", content)
        write_atomic(target.resolve(), content)
    out.print(f"[green]✓[/] {target}: {len(entries):,} acts", soft_wrap=True)


def _wanted(
    person: str | None, action: str | None, what: str | None, since: datetime | None, until: datetime | None
) -> "Wanted":
    from lineage.ledger.trail import Wanted

    return Wanted(person, action, what, *(at.replace(tzinfo=UTC) if at else None for at in (since, until)))


def _entries(settings: Settings, wanted: "Wanted") -> "list[Entry]":
    from cli.evidence import opened_ledger
    from lineage.ledger.trail import trail

    with opened_ledger(settings) as ledger:
        return list(trail(ledger, wanted))


def acting(settings: Settings, by: str | None) -> str:
    """Who acts; nobody does so without a name."""
    who = by or settings.person or ""
    if not who.strip():
        fail(
            "由谁？请给 --by 或设 MEDLAKE_PERSON | who does this? give --by or set MEDLAKE_PERSON", Exit.USAGE
        )
    return who


def _show(entries: "Sequence[Entry]", title: str, as_json: bool) -> None:
    from lineage.ledger.trail import as_row

    rows = [as_row(entry) for entry in entries]
    if as_json:
        print_json(rows)
        return
    columns = ("index", "at_utc", "action", "who", "what", "why", "clock")
    print_table(title, columns, [[row[name] for name in columns] for row in rows])
