"""`medlake recall`: the package of a recall, or of a drill, from one release; cases are subcommands."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

import typer

from cli import evidence_trail, recall_case
from cli.console import Exit, explain, out, print_json, print_table, say
from cli.moment import RELEASE_ERRORS, AsJson, Number
from cli.onward import print_onward
from cli.report import REFUSALS as REPORT_REFUSALS
from lakehouse.settings import Settings
from reports.frame import write
from reports.language import HOME_ZONE, Language, load
from reports.recall import Package, RecallClass, RecallRequest, RequestInvalid, write_package
from reports.recall.facts import RecallFacts
from reports.recall.package import PackageExists
from reports.recall.request import PLACEHOLDER_BASE
from reports.recall.wording import amounts_text, due_text
from traceability.recall.narrow import read_narrowing
from traceability.recall.refused import RecallRefused
from traceability.recall.subject import Subject, SubjectKind, read_subjects

app = typer.Typer(invoke_without_command=True, no_args_is_help=True)
recall_case.register(app)
REFUSALS = (
    (RecallRefused, Exit.USAGE),
    (RequestInvalid, Exit.USAGE),
    (PackageExists, Exit.FAILED),
    *REPORT_REFUSALS,
)
LISTED_AT_MOST = 20


Texts = list[str] | None


@app.callback()
def recall(
    context: typer.Context,
    lot: Annotated[
        Texts, typer.Option(help="Lot number in any spelling, or lot id; may be repeated.")
    ] = None,
    udi: Annotated[Texts, typer.Option(help="Scanned or printed UDI, or a GS1 Digital Link.")] = None,
    supplier_lot: Annotated[Texts, typer.Option(help="Lot number of a supplier.")] = None,
    serial: Annotated[Texts, typer.Option(help="Serial number of one device.")] = None,
    order: Annotated[Texts, typer.Option(help="Production order: every lot it made.")] = None,
    sterilisation: Annotated[Texts, typer.Option(help="Sterilisation run: every lot it held.")] = None,
    equipment: Annotated[Texts, typer.Option(help="A-SEAL-02=FROM..TO: lots it worked on then.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="CSV with the columns kind,text."),
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="Take every lot of an ambiguous number.")] = False,
    level: Annotated[int | None, typer.Option("--class", min=1, max=3, help="Class, 1 to 3.")] = None,
    reason: Annotated[str, typer.Option(help="Why; stands in every notice.")] = "",
    decided_at: Annotated[str, typer.Option(help="When it was decided: 2026-03-02T09:30+08:00.")] = "",
    issued_at: Annotated[str, typer.Option(help="Stated time of the package; now by default.")] = "",
    as_of: Annotated[str, typer.Option(help="Scope with what was known by this day or time.")] = "",
    since: Annotated[str, typer.Option(help="Say what changed since what was known by then.")] = "",
    narrow: Annotated[
        Texts,
        typer.Option(help="date=FROM..TO, equipment=…, operator=… or sterilisation=…; may be repeated."),
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="A mock recall: everything is stamped.")] = False,
    recall_no: Annotated[str, typer.Option(help="Number of the case.")] = "",
    contact: Annotated[str, typer.Option(help="Who answers consignees: name, telephone, address.")] = "",
    id_base: Annotated[str, typer.Option(help="The company's web address, for EPCIS identifiers.")] = "",
    folder: Annotated[Path | None, typer.Option("--out", help="Folder; data/reports by default.")] = None,
    release: Number = None,
    by: evidence_trail.Who = None,
    as_json: AsJson = False,
) -> None:
    """Writes the package of a recall: scope, notices, deadlines, balance, EPCIS, what is not known."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings.from_env()
    with explain(*REFUSALS, *RELEASE_ERRORS):
        request = RecallRequest(
            subjects=_subjects(
                file,
                lot=lot,
                udi=udi,
                supplier_lot=supplier_lot,
                serial=serial,
                order=order,
                sterilisation=sterilisation,
                equipment=equipment,
            ),
            recall_class=_class(level),
            reason=reason,
            decided_at=moment(decided_at, "--decided-at"),
            issued_at=moment(issued_at, "--issued-at")
            if issued_at
            else datetime.now(UTC).replace(microsecond=0),
            recall_no=recall_no,
            contact=contact,
            is_drill=drill,
            takes_every=every,
            narrowings=tuple(read_narrowing(text) for text in narrow or ()),
            known_by=end_of(as_of, "--as-of") if as_of else None,
            since=end_of(since, "--since") if since else None,
            id_base=id_base or PLACEHOLDER_BASE,
        )
        who = evidence_trail.acting(settings, by)
        package, target, bundle = _issue(settings, request, release, who, folder)
    _print(package, target, bundle, as_json)


