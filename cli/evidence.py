"""`medlake evidence`: what the ledger says, whether it still holds, and proofs for others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from cli import evidence_chain, evidence_trail, evidence_witness
from cli.console import Exit, explain, fail, out, print_json, say
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, chosen_release
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lineage.ledger.refusals import EvidenceRefused

if TYPE_CHECKING:
    from lineage.ledger.audit import Audit
    from lineage.ledger.lake_audit import LakeAudit
    from lineage.ledger.ledger import Ledger

app = typer.Typer(
    help="The evidence ledger: verify, prove, witness, review. 证据账本：核验、证明、见证、复核。",
    no_args_is_help=True,
)
evidence_trail.register(app)
evidence_chain.register(app)
app.add_typer(evidence_witness.app, name="witness")

Index = Annotated[int, typer.Argument(help="Number of the leaf, from 0.")]


@contextmanager
def opened_ledger(settings: Settings, *, writable: bool = False) -> "Iterator[Ledger]":
    """The lake's ledger; refusals become errors with an exit code."""
    from lineage.ledger.ledger import NoLedger, open_ledger

    failures = (EvidenceRefused, StorageFailure)
    with (
        explain((NoLedger, Exit.NOT_FOUND), *((failure, Exit.FAILED) for failure in failures)),
        open_ledger(settings, writable=writable) as ledger,
    ):
        yield ledger


@app.command()
def verify(
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every act, and hash data files, originals and warehouses.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the witness.")] = False,
    as_json: AsJson = False,
) -> None:
    """Checks the whole ledger against its seals, its witness, and the lake's files against the ledger."""
    from lineage.ledger.verifying import verify_everything

    settings = Settings.from_env()
    with opened_ledger(settings) as ledger:
        found = verify_everything(settings, ledger, deep=deep, offline=offline)
    if found.unreachable:
        say(found.unreachable)
    if as_json:
        print_json({"ledger": found.history, "lake": found.lake})
    else:
        _print(found.history, found.lake, deep=deep)
    if found.findings:
        fail("\n".join(found.findings), Exit.FAILED)


def _print(history: "Audit", lake: "LakeAudit | None", *, deep: bool) -> None:
    out.print(
        f"账本 | ledger: {history.size:,} leaves, {history.seals} seals compared, "
        f"{history.witnessed:,} leaves witnessed, {history.clock_back} written while the clock stood back"
    )
    out.print(f"根 | root: {history.root}")
    if not history.witnessed:
        out.print(
            "[yellow]![/] 尚无见证：持有密钥者仍可改写全部历史 | nobody has witnessed this ledger: "
            "who holds its key could still rewrite all of it (medlake evidence witness init)"
        )
    if lake:
        out.print(
            f"数据 | lake: {lake.commits:,} commits, {lake.data_files:,} data files "
            f"({'bytes hashed' if deep else 'sizes; --deep hashes them'}), "
            f"{lake.originals:,} originals hashed, {lake.releases} releases, {lake.role_files} role files, "
            f"{lake.signatures} signatures, "
            f"{lake.events:,} lineage events of commits"
        )
        if lake.unsealed:
            out.print(
                f"[yellow]![/] {lake.unsealed} 个提交尚未封存 | {lake.unsealed} acknowledged commits are not "
                "sealed yet: the next ingest or refresh seals them"
            )
    if not history.findings and lake and not lake.findings:
        out.print("[green]✓[/] 一切与封存时一致 | everything is as it was sealed")


@app.command()
def checkpoint() -> None:
    """Signs the ledger's present state, has it witnessed, and prints the signed note to be kept elsewhere."""
    from lineage.ledger.sealing import seal

    settings = Settings.from_env()
    with opened_ledger(settings, writable=True) as ledger:
        signed = seal(settings, ledger, say)
    typer.echo(signed.note.decode(), nl=False)
    if not signed.cosigned:
        say("未见证 | not witnessed: keep this note where the ledger's operator cannot change it")


@app.command()
def timestamp() -> None:
    """Has the newest sealed state stamped by the time authority (RFC 3161); once a day is enough."""
    from lineage.ledger.timestamp import stamp

    settings = Settings.from_env()
    with opened_ledger(settings, writable=True) as ledger:
        at = stamp(settings, ledger)
    out.print(f"[green]✓[/] 时间戳 | stamped at {at.isoformat()}")


@app.command()
def renew(
    reason: Annotated[str, typer.Option("--reason", help="Such as the restore that made it needed.")],
    by: evidence_trail.Who = None,
) -> None:
    """Begins a new log over the same leaves: after a declared restore that the witness cannot follow."""
    from lineage.ledger.sealing import renew as begin

    settings = Settings.from_env()
    who = evidence_trail.acting(settings, by)
    with opened_ledger(settings, writable=True) as ledger:
        signed = begin(settings, ledger, who, reason, say)
    typer.echo(str(signed.log))
    say("请将此公钥交见证者登记 | give this key to whoever keeps the witness (evidence witness init)")


@app.command()
def prove(index: Index, as_json: AsJson = False) -> None:
    """Proves one leaf: its bytes, its path to the root, and the signed checkpoint it stands under."""
    from lineage.ledger.proof import proof_of

    settings = Settings.from_env()
    with opened_ledger(settings) as ledger:
        proof = proof_of(settings, ledger, index)
    if as_json:
        typer.echo(proof.as_json().decode())
        return
    out.print(escape(proof.body.decode()), highlight=False, soft_wrap=True)
    typer.echo(proof.text().decode(), nl=False)


@app.command()
def key() -> None:
    """Prints the public keys of the ledger and of its witness, for whoever checks offline."""
    from lineage.ledger.sealing import known_keys

    settings = Settings.from_env()
    with opened_ledger(settings):
        keys = known_keys(settings)
    typer.echo(str(keys.log))
    for witness in keys.witnesses:
        typer.echo(str(witness))


@app.command()
def bundle(
    text: Annotated[str, typer.Argument(help="Lot, lot id, serial, order or scanned UDI.")],
    reason: Annotated[str, typer.Option("--reason", help="For whom and why.")],
    release: Number = None,
    as_of: AsOf = None,
    target: Annotated[Path | None, typer.Option("--out", help="File; in data/reports by default.")] = None,
    by: evidence_trail.Who = None,
) -> None:
    """Issues a lot's dossier as a bundle that anyone can verify offline; that it was taken is on record."""
    from cli.report import REFUSALS
    from lakehouse.durable import write_atomic
    from reports.order import Order, issue_report, issuer_named

    settings = Settings.from_env()
    issuer = issuer_named(settings, evidence_trail.acting(settings, by), reason)
    with opened_ledger(settings), explain(*RELEASE_ERRORS, *REFUSALS):
        number = chosen_release(settings, release, as_of).number
        built, archive = issue_report(settings, Order("lot_dossier", {"lot": text}, number), issuer, say)
    path = target or settings.reports_dir / built.file_name
    write_atomic(path.resolve(), archive)
    out.print(f"[green]✓[/] {escape(str(path))}", soft_wrap=True)
    say("离线核验 | check it anywhere: unpack, then python verify.py --log-key KEY (medlake evidence key)")
