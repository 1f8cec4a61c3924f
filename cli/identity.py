"""`medlake identity`: who is who, what waits for a steward, and decisions that can be taken back."""

from datetime import datetime
from typing import Annotated

import typer

from cli import identity_decide
from cli.console import Exit, fail, out, print_json, print_table, say
from cli.identity_decide import Id, Role, open_desk, opened_lake
from cli.identity_view import print_pairs, print_party
from cli.lake import AsJson

DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
Day = Annotated[datetime | None, typer.Option("--on", formats=DAYS, help="Day the values were valid on.")]
Known = Annotated[
    datetime | None, typer.Option("--known", formats=DAYS, help="Moment (UTC) of the knowledge.")
]

app = typer.Typer(
    help=(
        "Who is who: golden parties, pairs to review, merge, apart, override, undo. 主体身份。\n\n"
        "A decision is an event with person and reason; nothing is ever edited, and `undo` takes it back. "
        "Decisions take effect with the next `medlake refresh`; --preview shows what they would change."
    ),
    no_args_is_help=True,
)
identity_decide.register(app)


@app.callback()
def group() -> None:
    """Who is who."""


@app.command()
def review(
    role: Role = None,
    limit: Annotated[int, typer.Option(help="Most pairs to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """What waits: pairs that may be one party, strongest first, and decisions that need a second person."""
    with opened_lake() as lake:
        from master_data.stewardship.views import evidence_words, pending, review_pairs

        desk = open_desk(lake)
        pairs, waiting = review_pairs(desk, role, evidence_words), pending(desk, role)
    if as_json:
        print_json({"pairs": pairs, "pending": waiting})
        return
    print_pairs(pairs[:limit], waiting)
    if len(pairs) > limit:
        say(f"{len(pairs) - limit} more pairs; raise --limit")
    if pairs:
        say("decide with `medlake identity merge A B --reason …` or `apart …`; try --preview first")


@app.command()
def show(party: Id, role: Role = None, as_json: AsJson = False) -> None:
    """A golden party beside its source records: values, what won by which rule, decisions, old ids."""
    with opened_lake() as lake:
        from master_data.stewardship.views import evidence_words, party_view

        shown = party_view(open_desk(lake), party, role, evidence_words)
    if as_json:
        print_json(shown)
    else:
        print_party(shown)


@app.command()
def history(
    party: Id, on: Day = None, known: Known = None, role: Role = None, as_json: AsJson = False
) -> None:
    """What a party's records said, valid when and known when; or only as of a day and a moment."""
    with opened_lake() as lake:
        from master_data.stewardship.views import history_view
        from pipelines.quarantine.records import opened

        one = open_desk(lake).named(party, role)
        with opened(lake.settings) as connection:
            rows = history_view(connection, one, on and on.date(), known)
    if as_json:
        print_json(rows)
    elif rows:
        print_table("双时态历史 | bitemporal history", list(rows[0]), [list(row.values()) for row in rows])
    else:
        fail("当时没有任何记录 | nothing was known of it then", Exit.NOT_FOUND)


@app.command()
def decisions(role: Role = None, as_json: AsJson = False) -> None:
    """Every decision ever made, who, when, why, and whether it counts."""
    with opened_lake() as lake:
        from master_data.stewardship.views import decision_rows

        rows = decision_rows(open_desk(lake), role)
    if as_json:
        print_json(rows)
    elif rows:
        print_table("决定 | decisions", list(rows[0]), [list(row.values()) for row in rows])
    else:
        out.print("尚无决定 | nobody has decided anything yet")
