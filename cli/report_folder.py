"""`medlake report inspector-folder`: a plant's year for an inspector, to open without a server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli import evidence_trail
from cli.console import explain, out, say
from cli.moment import Number
from lakehouse.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("inspector-folder")(inspector_folder)


def inspector_folder(
    plant: Annotated[str, typer.Option("--plant", help="Plant, such as A.")],
    year: Annotated[int, typer.Option("--year", help="Calendar year on the plant's clock.")],
    target: Annotated[Path, typer.Option("--out", help="Empty or new folder.")],
    reason: Annotated[str, typer.Option("--reason", help="For whom and why.")] = "",
    release: Number = None,
    by: evidence_trail.Who = None,
) -> None:
    """Writes an inspector's folder: search, dossiers, clauses, trail, verifier. 检查员文件夹。"""
    from cli.report import REFUSALS
    from reports.inspector.folder import write_folder
    from reports.order import Order, issuer_named

    settings = Settings.from_env()
    issuer = issuer_named(
        settings, evidence_trail.acting(settings, by), reason or "medlake report inspector-folder"
    )
    order = Order("inspector_folder", {"site": plant, "year": str(year)}, release)
    with explain(*REFUSALS):
        folder = write_folder(settings, order, issuer, target.resolve(), say)
    out.print(f"[green]✓[/] {escape(str(folder.path / 'index.html'))}", soft_wrap=True)
    say(f"{folder.file_count:,} 个文件，{folder.act_count:,} 条审计 | files, acts of the trail")
