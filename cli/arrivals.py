"""`medlake arrivals`: which promised extracts came, and which did not."""

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.console import Exit, explain, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from lakehouse.settings import Settings
from quality_rules.contract import ContractError

ALARMS = {
    "DQ-ARR-001": "未到 | missing",
    "DQ-ARR-002": "迟到 | late",
    "DQ-ARR-003": "已到但被拒收 | came, but was refused",
    "DQ-ARR-004": "数据量异常 | unusual volume",
}


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
    settings = Settings.from_env()
    with (
        explain(*RELEASE_ERRORS, (ContractError, Exit.FAILED)),
        open_chosen(settings, release, as_of) as connection,
    ):
        rows = _judged(connection, on, every=every)
    if as_json:
        print_json(rows)
    elif rows:
        _print(rows)
    else:
        out.print("[green]✓[/] 承诺的数据均已按时到达 | Every promised extract has come in time")


def _judged(connection: Any, on: datetime | None, *, every: bool) -> list[dict[str, Any]]:
    from pipelines.sqlmesh.arrivals import UNTIL, arrival_query, day_literal
    from quality_rules.contract import load_contracts

    query = arrival_query(load_contracts().values(), day_literal(on.date()) if on else UNTIL)
    chosen = "" if every else "WHERE rule_id <> '' "
    result = connection.execute(
        f"SELECT * FROM ({query}) {chosen}ORDER BY tenant_code, source_table, site_code, period_start_date"
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _print(rows: list[dict[str, Any]]) -> None:
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
