"""`medlake identity merge, apart, unmerge, override, approve, undo`: decisions on who is who."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import Exit, explain, fail, say
from cli.identity_view import print_verdicts
from cli.lake import INPUT_ERRORS, AsJson
from lakehouse.settings import Settings
from master_data.identity.decision import DecisionRefused, read_decisions

if TYPE_CHECKING:
    from master_data.stewardship.desk import Desk, Signature, Verdict
    from master_data.stewardship.scene import Built
    from pipelines.lake import Lake

Id = Annotated[
    str, typer.Argument(help="Party or record: uscc:<code>, <system>:<code>, or an id of the past.")
]
DecisionId = Annotated[str, typer.Argument(help="Decision id, or its first letters (8 at least).")]
Reason = Annotated[str, typer.Option("--reason", help="Why; required.")]
Person = Annotated[str | None, typer.Option("--person", help="Who decides; MEDLAKE_PERSON by default.")]
Role = Annotated[str | None, typer.Option("--role", help="supplier or customer, where an id could be both.")]
Preview = Annotated[bool, typer.Option("--preview", help="Only show what would change.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (merge, apart, unmerge, override, approve, undo):
        app.command()(command)


def merge(
    left: Id,
    right: Id,
    reason: Reason,
    person: Person = None,
    role: Role = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Calls two parties one. Refused where both bear a valid credit code and the codes differ."""
    from master_data.stewardship import decide

    _decide(person, reason, preview, as_json, lambda desk, by: [decide.merge(desk, left, right, by, role)])


def apart(
    left: Id,
    right: Id,
    reason: Reason,
    person: Person = None,
    role: Role = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Calls two parties, or two records of one party, two; the pair leaves the work list."""
    from master_data.stewardship import decide

    _decide(person, reason, preview, as_json, lambda desk, by: [decide.apart(desk, left, right, by, role)])


def unmerge(
    left: Id,
    reason: Reason,
    right: Annotated[
        str | None, typer.Argument(help="The other side, when several merges are meant.")
    ] = None,
    person: Person = None,
    role: Role = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Takes a steward's merge back: everything is again as it was before it."""
    from master_data.stewardship import decide

    _decide(person, reason, preview, as_json, lambda desk, by: [decide.unmerge(desk, left, right, by, role)])


def override(
    party: Id,
    values: Annotated[list[str], typer.Option("--set", help="ATTRIBUTE=VALUE; ATTRIBUTE= for no value.")],
    reason: Reason,
    person: Person = None,
    role: Role = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Puts values in the place of what a record says; of a party, of its canonical record."""
    from master_data.stewardship import decide

    if wrong := [value for value in values if "=" not in value]:
        fail(f"--set takes ATTRIBUTE=VALUE, not {wrong[0]}", Exit.USAGE)
    pairs = [(name, value) for name, _, value in (text.partition("=") for text in values)]
    _decide(
        person,
        reason,
        preview,
        as_json,
        lambda desk, by: [decide.override(desk, party, name, value, by, role) for name, value in pairs],
    )


def approve(
    decision: DecisionId,
    reason: Reason,
    person: Person = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Is the second person of a decision that needs two; nobody approves his own."""
    from master_data.stewardship import decide

    _decide(person, reason, preview, as_json, lambda desk, by: [decide.approve(desk, decision, by)])


def undo(
    decision: DecisionId,
    reason: Reason,
    person: Person = None,
    preview: Preview = False,
    as_json: AsJson = False,
) -> None:
    """Takes a decision back as if it had never been made; it stays on record."""
    from master_data.stewardship import decide

    _decide(person, reason, preview, as_json, lambda desk, by: [decide.undo(desk, decision, by)])


@contextmanager
def opened_lake() -> "Iterator[Lake]":
    """The lake the environment names; refusals become errors with an exit code."""
    from master_data.stewardship.named import NoSuchParty
    from pipelines.lake import open_lake

    with explain(*INPUT_ERRORS, (DecisionRefused, Exit.FAILED), (NoSuchParty, Exit.NOT_FOUND)):
        yield open_lake(Settings.from_env())


def open_desk(lake: "Lake") -> "Desk":
    """Who is who under every decision up to now."""
    from master_data.stewardship.desk import Desk

    return Desk(read_last_build(lake), read_decisions(lake.zone))


def read_last_build(lake: "Lake") -> "Built":
    """Who is who in the working warehouse, which may be ahead of the release."""
    from master_data.stewardship.scene import read_built
    from pipelines.quarantine.records import opened

    with opened(lake.settings) as connection:
        return read_built(connection, "stg.medlake__load")


def _decide(
    person: str | None,
    reason: str,
    preview: bool,
    as_json: bool,
    decided: "Callable[[Desk, Signature], list[Verdict]]",
) -> None:
    """Checks, shows and, unless it is a preview, records decisions; nobody else decides in between."""
    from master_data.stewardship.desk import Signature
    from master_data.stewardship.recording import previewed, recorded
    from pipelines.clock import now

    with opened_lake() as lake:
        who = person or lake.settings.person or ""
        if not who.strip():
            fail("who decides? give --person or set MEDLAKE_PERSON | 请写明决定人", Exit.USAGE)
        by = Signature(who, reason, now())
        if preview:
            verdicts = previewed(lake.zone, read_last_build(lake), lambda desk: decided(desk, by))
        else:
            verdicts = recorded(
                lake.zone, lambda: read_last_build(lake), lambda desk: decided(desk, by), say=say
            )
    print_verdicts(verdicts, is_preview=preview, as_json=as_json)
