"""`medlake ingest`, `medlake refresh`, `medlake check`: from landing files to a release, and its ground."""

from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.markup import escape

from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.summary import print_summary, summary_of
from lakehouse.commit_register import DamagedRegister
from lakehouse.connections import BadConnection
from lakehouse.operation import BadOperation
from lakehouse.raw_zone import RawZone
from lakehouse.recovery import DamagedTable, explain_damage
from lakehouse.releases import UnknownKind, rule_for
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.table_schema import SchemaMismatch
from lakehouse.writer_lock import LakeBusy
from lineage.ledger.refusals import EvidenceRefused
from quality_rules.contract import ContractError

if TYPE_CHECKING:
    from pipelines.ingest import IngestReport

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
INPUT_ERRORS = (
    (BadConnection, Exit.FAILED),
    (BadOperation, Exit.FAILED),
    (ContractError, Exit.FAILED),
    (SchemaMismatch, Exit.FAILED),
    (DamagedTable, Exit.FAILED),
    (DamagedRegister, Exit.FAILED),
    (StorageFailure, Exit.FAILED),
    (LakeBusy, Exit.FAILED),
    (EvidenceRefused, Exit.FAILED),
)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(ingest)
    app.command()(refresh)
    app.command()(check)


def ingest(as_json: AsJson = False) -> None:
    """Takes new landing files into the raw zone, and nothing more.

    A bad file or record is refused or quarantined by rule id and stops nothing else.
    """
    from pipelines.clock import now
    from pipelines.lake import open_lake
    from pipelines.refresh.loading import load

    with explain(*INPUT_ERRORS):
        report = load(open_lake(Settings.from_env()), run_id=str(uuid4()), at=now(), say=say)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    if report.failed_tables:
        fail("; ".join(f"{t.source_table}: {t.reason}" for t in report.failed_tables), Exit.FAILED)


def _print_report(report: "IngestReport") -> None:
    print_table(
        "Loaded",
        ("table", "files", "rows in", "= loaded", "+ quarantined", "+ rejected"),
        [
            (
                t.source_table or "(no contract)",
                t.files,
                t.rows_in,
                t.rows_loaded,
                t.rows_quarantined,
                t.rows_rejected,
            )
            for t in report.tables
        ],
    )
    for file in report.rejected_files:
        out.print(
            f"[yellow]✗[/] {escape(file.file_name)}: {file.rule_id} {escape(file.reason)}", highlight=False
        )
        out.print(f"  [dim]→ {escape(file.remedy)}[/]", highlight=False)
    _print_drifts(report)
    say(f"{report.files} files seen, {report.known} loads known before")


def _print_drifts(report: "IngestReport") -> None:
    """Columns that are not as agreed; of a column that many files show, one line."""
    shown = Counter((d.source_table, d.kind, d.column, d.found, d.decision) for d in report.drifts)
    if shown:
        rows = [(*key, files) for key, files in sorted(shown.items())]
        columns = ("table", "drift", "column in the contract", "found", "decision", "files")
        print_table("Columns that are not as the contract says", columns, rows)


def refresh(
    force: Annotated[
        bool, typer.Option("--force", help="Build and release even when nothing is new.")
    ] = False,
    kind: Annotated[
        str | None, typer.Option(help="Kind of release: routine, or regulatory, which two people sign.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Runs the main job: landing → raw → gate → models → gate → release, and prints what came out."""
    from pipelines.lake import open_lake
    from pipelines.refresh.inputs import unchanged_release

    with explain(*INPUT_ERRORS, (UnknownKind, Exit.USAGE)):
        settings = Settings.from_env()
        if kind:
            rule_for(kind)
            settings = replace(settings, release_kind=kind)
        lake = open_lake(settings)
        release = None if force else unchanged_release(lake, say)
    if release:
        say(f"Nothing new: no new file, contract, rule or model. Release {release.name} stays current.")
    else:
        from pipelines.runner import run_refresh

        outcome = run_refresh(settings, say)
        if outcome.is_waiting:
            say(outcome.explanation)
            return
        if outcome.release is None:
            fail(outcome.explanation, Exit.BLOCKED)
        release = outcome.release
    if as_json:
        print_json(summary_of(settings, release))
    else:
        print_summary(settings, release)


def check(
    deep: Annotated[bool, typer.Option("--deep", help="Read and hash every data file too.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Every table, not only the damaged ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compares the raw zone on the disk with every commit that was ever acknowledged.

    What a crash or a power cut left behind is settled on the way; damage is only shown, with what to restore.
    """
    settings = Settings.from_env()
    with explain(*INPUT_ERRORS):
        report = RawZone(settings.raw_dir).check(deep=deep)
    findings = _against_ledger(settings, deep=deep)
    if as_json:
        print_json({**asdict(report), "ledger_findings": findings})
    else:
        shown = [t for t in report.tables if every or t.damage]
        if shown:
            print_table(
                "Raw zone",
                ("table", "version", "commits", "data files", "bytes", "damages"),
                [(t.table, t.version, t.commits, t.files, t.bytes, len(t.damage)) for t in shown],
            )
        say(
            f"{len(report.tables)} tables, {sum(t.commits for t in report.tables):,} commits, "
            f"{sum(t.files for t in report.tables):,} data files, "
            f"{sum(t.bytes for t in report.tables) / 1e6:,.1f} MB"
        )
        for notice in report.notices:
            out.print(f"[dim]·[/] {escape(notice)}", highlight=False)
    if report.damage:
        fail(str(explain_damage(report.damage)), Exit.FAILED)
    if findings:
        fail("\n".join(findings), Exit.FAILED)
    say(
        "每个文件的字节均与确认时一致 | every byte is as acknowledged"
        if deep
        else "提交与文件大小一致 | commits and file sizes are as acknowledged"
    )


def _against_ledger(settings: Settings, *, deep: bool) -> list[str]:
    """What differs from the evidence ledger; nothing for a lake that has none yet."""
    from cli.evidence import opened_ledger
    from lineage.ledger.lake_audit import audit_lake
    from lineage.ledger.ledger import ledger_path
    from lineage.ledger.release_audit import audit_releases

    if not ledger_path(settings).is_file():
        return []
    with opened_ledger(settings) as ledger:
        audit = audit_lake(settings, ledger, deep=deep)
        audit_releases(settings, ledger, audit, deep=deep)
        return audit.findings
