"""`medlake conservation`: in = out + merged + quarantined + rejected, per stage, table and file."""

from typing import Annotated, Any

import typer

from cli.console import Exit, explain, fail, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from lakehouse.settings import Settings

STAGES = """
    SELECT stage_code, name, rows_in, rows_out, rows_merged, rows_quarantined, rows_rejected, is_balanced
    FROM mart.conservation WHERE ? IS NULL OR name = ?
    ORDER BY ARRAY_POSITION(['landing', 'raw', 'stg', 'core'], stage_code), name"""
FILES = """
    SELECT file_name, contract_version, status, rows_in, rows_loaded, rows_quarantined, rows_rejected,
      rows_raw, is_balanced, control_code
    FROM mart.file WHERE source_table = ? ORDER BY file_name, file_sha256, contract_version"""

COUNTS = ("rows_in", "rows_out", "rows_merged", "rows_quarantined", "rows_rejected")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(conservation)


def conservation(
    table: Annotated[
        str | None, typer.Argument(help="Contract id or entity; its files are listed too.")
    ] = None,
    release: Number = None,
    as_of: AsOf = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every table, not only the sums and what fails.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The books of a release: every stage's equation, down to the file. Exit code 1 when one fails."""
    with explain(*RELEASE_ERRORS), open_chosen(Settings.from_env(), release, as_of) as connection:
        stages = _rows(connection, STAGES, [table, table])
        files = _rows(connection, FILES, [table]) if table else []
    if table and not stages:
        fail(f"no books for {table}; `medlake conservation` lists the names", Exit.NOT_FOUND)
    if as_json:
        print_json({"stages": stages, "files": files})
    else:
        shown = stages if table or every else _sums(stages)
        _print("守恒 | Conservation: in = out + merged + quarantined + rejected", shown)
        _print("文件 | Files: in = loaded + quarantined + rejected; loaded = raw", files)
    wrong = [row.get("name") or row["file_name"] for row in [*stages, *files] if not row["is_balanced"]]
    if wrong:
        fail(f"不守恒 | not balanced: {', '.join(wrong[:10])}", Exit.FAILED)


def _sums(stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line for each stage, and one for each table whose equation fails."""
    sums: dict[str, dict[str, Any]] = {}
    for row in stages:
        total = sums.setdefault(row["stage_code"], {**row, "name": 0, **dict.fromkeys(COUNTS, 0)})
        total["name"] += 1
        for count in COUNTS:
            total[count] += row[count]
        total["is_balanced"] &= row["is_balanced"]
    lines = [{**total, "name": f"{total['name']} tables"} for total in sums.values()]
    return [*lines, *(row for row in stages if not row["is_balanced"])]


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = [
            name.removeprefix("rows_").removesuffix("_code").removeprefix("is_").replace("_", " ")
            for name in rows[0]
        ]
        print_table(title, columns, [list(row.values()) for row in rows])


def _rows(connection: Any, query: str, values: list[str | None]) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
