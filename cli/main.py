"""The `medlake` command: assembly only, one module per group."""

import typer

from cli import (
    arrivals,
    backup,
    conservation,
    evidence,
    identity,
    lake,
    models,
    nmpa,
    quality,
    quarantine,
    recall,
    release_acts,
    releases,
    report,
    serve,
    simulate,
    sql,
    suspects,
    trace,
)

app = typer.Typer(
    name="medlake",
    help=(
        "A lakehouse for medical-device makers. 医疗器械数据中台。\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 blocked by a gate, 4 not found."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)
for group in (simulate, lake, releases, sql, arrivals, conservation, trace, suspects, serve, backup):
    group.register(app)
app.add_typer(models.app, name="models")
app.add_typer(nmpa.app, name="nmpa")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(identity.app, name="identity")
app.add_typer(quality.app, name="quality")
app.add_typer(evidence.app, name="evidence")
app.add_typer(release_acts.app, name="release")
app.add_typer(recall.app, name="recall")
app.add_typer(report.app, name="report")


def main() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
