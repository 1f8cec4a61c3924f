"""`medlake release`: sign, emergency, withdraw, roll back, hold, retire; each with a name and a reason."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.moment import RELEASE_ERRORS, AsJson
from lakehouse.releases import (
    Action,
    Entry,
    IllegalStep,
    UnknownKind,
    find_candidate,
    notices,
    pins,
    read_book,
    read_log,
)
from lakehouse.settings import Settings
from lakehouse.storage import StorageFailure
from lakehouse.writer_lock import LakeBusy
from lineage.signing.keys import BadPassphrase, NoKey
from lineage.signing.people import BadPeople, People, UnknownPerson, load_people
from lineage.signing.statement import BadSignature

app = typer.Typer(help="Releases: what people decide about them, signed where needed.", no_args_is_help=True)
ERRORS = (
    *RELEASE_ERRORS,
    (IllegalStep, Exit.BLOCKED),
    (UnknownKind, Exit.USAGE),
    (BadPassphrase, Exit.BLOCKED),
    (BadSignature, Exit.FAILED),
    (UnknownPerson, Exit.BLOCKED),
    (NoKey, Exit.NOT_FOUND),
    (BadPeople, Exit.USAGE),
    (LakeBusy, Exit.FAILED),
    (StorageFailure, Exit.FAILED),
)
Which = Annotated[int, typer.Argument(help="Release number.")]
By = Annotated[str | None, typer.Option("--by", help="Who you are; MEDLAKE_PERSON by default.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in your words; it stays in the record for good.")]


@app.callback()
def group() -> None:
    """Releases."""


@app.command()
def show(number: Which, as_json: AsJson = False) -> None:
    """Where a release stands, what it still needs, and everything that happened to it."""
    from lineage.signing.approvals import verify_signatures

    settings = Settings.from_env()
    with explain(*ERRORS):
        entry = read_book(settings).entry(number)
        steps = [r for r in read_log(settings) if r.step.number == number]
        signed = verify_signatures(settings, load_people(settings), number)
    if as_json:
        print_json({"entry": asdict(entry), "signatures": signed, "steps": steps})
        return
    _print_entry(settings, entry)
    print_table(
        "经过 | What happened",
        ("at (UTC)", "what", "who", "why"),
        [(f"{r.at:%Y-%m-%d %H:%M:%S}", r.step.action.value, r.step.who, r.step.why) for r in steps],
    )
    for s in signed:
        out.print(f"[green]✓[/] {escape(s.name)}, {s.role}: {escape(s.meaning)}", soft_wrap=True)
        out.print(f"  {escape(s.reason)}", soft_wrap=True)
        out.print(
            f"  {s.signed_at} = {s.signed_at_local} {s.zone}, ledger of {s.ledger_size} leaves",
            soft_wrap=True,
        )


@app.command()
def sign(number: Which, reason: Reason, by: By = None) -> None:
    """Signs a candidate in the role it still needs; the last signature releases it. Asks for a passphrase."""
    from lineage.signing.releasing import sign as sign_release

    _act(Action.APPROVE, number, by, lambda s, name, secret: sign_release(s, number, name, secret, reason))


@app.command()
def break_glass(
    number: Which,
    reason: Reason,
    by: By = None,
    hours: Annotated[int | None, typer.Option(help="Until a second person must have ratified it.")] = None,
) -> None:
    """Releases a candidate alone, in an emergency, for a limited time. Gates hold; everybody sees it."""
    from lineage.signing.releasing import break_glass as release_alone

    _act(
        Action.BREAK_GLASS,
        number,
        by,
        lambda s, name, secret: release_alone(s, number, name, secret, reason, hours),
    )


@app.command()
def withdraw(number: Which, reason: Reason, by: By = None) -> None:
    """Takes a release from its readers for good; they get the one before at once."""
    from lineage.signing.releasing import withdraw as take_back

    _act(Action.WITHDRAW, number, by, lambda s, name, secret: take_back(s, number, name, secret, reason))


@app.command()
def roll_back(number: Which, reason: Reason, by: By = None) -> None:
    """Makes an earlier release current again."""
    from lineage.signing.releasing import roll_back as go_back

    _act(Action.ROLL_BACK, number, by, lambda s, name, secret: go_back(s, number, name, secret, reason))


@app.command()
def promote(
    number: Which,
    reason: Reason,
    by: By = None,
    kind: Annotated[str, typer.Option(help="Kind it is to be; its rule says who signs.")] = "regulatory",
) -> None:
    """Makes a candidate of another kind out of a release: the same files, which two people then sign."""
    from lineage.signing.releasing import promote as step_up

    settings = Settings.from_env()
    with explain(*ERRORS):
        entry = step_up(settings, number, kind, _who(settings, by), reason)
    _print_entry(settings, entry)
    say(f"由两人签署 | to be signed: medlake release sign {entry.number} --by NAME --reason …")


@app.command()
def hold(number: Which, reason: Reason, by: By = None) -> None:
    """Keeps a release's files whatever its age, for a recall, an inspection or a court."""
    from lineage.signing.releasing import hold as keep

    _act(Action.HOLD, number, by, lambda s, name, _: keep(s, number, name, reason))


