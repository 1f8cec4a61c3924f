"""`medlake suspects`: what the lots with complaints have in common, against all lots of their products."""

from datetime import date, datetime
from typing import Annotated

import duckdb
import typer

from cli.console import Exit, explain, out, print_json, print_table
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, open_chosen
from cli.trace import one_lot
from lakehouse.settings import Settings
from traceability.suspects import NoCases, Suspects, complaint_lots, suspects

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(name="suspects")(common_causes)


def common_causes(
    lots: Annotated[
        list[str] | None, typer.Argument(help="Lots with complaints; none: those in the complaints.")
    ] = None,
    product: Annotated[str | None, typer.Option(help="Complaints on this product code only.")] = None,
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, help="How many suspects to show.")] = 20,
    release: Number = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Ranks lots upstream of complaints by lift: their share of the cases against their share of all lots."""
    settings = Settings.from_env()
    with (
        explain(*RELEASE_ERRORS, (NoCases, Exit.NOT_FOUND)),
        open_chosen(settings, release, as_of) as connection,
    ):
        found = suspects(connection, _cases(connection, lots or [], product, _day(since), _day(until)))
    if as_json:
        print_json(found)
        return
    _print(found, limit)


def _cases(
    connection: duckdb.DuckDBPyConnection,
    lots: list[str],
    product: str | None,
    since: date | None,
    until: date | None,
) -> list[str]:
    if lots:
        return [one_lot(connection, text).lot.lot_id for text in lots]
    return list(complaint_lots(connection, product, since, until))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _print(found: Suspects, limit: int) -> None:
    cases = len(found.cases)
    print_table(
        f"{len(found.suspects)} lots upstream of {cases} cases, compared with {found.population} lots",
        ("lot", "product", f"cases of {cases}", f"lots of {found.population}", "lift", "chance"),
        [
            (
                suspect.lot.lot_id,
                suspect.lot.product_name_en or suspect.lot.product_name_zh,
                suspect.case_count,
                suspect.lot_count,
                suspect.lift,
                f"{suspect.chance:.2g}",
            )
            for suspect in found.suspects[:limit]
        ],
    )
    if len(found.suspects) > limit:
        out.print(f"[dim]{len(found.suspects) - limit} more; --limit shows them[/]")
    out.print("[dim]chance: probability of as many cases if complaints struck lots at random[/]")