def _issue(
    settings: Settings, request: RecallRequest, release: int | None, who: str, folder: Path | None
) -> tuple[Package, Path, Path]:
    """Orders the form, writes its package as a folder, and beside it the bundle that proves it."""
    from reports.order import Order, issue_built, issuer_named, preview
    from reports.recall.form import CODE, given_of

    order = Order(CODE, given_of(request), release)
    issuer = issuer_named(settings, who, request.reason)
    built = preview(settings, order, issuer)
    package: Package = built.facts
    target = write_package(package, folder or settings.reports_dir)
    bundle = target.with_name(f"{target.name}.zip")
    return package, target, write(issue_built(settings, built, order, issuer, say), bundle)


def _class(level: int | None) -> RecallClass:
    classes: tuple[RecallClass, ...] = (1, 2, 3)
    if level is not None:
        return classes[level - 1]
    raise RequestInvalid("须写明召回级别 --class 1、2 或 3 | give the class: --class 1, 2 or 3")


def moment(text: str, option: str) -> datetime:
    """A time with its zone.

    Raises:
        RequestInvalid: it is none.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestInvalid(
            f"{option} 须为带时区的时间，如 2026-03-02T09:30+08:00 | {option} wants a time with its zone, "
            f"such as 2026-03-02T09:30+08:00, not {text!r}"
        ) from error


def end_of(text: str, option: str) -> datetime:
    """A time with its zone, or the end of a day on the plants' clock."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return moment(text, option)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(HOME_ZONE)) + timedelta(days=1)
    return midnight - timedelta(microseconds=1)


def _subjects(file: Path | None, **named: Texts) -> tuple[Subject, ...]:
    kinds: tuple[SubjectKind, ...] = get_args(SubjectKind)
    given = [Subject(kind, text) for kind in kinds for text in named[kind] or ()]
    return (*given, *(read_subjects(file) if file else ()))


def _print(package: Package, target: Path, bundle: Path, as_json: bool) -> None:
    facts, request = package.facts, package.facts.request
    if as_json:
        print_json({**_summary(package), "folder": target, "bundle": bundle})
        return
    words = load("reports.recall", "en")
    if request.is_drill:
        out.print(f"[bold yellow]{words('drill.banner')}[/]")
    _print_consignees(facts, words)
    print_onward(facts.scope.onward, at_most=LISTED_AT_MOST)
    if facts.scope.untold_lots:
        say(words("onward.untold", count=len(facts.scope.untold_lots)))
    _print_deadlines(facts, words)
    gaps = [(gap.code, gap.lot_id or gap.order_id, gap.message_en, gap.qty) for gap in facts.scope.gaps]
    if gaps:
        print_table(
            f"What is not known: {len(gaps)}", ("rule", "of", "what", "quantity"), gaps[:LISTED_AT_MOST]
        )
    for code in facts.todo:
        say(f"before sending: {words(f'todo.{code}')}")
    for path in (target, bundle):
        out.print(f"[green]✓[/] {path}", soft_wrap=True)
    out.print(f"[dim]traced in {facts.trace_seconds * 1000:.0f} ms; {len(package.contents)} files[/]")


def _summary(package: Package) -> dict[str, object]:
    facts, request = package.facts, package.facts.request
    return {
        "recall_no": request.number,
        "is_drill": request.is_drill,
        "release": facts.manifest.release,
        "sha256": package.sha256,
        "lots": len(facts.scope.lots),
        "devices": len(facts.scope.units),
        "consignees": len(facts.consignees),
        "onward": len(facts.scope.onward),
        "lots_untold": len(facts.scope.untold_lots),
        "gaps": len(facts.scope.gaps),
        "trace_seconds": round(facts.trace_seconds, 4),
    }


def _print_consignees(facts: RecallFacts, words: Language) -> None:
    print_table(
        f"{facts.request.number}: {len(facts.scope.lots)} lots, {len(facts.scope.units)} devices, "
        f"{len(facts.consignees)} consignees",
        ("consignee", "deliveries", "lots", "delivered", "holds"),
        [
            (
                row.consignee.customer_name or row.consignee.consignee_id,
                row.delivery_count,
                row.lot_count,
                amounts_text(row.sent, words),
                amounts_text(row.held, words),
            )
            for row in facts.consignees[:LISTED_AT_MOST]
        ],
    )


def _print_deadlines(facts: RecallFacts, words: Language) -> None:
    print_table(
        "Deadlines",
        ("where", "what", "due", "confirmed"),
        [
            (
                deadline.rule.jurisdiction,
                deadline.rule.what_en,
                due_text(deadline, words),
                words(f"confidence.{deadline.rule.confidence}"),
            )
            for deadline in facts.deadlines
            if deadline.state != "elsewhere"
        ],
    )