@app.command()
def free(number: Which, reason: Reason, by: By = None) -> None:
    """Lifts every hold of a release."""
    from lineage.signing.releasing import free as let_go

    _act(Action.FREE, number, by, lambda s, name, _: let_go(s, number, name, reason))


@app.command()
def retire(number: Which, reason: Reason, by: By = None) -> None:
    """Deletes the files of a release that nothing pins; the record keeps their digests."""
    from lineage.signing.releasing import destroy

    _act(Action.RETIRE, number, by, lambda s, name, _: destroy(s, number, name, reason))


@app.command("pins")
def list_pins(as_json: AsJson = False) -> None:
    """What may be deleted and what may not, with every reason."""
    settings = Settings.from_env()
    with explain(*ERRORS):
        rows = [
            (f"{entry.number:06d}", entry.state.value, "; ".join(f"{zh} | {en}" for zh, en in reasons))
            for entry, reasons in pins(settings)
        ]
    columns = ("release", "state", "kept because")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("保留 | Kept", columns, [(*row[:2], row[2] or "可销毁 | may be retired") for row in rows])


@app.command()
def enrol(name: Annotated[str, typer.Argument(help="A name in the file of people.")]) -> None:
    """Makes a signing key under a passphrase only you know; its id must then be reviewed into the file."""
    from lineage.signing.enrolling import enrol as make

    settings = Settings.from_env()
    with explain(*ERRORS):
        key_id = make(settings, name, _new_passphrase())
    out.print(f"密钥 | key {key_id}")
    out.print(f"评审后列入 | have this reviewed into {settings.people_file}:", soft_wrap=True)
    out.print(f"  {name}: {{keys: [{key_id}]}}", soft_wrap=True)


def _act(action: Action, number: int, by: str | None, act: Callable[[Settings, str, str], Entry]) -> None:
    settings = Settings.from_env()
    with explain(*ERRORS):
        from lineage.signing.releasing import needs_passphrase, settle

        people = load_people(settings)
        person = people.person(_who(settings, by))
        for trouble in settle(settings):
            say(trouble)
        secret = _passphrase(people, person.printed) if needs_passphrase(settings, action, number) else ""
        entry = act(settings, person.name, secret)
    _print_entry(settings, entry)


def _who(settings: Settings, by: str | None) -> str:
    name = by or settings.person
    if not name:
        fail("是谁？请用 --by 或 MEDLAKE_PERSON | who are you? --by NAME or MEDLAKE_PERSON", Exit.USAGE)
    return name


def _passphrase(people: People, printed: str) -> str:
    """Asked at every signing, never kept; a pipe may answer for a script."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    hint = f" ({people.mark}; 口令 passphrase: {people.demo_passphrase})" if people.is_demo else ""
    return str(typer.prompt(f"{printed} 的口令 | passphrase{hint}", hide_input=True, err=True))


def _new_passphrase() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("新口令 | new passphrase", hide_input=True, confirmation_prompt=True, err=True))


def _print_entry(settings: Settings, entry: Entry) -> None:
    out.print(f"[bold]Release {entry.number:06d}[/] ({entry.rule.kind}) is [bold]{entry.state.value}[/]")
    if entry.missing and entry.state.value in {"candidate", "gated"} or entry.glass:
        out.print(f"  尚缺签名 | still needed: {', '.join(entry.missing)}")
    for reason in entry.blocking:
        out.print(f"  [red]✗[/] {escape(reason)}")
    if entry.has_files:
        for zh, en in notices(settings, find_candidate(settings, entry.number)[1]):
            out.print(f"  [bold yellow]![/] {escape(zh)} | {escape(en)}", soft_wrap=True)
    now = read_book(settings).current
    readers = f"release {now:06d}" if now is not None else "nothing: no release is current"
    out.print(f"  读者现读 | readers get {readers}")
