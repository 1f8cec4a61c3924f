"""`medlake simulate`: extracts of a synthetic device maker, with their truth beside them."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from cli.console import print_json, print_table, say
from lakehouse.durable import write_atomic
from lakehouse.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(simulate)


def simulate(
    seed: Annotated[int, typer.Option(help="Same seed and scale, same bytes.")] = 7,
    scale: Annotated[float, typer.Option(help="1 is about 300,000 source rows of one year.")] = 1.0,
    clean: Annotated[bool, typer.Option("--clean", help="Without the seeded defects.")] = False,
    if_absent: Annotated[
        bool, typer.Option("--if-absent", help="Do nothing when extracts are there.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Writes a year of ERP, MES, QMS and UDI extracts of two plants into the landing folder."""
    settings = Settings.from_env()
    landing = settings.landing_roots[0]
    marker = settings.data_dir / "truth" / "simulated.json"
    if if_absent and marker.is_file():
        say(f"extracts are there already: {landing}")
        return
    from simulator import simulate as run

    summary = run(
        landing, settings.data_dir / "truth", seed=seed, scale=scale, defects=not clean, progress=say
    )
    write_atomic(marker, json.dumps({"seed": seed, "scale": scale, "clean": clean}).encode())
    if as_json:
        print_json(asdict(summary))
        return
    print_table(
        f"Simulated maker: seed {seed}, scale {scale:g}, {'clean' if clean else 'with seeded defects'}",
        ("table", "rows"),
        sorted(summary.tables.items()),
    )
