"""`medlake quality`: what the gates found, as pages, and how far the systems agree."""

from typing import Annotated

import typer

from cli.consistency import consistency
from cli.console import Exit, explain, out, print_json
from cli.identifiers import identifiers
from lakehouse.settings import Settings
from quality_rules.gate_docs import NoResults

app = typer.Typer(
    help="Quality: results of the gates as pages, agreement of the systems.", no_args_is_help=True
)
app.command()(consistency)
app.command()(identifiers)


@app.callback()
def group() -> None:
    """Quality gates."""


@app.command()
def docs(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False) -> None:
    """Builds Great Expectations Data Docs of the newest gates, released or not, and says where they lie."""
    from pipelines.data_docs import build_data_docs
    from pipelines.lake import open_lake

    with explain((NoResults, Exit.NOT_FOUND)):
        index = build_data_docs(open_lake(Settings.from_env()))
    if as_json:
        print_json({"index": index})
    else:
        out.print(f"Data Docs: {index.as_uri()}", soft_wrap=True)
