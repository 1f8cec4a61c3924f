"""`medlake conservation`: in = out + merged + quarantined + rejected, per stage, table and file."""

from typing import Annotated, Any

import typer

from cli.console import Exit, explain, fail, print_json, print_table
from cli.releases import RELEASE_ERRORS, AsJson, Number
from lakehouse.releases import open_release
from lakehouse.settings import Settings

STAGES = """
    SELECT stage_code, name, rows_in, rows_out, rows_merged, rows_quarantined, rows_rejected, is_balanced
    FROM mart.conservation WHERE ? IS NULL OR name = ?
    ORDER BY ARRAY_POSITION(['landing', 'raw', 'stg', 'core'], stage_code), name"""
FILES = """
    SELECT file_name, contract_version, status, rows_in, rows_loaded, rows_quarantined, rows_rejected,
      rows_raw, is_balanced
    FROM mart.file WHERE source_table = ? ORDER BY file_name, file_sha256, contract_version"""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(conservation)


def conservation(
    table: Annotated[
        str | None, typer.Argument(help="Contract id or entity; its files are listed too.")
    ] = None,
    release: Number = None,
    as_json: AsJson = False,
) -> None:
    """The books of a release: every stage's equation, down to the file. Exit code 1 when one fails."""
    with explain(*RELEASE_ERRORS), open_release(Settings.from_env(), release) as connection:
        stages = _rows(connection, STAGES, [table, table])
        files = _rows(connection, FILES, [table]) if table else []
    if table and not stages:
        fail(f"no books for {table}; `medlake conservation` lists the names", Exit.NOT_FOUND)
    if as_json:
        print_json({"stages": stages, "files": files})
    else:
        _print("守恒 | Conservation: in = out + merged + quarantined + rejected", stages)
        _print("文件 | Files: in = loaded + quarantined + rejected, and as many rows in the raw zone", files)
    wrong = [row.get("name") or row["file_name"] for row in [*stages, *files] if not row["is_balanced"]]
    if wrong:
        fail(f"不守恒 | not balanced: {', '.join(wrong[:10])}", Exit.FAILED)


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        print_table(title, [name.replace("_", " ") for name in rows[0]], [list(row.values()) for row in rows])


def _rows(connection: Any, query: str, values: list[str | None]) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
