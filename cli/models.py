"""`medlake models`: the SQL side of the house."""

import typer

from cli.console import Exit, fail, out
from lakehouse.settings import Settings

app = typer.Typer(help="SQL models: lint them.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """SQL models."""


@app.command()
def lint() -> None:
    """Checks every model: grain, comments, raw read only by stg, no DOUBLE in a sum."""
    from pipelines.sqlmesh.lint import lint_models

    problems = lint_models(Settings.from_env())
    for problem in problems:
        out.print(f"[red]✗[/] {problem}", highlight=False)
    if problems:
        fail(f"{len(problems)} problems in models", Exit.FAILED)
    out.print("[green]✓[/] models follow the rules")
