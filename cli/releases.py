"""`medlake releases`: what was released."""

from typing import Annotated, Any

import typer

from cli.console import explain, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson
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


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(releases)


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
