"""`medlake releases` and `medlake sql`: what was released, and questions to it."""

from enum import StrEnum
from typing import Annotated, Any

import duckdb
import typer

from cli.console import Exit, explain, fail, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from lakehouse.releases import (
    Entry,
    Release,
    find_candidate,
    find_release,
    list_releases,
    pins,
    require_whole,
)
from lakehouse.settings import Settings


class Layout(StrEnum):
    """How `medlake sql` prints rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Adds both commands."""
    app.command()(releases)
    app.command()(sql)


def releases(
    show: Annotated[int | None, typer.Option(help="Print one release's tables and inputs.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hash every release's file against its manifest.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Lists releases and candidates; shows or checks them."""
    settings = Settings.from_env()
    with explain(*RELEASE_ERRORS):
        if show is not None:
            _show(find_release(settings, show), as_json)
            return
        known = list_releases(settings)
        if check:
            for release in known:
                require_whole(settings, release.number)
                out.print(f"[green]✓[/] {release.name} is the file its manifest names")
            return
        _list(settings, as_json)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT on schemas core, mart and stg.")],
    release: Number = None,
    as_of: AsOf = None,
    layout: Annotated[Layout, typer.Option("--format", help="How rows are printed.")] = Layout.TABLE,
    limit: Annotated[int, typer.Option(help="Most rows to print.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Asks a release, read-only. Example: medlake sql "SELECT * FROM mart.kpi_monthly LIMIT 5"."""
    settings = Settings.from_env()
    with explain(*RELEASE_ERRORS), open_chosen(settings, release, as_of) as connection:
        columns, rows = _ask(connection, query, limit)
    if as_json or layout is Layout.JSON:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif layout is Layout.CSV:
        _print_csv(columns, rows)
    else:
        print_table(f"{len(rows)} rows", columns, rows)


def _ask(
    connection: duckdb.DuckDBPyConnection, query: str, limit: int
) -> tuple[list[str], list[tuple[Any, ...]]]:
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    try:
        statements = connection.extract_statements(query)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            fail("only one SELECT at a time; releases are read-only", Exit.USAGE)
        result = connection.execute(statements[0])
        return [column[0] for column in result.description or ()], result.fetchmany(limit)
    except duckdb.Error as error:
        fail(f'{error}\nTables: medlake sql "SHOW ALL TABLES"', Exit.USAGE)


def _print_csv(columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    import csv
    import sys

    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows(rows)


def _list(settings: Settings, as_json: bool) -> None:
    """Every release and candidate whose files are there; what readers get is `released`."""
    rows = [_row(entry, find_candidate(settings, entry.number)[1]) for entry, _ in pins(settings)]
    columns = ("release", "kind", "state", "people", "made (UTC)", "tables", "rows", "size", "sha256")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif rows:
        print_table("发布 | Releases", columns, rows)
    else:
        out.print("No release yet: run `medlake refresh` (or `make demo`).")


def _row(entry: Entry, release: Release) -> tuple[Any, ...]:
    facts = release.manifest
    state = f"{entry.state} (EMERGENCY)" if entry.glass else entry.state.value
    return (
        release.name,
        entry.rule.kind,
        f"{state}, needs {', '.join(entry.missing)}" if entry.missing else state,
        "DEMO" if facts.get("people") else "",
        str(facts["released_at"])[:19],
        len(facts["tables"]),
        sum(table["rows"] for table in facts["tables"]),
        f"{facts['warehouse']['bytes'] / 1e6:.1f} MB",
        str(facts["warehouse"]["sha256"])[:16],
    )


def _show(release: Release, as_json: bool) -> None:
    if as_json:
        print_json(release.manifest)
        return
    out.print(
        f"[bold]Release {release.name}[/] of {release.manifest['released_at']}: {release.warehouse_path}"
    )
    print_table(
        "Tables",
        ("table", "rows", "content sha256"),
        [(table["name"], table["rows"], table["sha256"]) for table in release.manifest["tables"]],
    )
