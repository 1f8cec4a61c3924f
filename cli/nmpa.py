"""`medlake nmpa`: what is declared to the NMPA UDI database, what is published, what stands in the way."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.console import Exit, explain, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, Number
from lakehouse.releases import Release, find_release, open_release
from lakehouse.settings import Settings
from reports.nmpa_udi.cross_checks import read_registered
from reports.nmpa_udi.difference import counts, differences
from reports.nmpa_udi.export import export_files, write_export
from reports.nmpa_udi.precheck import Precheck, precheck
from reports.nmpa_udi.record import read_records
from reports.nmpa_udi.rollout import readiness

app = typer.Typer(
    help="NMPA UDI database: pre-check, requests, differences. 国家药监局 UDI 申报。", no_args_is_help=True
)

Note = Annotated[str, typer.Option("--change-note", help="Reason of changes to published records 变更说明.")]
SHOWN = 40


@app.command()
def check(release: Number = None, change_note: Note = "", as_json: AsJson = False) -> None:
    """Checks every declared record; exit code 3 when one may not be sent."""
    _, checked = _checked(release, change_note)
    if as_json:
        print_json(checked.findings)
    else:
        _print_findings(checked)
    if checked.blocked:
        raise typer.Exit(int(Exit.BLOCKED))


@app.command()
def export(
    upload_new: Annotated[str, typer.Option(help="uploadType of new records (API document V2.1).")],
    upload_changed: Annotated[str, typer.Option(help="uploadType of changed records.")],
    release: Number = None,
    change_note: Note = "",
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder; data/reports/nmpa-udi by default.")
    ] = None,
) -> None:
    """Writes requests, template and pre-check; a person submits them."""
    released, checked = _checked(release, change_note)
    target = folder or Settings.from_env().reports_dir / f"nmpa-udi_release-{released.name}"
    files = export_files(
        released, checked, upload_types=(upload_new, upload_changed), change_note=change_note
    )
    for path in write_export(files, target):
        out.print(f"[green]✓[/] {path}", soft_wrap=True)
    _print_counts(checked)


@app.command()
def diff(release: Number = None, as_json: AsJson = False) -> None:
    """Declared against published, field by field."""
    settings = Settings.from_env()
    with explain(*RELEASE_ERRORS), open_release(settings, release) as connection:
        declared, published = read_records(connection, "declared"), read_records(connection, "published")
        rows = differences(declared, published, _day(find_release(settings, release)))
    if as_json:
        print_json(rows)
        return
    print_table(
        "Declared and published 申报与公开",
        ("state", "DI", "field", "declared 申报", "published 公开"),
        [(row.state, row.primary_di, row.field, row.declared, row.published) for row in rows[:SHOWN]],
    )
    out.print("  ".join(f"{state}: {count}" for state, count in counts(rows).items()))


@app.command()
def ready(release: Number = None, as_json: AsJson = False) -> None:
    """How far each risk class is for the roll-out of UDI."""
    settings = Settings.from_env()
    with explain(*RELEASE_ERRORS), open_release(settings, release) as connection:
        registered = read_registered(connection)
        rows = readiness(precheck(connection, on=_day(find_release(settings, release))), registered)
    if as_json:
        print_json(rows)
        return
    print_table(
        "Roll-out 实施进度",
        (
            "class",
            "due for production from",
            "confidence",
            "devices",
            "published",
            "to send",
            "blocked",
            "undeclared",
        ),
        [
            (r.risk_class, r.due_date, r.confidence, r.devices, r.ready, r.open, r.blocked, r.undeclared)
            for r in rows
        ],
    )


def _checked(number: int | None, change_note: str) -> tuple[Release, Precheck]:
    settings = Settings.from_env()
    with explain(*RELEASE_ERRORS):
        released = find_release(settings, number)
        with open_release(settings, released.number) as connection:
            return released, precheck(connection, on=_day(released), change_note=change_note)


def _day(release: Release) -> date:
    """The day a release was made: the same release is judged the same for ever."""
    return date.fromisoformat(str(release.manifest["released_at"])[:10])


def _print_findings(checked: Precheck) -> None:
    for one in checked.findings[:SHOWN]:
        mark = "[bold red]✗[/]" if one.severity == "error" else "[yellow]![/]"
        place = escape(f"{one.primary_di}  {one.field} = {one.value!r}  ({one.address})")
        out.print(f"{mark} [bold]{one.rule_id}[/]  {place}", soft_wrap=True)
        out.print(escape(f"    {one.message}\n    → {one.mend}"), soft_wrap=True)
    if len(checked.findings) > SHOWN:
        out.print(f"… {len(checked.findings) - SHOWN} more: --json lists all")
    _print_counts(checked)


def _print_counts(checked: Precheck) -> None:
    out.print(
        f"new 新增 {len(checked.new)}   changed 变更 {len(checked.changed)}   "
        f"unchanged 无变化 {len(checked.unchanged)}   blocked 不可提交 {len(checked.blocked)}"
    )
