"""`medlake quarantine`: see what was kept out, correct, accept or reject it, and take decisions back."""

from pathlib import Path
from typing import Annotated

import typer

from cli import quarantine_decide
from cli.console import out, print_json, print_table, say
from cli.lake import AsJson
from cli.quarantine_decide import File, Row, RuleId, Table, open_records, opened_lake
from cli.quarantine_view import counted, print_record, record

app = typer.Typer(
    help=(
        "Records that rules kept out: see, fix, accept, reject, replay. 隔离区。\n\n"
        "A decision is an event with person and reason; nothing is ever edited, and `revoke` takes it back. "
        "Decisions take effect with the next `medlake refresh`."
    ),
    no_args_is_help=True,
)
quarantine_decide.register(app)


@app.callback()
def group() -> None:
    """Records that rules kept out."""


@app.command("list")
def list_(
    table: Table = None,
    rule: RuleId = None,
    file: File = None,
    by_file: Annotated[bool, typer.Option("--by-file", help="A line per file, not only per table.")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Also what is decided and no longer open.")] = False,
    as_json: AsJson = False,
) -> None:
    """Counts by table and rule: open, fixed, accepted, rejected. Exit code 0 also when something is open."""
    with opened_lake() as lake:
        from pipelines.quarantine.records import Wanted, kept_out

        chosen = [kept for kept in kept_out(lake) if Wanted(table, rule, file).fits(kept)]
    rows = counted(chosen, by_file=by_file)
    shown = [row for row in rows if show_all or row["open"]]
    if as_json:
        print_json(shown)
    elif shown:
        print_table("Quarantine", list(shown[0]), [list(row.values()) for row in shown])
        say("see records with `medlake quarantine show --table ... --rule ...`")
    else:
        out.print("[green]✓[/] 没有待处理的隔离记录 | nothing waits in quarantine")


@app.command()
def show(
    table: Table = None,
    rule: RuleId = None,
    file: File = None,
    row: Row = None,
    limit: Annotated[int, typer.Option(help="Most records to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Shows records: why they were kept out, what to do, and every field beside its column."""
    with opened_lake() as lake:
        from pipelines.quarantine.fields import fields_of
        from pipelines.quarantine.records import Wanted, by_address, choose, kept_out

        chosen = choose(kept_out(lake), Wanted(table, rule, file, row))
        records = dict(list(by_address(chosen).items())[:limit])
        fields = fields_of(lake, [kept for those in records.values() for kept in those])
    shown = [record(those, fields.get(address)) for address, those in records.items()]
    if as_json:
        print_json(shown)
        return
    for each in shown:
        print_record(each)
    if len(by_address(chosen)) > limit:
        say(f"{len(by_address(chosen)) - limit} more; raise --limit or name a --file and --row")


@app.command()
def export(
    path: Annotated[Path, typer.Argument(help="Sheet to write, .xlsx or .csv.")],
    table: Annotated[str, typer.Option("--table", "-t", help="Contract id, such as sap_a__mara.")],
    rule: RuleId = None,
    file: File = None,
) -> None:
    """Writes open records to a sheet, to be corrected and given back with `fix --from`."""
    with opened_lake() as lake:
        from lineage.ledger.trail import taken
        from pipelines.quarantine.records import Wanted
        from pipelines.quarantine.sheet import write_sheet

        count = write_sheet(lake, open_records(lake, Wanted(table, rule, file)), path)
        taken(
            lake.settings, f"quarantine sheet of {table}", f"{count} records to be decided", path.read_bytes()
        )
    say(
        f"{count} records in {path}; correct cells, fill #reason, then `medlake quarantine fix --from {path}`"
    )


@app.command()
def replay(as_json: AsJson = False) -> None:
    """Loads what was corrected, and says what the next refresh will do with the decisions."""
    with opened_lake() as lake:
        from pipelines.clock import now
        from pipelines.quarantine.effect import awaited
        from pipelines.refresh.loading import take_corrections

        loads = take_corrections(lake, at=now(), say=say)
        tables = awaited(lake)
    if as_json:
        print_json({"corrections": loads, "tables": tables})
        return
    out.print(f"{len(loads)} correction files loaded now: {sum(load.rows_loaded for load in loads)} records")
    if not tables:
        out.print("[green]✓[/] 当前发布已含全部决定 | the current release holds every decision")
        return
    print_table("The next refresh types again", list(tables[0]), [list(row.values()) for row in tables])
    say("run `medlake refresh`")
