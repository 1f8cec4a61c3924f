"""`medlake report`: forms for regulators and customers, issued with proof, and made again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli import evidence_trail, report_folder
from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.moment import RELEASE_ERRORS, AsJson, Number
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lineage.ledger.refusals import EvidenceRefused
from reports.refusals import BadParameter, NotAllowed, NotReleased, ReportRefused, UnknownForm, UnknownSubject

app = typer.Typer(
    help="Reports with proof: list, build, replay, verify. 报告：清单、生成、重放、核验。",
    no_args_is_help=True,
)

report_folder.register(app)

REFUSALS = (
    (UnknownForm, Exit.NOT_FOUND),
    (UnknownSubject, Exit.NOT_FOUND),
    (NotReleased, Exit.NOT_FOUND),
    (BadParameter, Exit.USAGE),
    (NotAllowed, Exit.BLOCKED),
    (ReportRefused, Exit.FAILED),
    (EvidenceRefused, Exit.FAILED),
    (StorageFailure, Exit.FAILED),
)
DAYS = ["%Y-%m-%d"]
Bundle = Annotated[Path, typer.Argument(exists=True, help="The archive, or the folder it was unpacked into.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every form with its parameters."""
    from reports.language import load
    from reports.registry import forms

    zh, en = load("reports", "zh"), load("reports", "en")
    known = forms()
    if as_json:
        print_json([{"code": f.code, "version": f.version, "parameters": f.parameters} for f in known])
        return
    print_table(
        "报告 | forms",
        ("form", "version", "what", "parameters"),
        [
            (
                form.code,
                form.version,
                f"{zh(f'form.{form.code}.title')} | {en(f'form.{form.code}.title')}",
                " ".join(p.name if p.is_required else f"[{p.name}]" for p in form.parameters),
            )
            for form in known
        ],
    )


@app.command()
def build(
    form: Annotated[str, typer.Argument(help="Code of the form; `medlake report list` names them.")],
    parameters: Annotated[list[str] | None, typer.Argument(help="name=value, such as lot=B26010501.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="For whom and why.")] = "",
    under: Annotated[
        str, typer.Option(help="Take the regulations, code lists and deadlines of this day: 2025-11-01.")
    ] = "",
    release: Number = None,
    target: Annotated[Path | None, typer.Option("--out", help="File; in data/reports by default.")] = None,
    by: evidence_trail.Who = None,
    as_json: AsJson = False,
) -> None:
    """Builds a report and issues it as a bundle that anyone can verify offline; all of it is on record."""
    from lakehouse.durable import write_atomic
    from reports.order import Order, issue_report, issuer_named

    settings = Settings.from_env()
    issuer = issuer_named(settings, evidence_trail.acting(settings, by), reason or "medlake report build")
    with explain(*REFUSALS):
        order = Order(form, _given(parameters or ()), release, _day(under))
        built, archive = issue_report(settings, order, issuer, say)
    path = (target or settings.reports_dir / built.file_name).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, archive)
    if as_json:
        print_json({"subject": built.origin.subject, "release": built.release.name, "file": path})
        return
    out.print(f"[green]✓[/] {escape(str(path))}", soft_wrap=True)
    say("离线核验 | check it anywhere: unpack, then python verify.py --log-key KEY (medlake evidence key)")


@app.command()
def dossiers(
    target: Annotated[Path, typer.Option("--out", help="Folder for the dossiers.")],
    site: Annotated[str | None, typer.Option(help="Lots of this plant.")] = None,
    product: Annotated[str | None, typer.Option(help="Lots of this material number.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=DAYS, help="Made from this day on.")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=DAYS, help="Made up to this day.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="For whom and why.")] = "",
    under: Annotated[str, typer.Option(help="Take the requirements of this day: 2025-11-01.")] = "",
    release: Number = None,
    by: evidence_trail.Who = None,
    as_json: AsJson = False,
) -> None:
    """Writes the dossiers of every lot made at a plant, of a product or in a time: JSON, HTML and PDF."""
    from lakehouse.releases import find_release
    from reports.lot_dossier.batch import LotsMade, order_dossiers
    from reports.order import issuer_named

    settings = Settings.from_env()
    issuer = issuer_named(settings, evidence_trail.acting(settings, by), reason or "medlake report dossiers")
    which = LotsMade(site, product, since and since.date(), until and until.date())
    with explain(*REFUSALS, *RELEASE_ERRORS):
        batch = order_dossiers(settings, find_release(settings, release), which, target, issuer, _day(under))
    if as_json:
        print_json({"folder": batch.folder, "lots": batch.lot_count, "files": batch.file_count})
        return
    told = f"{batch.lot_count} 批 | {batch.lot_count} lots, {batch.file_count} files: {batch.folder}"
    out.print(f"[green]✓[/] {escape(told)}", soft_wrap=True)


@app.command()
def replay(bundle: Bundle, as_json: AsJson = False) -> None:
    """Makes a bundle's report again from its release: the same bytes, or the first difference."""
    from reports.replay import replay as made_again

    with explain(*REFUSALS):
        result = made_again(Settings.from_env(), bundle)
    if as_json:
        print_json({"files": result.file_count, "difference": result.difference})
    elif result.difference is None:
        out.print(
            f"[green]✓[/] {result.file_count} 个文件逐字节相同 | "
            f"{result.file_count} files are the same, byte by byte"
        )
    if result.difference is not None:
        fail(result.difference, Exit.FAILED)


@app.command()
def verify(
    bundle: Bundle,
    log_key: Annotated[
        str | None, typer.Option(help="Public key of the log; this lake's own by default.")
    ] = None,
    witness_key: Annotated[str | None, typer.Option(help="Public key of its witness.")] = None,
) -> None:
    """Checks a bundle as its own verifier does, against the keys given or those of this lake."""
    from lineage.ledger.sealing import known_keys
    from reports.verifier.verify import Invalid, check

    with explain(*REFUSALS, (Invalid, Exit.FAILED)):
        key = log_key or str(known_keys(Settings.from_env()).log)
        for line in check(bundle, key, witness_key):
            out.print(f"[green]✓[/] {escape(line)}", soft_wrap=True)


def _given(parameters: Sequence[str]) -> dict[str, tuple[str, ...]]:
    given: dict[str, list[str]] = defaultdict(list)
    for text in parameters:
        name, separator, value = text.partition("=")
        if not separator:
            raise BadParameter(
                f"参数须写作 name=value：{text} | write parameters as name=value, not {text!r}"
            )
        given[name].append(value)
    return {name: tuple(values) for name, values in given.items()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadParameter(
            "--under 须为日期，如 2025-11-01 | --under wants a day such as 2025-11-01"
        ) from error
