"""`medlake backup`, `medlake restore`, `medlake drill`: keep the lake elsewhere, prove that it comes back."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.moment import RELEASE_ERRORS, AsJson
from lakehouse.backup.restoring import NotEmpty
from lakehouse.backup.store import BackupDamaged, SourceDamaged, Store
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.writer_lock import LakeBusy
from lineage.signing.people import BadPeople, UnknownPerson

ERRORS = (
    *RELEASE_ERRORS,
    (SourceDamaged, Exit.FAILED),
    (BackupDamaged, Exit.FAILED),
    (NotEmpty, Exit.USAGE),
    (StorageFailure, Exit.FAILED),
    (LakeBusy, Exit.FAILED),
    (UnknownPerson, Exit.BLOCKED),
    (BadPeople, Exit.USAGE),
    (ValueError, Exit.USAGE),
)
Place = Annotated[Path, typer.Argument(help="Folder of backups, on another disk.")]
Which = Annotated[str | None, typer.Option("--set", help="Backup id; the newest by default.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(backup)
    app.command()(restore)
    app.command()(drill)


def backup(
    folder: Place,
    every: Annotated[bool, typer.Option("--list", help="List the backups there instead.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the ledger.")] = "routine | 例行",
    as_json: AsJson = False,
) -> None:
    """Keeps the lake elsewhere while it lives: a consistent cut, each content once, each byte checked."""
    if every:
        _list(Store(folder), as_json)
        return
    from pipelines.backing_up import back_up

    with explain(*ERRORS):
        taken = back_up(Settings.from_env(), folder, reason)
    facts = {"id": taken.set.id, "files": len(taken.set.files), "bytes": taken.set.bytes}
    if as_json:
        print_json({**facts, **taken.set.facts, "sha256": taken.sha256, "seconds": round(taken.seconds, 3)})
        return
    say(
        f"备份 | backup {taken.set.id}: {len(taken.set.files):,} files, {taken.set.bytes / 1e6:,.1f} MB, "
        f"{taken.set.facts['leaves']:,} leaves, {taken.seconds:.1f} s"
    )
    out.print(f"清单 | list sha256 {taken.sha256}", soft_wrap=True)


def restore(
    folder: Place,
    into: Annotated[Path, typer.Option("--into", help="New folder of the lake; must be empty.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the restore is declared in the record.")],
    by: Annotated[str | None, typer.Option("--by", help="Who you are; MEDLAKE_PERSON by default.")] = None,
    set_id: Which = None,
    as_json: AsJson = False,
) -> None:
    """Brings a backup back into a new place, looks at every byte, and declares that it was done."""
    from pipelines.backing_up import RestoreUnsound, restore_lake

    settings = Settings.from_env()
    who = by or settings.person
    if not who or not reason.strip():
        fail("请用 --by 与 --reason 说明 | say who you are and why: --by, --reason", Exit.USAGE)
    with explain(*ERRORS, (RestoreUnsound, Exit.FAILED)):
        found, looked = restore_lake(settings, folder, set_id, into, who, reason)
    if as_json:
        print_json({"id": found.id, "files": len(found.files), "bytes": found.bytes, "looked": looked})
        return
    say(
        f"{len(found.files):,} files, {found.bytes / 1e6:,.1f} MB, {looked.leaves:,} leaves; "
        "逐字节核对 | every byte checked"
    )
    if looked.notice:
        say(looked.notice)
    out.print(f"[green]✓[/] {into}", soft_wrap=True)
    out.print(f"  使用 | use it: export MEDLAKE_DATA={into.resolve()}", soft_wrap=True)
    out.print("  工作仓库由下次刷新重建 | the working warehouse is built again by: medlake refresh --force")


def drill(
    folder: Place,
    set_id: Which = None,
    seed: Annotated[int, typer.Option(help="Which figures are counted again.")] = 20260101,
    as_json: AsJson = False,
) -> None:
    """Restores a backup to a scratch place, verifies it, counts figures again, and measures RPO and RTO."""
    from pipelines.backing_up import RestoreUnsound
    from pipelines.backing_up import drill as try_restore

    with explain(*ERRORS, (RestoreUnsound, Exit.FAILED)):
        drilled = try_restore(Settings.from_env(), folder, set_id, seed)
    if as_json:
        print_json(drilled)
        return
    say(f"backup {drilled.set_id}: {drilled.files:,} files, {drilled.bytes / 1e6:,.1f} MB")
    if drilled.looked.notice:
        say(drilled.looked.notice)
    print_table(
        "演练 | Drill",
        ("what", "measured"),
        [
            ("RPO: 备份中最新条目之龄 | age of the newest leaf in the backup", f"{drilled.rpo_s:,.1f} s"),
            ("RTO: 至复算完毕 | from start to the last verified figure", f"{drilled.rto_s:,.1f} s"),
            ("复算一致 | figures counted again, all agree", f"{len(drilled.recounts)}"),
        ],
    )


def _list(store: Store, as_json: bool) -> None:
    with explain(*ERRORS):
        sets = [store.read_set(set_id) for set_id in store.set_ids()]
    rows = [(s.id, len(s.files), s.bytes, s.facts["release"], s.facts["leaves"]) for s in sets]
    columns = ("backup", "files", "bytes", "release", "leaves")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("备份 | Backups", columns, rows)
