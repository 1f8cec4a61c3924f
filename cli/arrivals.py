"""`medlake arrivals`: which promised extracts came, and which did not."""

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.console import Exit, explain, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from lakehouse.settings import Settings
from quality_rules.contract import ContractError, load_contracts


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(arrivals)


def arrivals(
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Judge as of this day; by default the day the data speaks to."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every period, not only the alarms.")] = False,
    release: Number = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Promised extracts that are missing, late, refused or of an unusual size, by plant, table and period.

    Nothing is judged before its due date has passed. With --on today a feed that has stopped is seen as well.
    """
    from pipelines.sqlmesh.arrivals import judged_arrivals

    settings = Settings.from_env()
    with (
        explain(*RELEASE_ERRORS, (ContractError, Exit.FAILED)),
        open_chosen(settings, release, as_of) as connection,
    ):
        day = on.date() if on else None
        rows = judged_arrivals(connection, load_contracts().values(), day, every=every)
    if as_json:
        print_json(rows)
    elif rows:
        _print(rows)
    else:
        out.print("[green]✓[/] 承诺的数据均已按时到达 | Every promised extract has come in time")


def _print(rows: list[dict[str, Any]]) -> None:
    from pipelines.sqlmesh.arrivals import ALARMS

    columns = ("plant", "table", "period", "due", "state", "files", "rows", "alarm")
    print_table(
        "到货日历 | Arrivals",
        columns,
        [
            (
                " ".join(filter(None, (row["tenant_code"], row["site_code"]))),
                row["source_table"],
                f"{row['period_start_date']} … {row['period_end_date']}",
                str(row["due_date"]),
                row["state_code"],
                row["file_count"],
                row["rows_in"],
                f"{row['rule_id']} {ALARMS[row['rule_id']]}" if row["rule_id"] else "",
            )
            for row in rows
        ],
    )
