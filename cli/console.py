"""How the command speaks: tables for people, JSON for machines, errors that say what to do."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

# A pipe has no width of its own; 80 columns would fold names that no one is there to see folded.
PIPE_WIDTH = 132
out = Console(soft_wrap=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, soft_wrap=True)


class Exit(IntEnum):
    """What the command's exit codes mean (2 is Typer's own: wrong usage)."""

    OK = 0
    FAILED = 1
    USAGE = 2
    BLOCKED = 3
    NOT_FOUND = 4


def fail(message: str, code: Exit) -> NoReturn:
    """Prints an error and leaves with a code that means something."""
    err.print(f"[bold red]✗[/] {escape(message)}")
    raise typer.Exit(int(code))


@contextmanager
def explain(*causes: tuple[type[BaseException], Exit]) -> Iterator[None]:
    """Turns the named exceptions, whose texts are written for people, into an error and an exit code."""
    try:
        yield
    except tuple(cause for cause, _ in causes) as error:
        fail(str(error), next(code for cause, code in causes if isinstance(error, cause)))


def say(message: str) -> None:
    """A line of progress; on standard error, so that output can be piped."""
    err.print(f"[dim]·[/] {escape(message)}")


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=_jsonable) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table; numbers to the right, NULL as an em dash."""
    rows = list(rows)
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold cyan")
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(
            isinstance(row[index], (int, float, Decimal, type(None))) for row in rows
        )
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    out.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return escape(str(value))


def _jsonable(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, Path)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
