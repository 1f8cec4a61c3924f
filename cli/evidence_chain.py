"""`medlake evidence chain`: from a lot's source files to the signatures of the release that tells of it."""

from typing import Annotated

import typer

from cli.console import Exit, explain, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, chosen_release
from lakehouse.releases import open_release
from lakehouse.settings import Settings
from lineage.ledger.refusals import BadKey

Text = Annotated[str, typer.Argument(help="Lot, lot id, serial, order or scanned UDI.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(chain)


def chain(text: Text, release: Number = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """What a lot rests on: files, commits, gates, models, release, signatures; each with leaf and proof."""
    from cli.evidence import opened_ledger
    from cli.trace import one_lot
    from lineage.chain import chain as chain_of
    from reports.source_summary import lot_origins

    settings = Settings.from_env()
    with opened_ledger(settings) as ledger, explain(*RELEASE_ERRORS, (BadKey, Exit.FAILED)):
        released = chosen_release(settings, release, as_of)
        with open_release(settings, released.number) as connection:
            origins = lot_origins(connection, one_lot(connection, text).lot.lot_id)
        links = chain_of(settings, ledger, released, origins)
    if as_json:
        print_json(links)
        return
    rows = [
        (one.stage, one.what, one.note, one.who, one.at and f"{one.at:%Y-%m-%d %H:%M:%S}", one.index)
        + (one.proof, one.bytes, one.digest[:16])
        for one in links
    ]
    columns = ("step", "what", "part", "who", "at (UTC)", "leaf", "proof", "bytes", "sha256")
    print_table("证据链 | Chain of evidence", columns, rows)
    bad = [one for one in links if one.proof in {"broken", "none"} or one.bytes in {"differs", "gone"}]
    if bad:
        out.print(f"[bold red]✗[/] {len(bad)} 步无法证明 | steps cannot be proved")
        raise typer.Exit(int(Exit.FAILED))
