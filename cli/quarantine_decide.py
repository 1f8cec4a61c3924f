"""`medlake quarantine accept, reject, fix, revoke`: decisions, each with person and reason."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import Exit, explain, fail, say
from cli.lake import INPUT_ERRORS, AsJson
from cli.quarantine_view import print_decisions
from lakehouse.settings import Settings
from quality_rules.quarantine.correction import CorrectionDamaged
from quality_rules.quarantine.decision import DecisionRefused

if TYPE_CHECKING:
    from pipelines.lake import Lake
    from pipelines.quarantine.decide import Signature
    from pipelines.quarantine.records import Kept, Wanted

Table = Annotated[str | None, typer.Option("--table", "-t", help="Contract id, such as sap_a__mara.")]
RuleId = Annotated[str | None, typer.Option("--rule", help="Rule id, such as DQ-REC-001.")]
File = Annotated[
    str | None, typer.Option("--file", "-f", help="File name, its end, or the first letters of its SHA-256.")
]
Row = Annotated[int | None, typer.Option("--row", help="Record number in the file; 0 for a refused file.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; required.")]
Person = Annotated[str | None, typer.Option("--person", help="Who decides; MEDLAKE_PERSON by default.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (accept, reject, fix, revoke):
        app.command()(command)


def accept(
    reason: Reason,
    rule: Annotated[str, typer.Option("--rule", help="The rule that is waived, such as DQ-PAT-001.")],
    table: Table = None,
    file: File = None,
    row: Row = None,
    person: Person = None,
    as_json: AsJson = False,
) -> None:
    """Lets records pass one rule; the finding stays, with person and reason."""
    with _deciding(person, reason) as (lake, by):
        from pipelines.quarantine import decide
        from pipelines.quarantine.records import Wanted

        made = decide.accept(lake, open_records(lake, Wanted(table, rule, file, row)), by)
    print_decisions(made, as_json)


def reject(
    reason: Reason,
    table: Table = None,
    rule: RuleId = None,
    file: File = None,
    row: Row = None,
    person: Person = None,
    as_json: AsJson = False,
) -> None:
    """Confirms records, or a refused file (--row 0), as not wanted: out for good, no open work."""
    with _deciding(person, reason) as (lake, by):
        from pipelines.quarantine import decide
        from pipelines.quarantine.records import Wanted, kept_out, whole

        chosen = open_records(lake, _some(Wanted(table, rule, file, row)))
        made = decide.reject(lake, whole(kept_out(lake), chosen), by)
    print_decisions(made, as_json)


def fix(
    table: Table = None,
    file: File = None,
    row: Row = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="COLUMN=VALUE by the source's or the house's name; COLUMN= for no value."),
    ] = None,
    sheet: Annotated[Path | None, typer.Option("--from", help="A sheet of `export`, corrected.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; a sheet may give one per line.")] = "",
    person: Person = None,
    as_json: AsJson = False,
) -> None:
    """Corrects one record (--set) or many (--from): a new record beside the old, which stays as it came."""
    if bool(values) == bool(sheet):
        fail("give either --set COLUMN=VALUE or --from FILE", Exit.USAGE)
    with _deciding(person, reason) as (lake, by):
        from pipelines.quarantine import decide
        from pipelines.quarantine.records import Wanted, choose, kept_out, whole
        from pipelines.quarantine.sheet import read_sheet

        records = kept_out(lake)
        if sheet:
            changes = read_sheet(lake, records, sheet)
        else:
            (address,) = _one(choose(records, Wanted(table, None, file, row)))
            changes = (decide.Change(address, _pairs(values or [])),)
        addresses = {change.address for change in changes}
        chosen = whole(records, [kept for kept in records if kept.address in addresses])
        made = decide.fix(lake, chosen, changes, by) if changes else ()
    print_decisions(made, as_json)


def revoke(
    decision: Annotated[str, typer.Argument(help="Decision id, or its first letters (8 at least).")],
    reason: Reason,
    person: Person = None,
    as_json: AsJson = False,
) -> None:
    """Takes a decision back; the record is open again, and the decision stays on record."""
    with _deciding(person, reason) as (lake, by):
        from pipelines.quarantine import decide

        made = decide.revoke(lake, decision, by)
    print_decisions((made,), as_json)


@contextmanager
def opened_lake() -> "Iterator[Lake]":
    """The lake the environment names; refusals become errors with an exit code."""
    from pipelines.lake import open_lake
    from pipelines.quarantine.records import NoSuchRecord

    refusals = ((DecisionRefused, Exit.FAILED), (CorrectionDamaged, Exit.FAILED))
    with explain(*INPUT_ERRORS, *refusals, (NoSuchRecord, Exit.NOT_FOUND)):
        yield open_lake(Settings.from_env())


@contextmanager
def _deciding(person: str | None, reason: str) -> "Iterator[tuple[Lake, Signature]]":
    """An open lake nobody else writes to, and the signature of who decides."""
    from pipelines.clock import now
    from pipelines.quarantine.decide import Signature

    with opened_lake() as lake:
        who = person or lake.settings.person or ""
        if not who.strip():
            fail("who decides? give --person or set MEDLAKE_PERSON | 请写明决定人", Exit.USAGE)
        with lake.zone.writing("decide on quarantined records", say=say):
            yield lake, Signature(who, reason, now())


def open_records(lake: "Lake", wanted: "Wanted") -> "tuple[Kept, ...]":
    """The open records that are meant; when all are decided, those, so that the refusal says by whom."""
    from pipelines.quarantine.records import choose, kept_out

    chosen = choose(kept_out(lake), wanted)
    return tuple(kept for kept in chosen if kept.state == "open") or chosen


def _some(wanted: "Wanted") -> "Wanted":
    """Refuses to decide on everything at once by a forgotten option."""
    if wanted.table is None and wanted.rule is None and wanted.file is None:
        fail("say which records: --table, --rule, --file or --row", Exit.USAGE)
    return wanted


def _one(chosen: "Sequence[Kept]") -> set[Any]:
    addresses = {kept.address for kept in chosen}
    if len(addresses) > 1:
        fail(f"{len(addresses)} records fit; name one by --table, --file and --row", Exit.USAGE)
    return addresses


def _pairs(values: Sequence[str]) -> dict[str, str | None]:
    for value in values:
        if "=" not in value:
            fail(f"--set takes COLUMN=VALUE, not {value}", Exit.USAGE)
    return {name: text or None for name, _, text in (value.partition("=") for value in values)}
