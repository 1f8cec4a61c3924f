"""`medlake sql`: a question to a release, asked in a process that can do nothing else, and on record."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.console import Exit, explain, fail, out, print_json, print_table, say
from cli.moment import RELEASE_ERRORS, AsJson, AsOf, Number, chosen_release
from lakehouse.access import BadPolicy, Role, load_policy
from lakehouse.access.role_release import RoleRelease
from lakehouse.durable import write_atomic
from lakehouse.releases import Release
from lakehouse.settings import Settings
from lakehouse.sql_door import Answer, AskRefused, Limits
from lakehouse.sql_door.files import Format, as_csv, as_file
from lakehouse.sql_door.plain import plain, records
from lakehouse.sql_door.sheet import NoSheet
from lineage.role_reading import NoRole
from lineage.signing.people import BadPeople, Person, UnknownPerson, load_people

ERRORS = (
    *RELEASE_ERRORS,
    (AskRefused, Exit.USAGE),
    (NoSheet, Exit.USAGE),
    (BadPolicy, Exit.FAILED),
    (BadPeople, Exit.USAGE),
    (UnknownPerson, Exit.BLOCKED),
    (NoRole, Exit.BLOCKED),
)
MIB = 1 << 20


class Layout(StrEnum):
    """How `medlake sql` prints rows."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Adds both commands."""
    app.command()(sql)
    app.command("role-file")(role_file)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT on schemas core and mart.")],
    release: Number = None,
    as_of: AsOf = None,
    layout: Annotated[Layout, typer.Option("--format", help="How rows are printed.")] = Layout.TABLE,
    limit: Annotated[int, typer.Option(help="Most rows.")] = 1000,
    to: Annotated[
        Path | None, typer.Option(help="Write rows to this file: .csv, .xlsx, .parquet or .arrow.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Most seconds the question may take.")] = 60.0,
    memory: Annotated[int, typer.Option(help="Most memory in MiB.")] = 1024,
    role: Annotated[Role | None, typer.Option(help="One of your roles; the widest by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Asks a release, read-only. Example: medlake sql "SELECT * FROM mart.kpi_monthly LIMIT 5".

    You read as MEDLAKE_PERSON, in a role that the file of people gives you; who asked is on record.
    """
    settings = Settings.from_env()
    limits = Limits(seconds=seconds, rows=limit, memory=memory * MIB)
    with explain(*ERRORS):
        chosen = chosen_release(settings, release, as_of)
        answer = _asked(settings, chosen, query, role, limits)
        if answer.has_more:
            say(f"只取前 {limit} 行；--limit 可更多 | only the first {limit} rows; --limit gives more")
        if to is not None:
            _write(answer, to, chosen)
        else:
            _print(answer, Layout.JSON if as_json else layout, chosen)


def role_file(
    release: Number = None,
    as_of: AsOf = None,
    role: Annotated[Role | None, typer.Option(help="One of your roles; the widest by default.")] = None,
    ahead: Annotated[
        bool, typer.Option("--ahead", help="Make the files that others will open, so that nobody waits.")
    ] = False,
) -> None:
    """Prints the DuckDB file that you may read, made if need be, for any DuckDB client or notebook."""
    settings = Settings.from_env()
    with explain(*ERRORS):
        chosen = chosen_release(settings, release, as_of)
        if ahead:
            _make_ahead(settings, chosen)
        else:
            read, _ = _readable(settings, chosen, role)
            sys.stdout.write(f"{read.release.warehouse_path}\n")


def _make_ahead(settings: Settings, release: Release) -> None:
    from pipelines.role_files import make_role_files

    made = [each.facts for each in make_role_files(settings, release) if each.facts]
    for facts in made:
        say(f"{facts.reader}: {facts.warehouse['bytes'] / 1e6:.1f} MB, {facts.seconds:.1f} s")
    say(f"发布 {release.name}：新建 {len(made)} 个角色文件 | role files made: {len(made)}")


def _asked(settings: Settings, release: Release, query: str, wanted: Role | None, limits: Limits) -> Answer:
    from lineage.asked import ask_on_record

    read, person = _readable(settings, release, wanted)
    name = read.facts.role if read.facts else "everything"
    return ask_on_record(settings, read.release, person.name, name, query, limits)


def _readable(settings: Settings, release: Release, wanted: Role | None) -> tuple[RoleRelease, Person]:
    """What somebody who may ask in SQL opens."""
    from lineage.role_reading import readable
    from pipelines.role_files import attachments_for_role

    person = _person(settings)
    roles = [role for role in person.access if wanted in (None, role)]
    if not load_policy().may(roles, "sql.run"):
        raise NoRole(
            f"{person.name} 无权运行 SQL | {person.name} may not ask in SQL as "
            f"{wanted or ', '.join(person.access)}"
        )
    attachments = attachments_for_role(release)
    return readable(settings, release, roles, attachments, sites=person.sites), person


def _person(settings: Settings) -> Person:
    people = load_people(settings)
    by_name = {person.name: person for person in people.readers}
    if settings.person is None and people.is_demo and by_name:
        return people.readers[0]
    if settings.person not in by_name:
        raise UnknownPerson(
            f"请用 MEDLAKE_PERSON 说明身份 | say who you are with MEDLAKE_PERSON; "
            f"{settings.person or 'nobody'} reads nothing; there are: {', '.join(by_name) or 'none'}"
        )
    return by_name[settings.person]


def _print(answer: Answer, layout: Layout, release: Release) -> None:
    if layout is Layout.JSON:
        print_json(records(answer.rows))
    elif layout is Layout.CSV:
        sys.stdout.buffer.write(as_csv(answer.rows))
    elif layout is Layout.TABLE:
        rows = zip(*(column.to_pylist() for column in plain(answer.rows).columns), strict=True)
        print_table(f"{answer.rows.num_rows} rows", answer.rows.column_names, rows)
    elif sys.stdout.isatty():
        fail(
            "XLSX 不是文本，请用 --to rows.xlsx 或管道 | a workbook is no text: --to rows.xlsx, or a pipe",
            Exit.USAGE,
        )
    else:
        sys.stdout.buffer.write(as_file(answer.rows, Format.XLSX, release.made_at))


def _write(answer: Answer, to: Path, release: Release) -> None:
    try:
        form = Format(to.suffix.removeprefix("."))
    except ValueError:
        names = ", ".join(f".{form}" for form in Format)
        fail(f"{to}: 后缀须为 {names} | the file's name must end in one of {names}", Exit.USAGE)
    write_atomic(to, as_file(answer.rows, form, release.made_at))
    out.print(f"[green]✓[/] {answer.rows.num_rows} rows: {to}", soft_wrap=True)
