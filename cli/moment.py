"""`--release` and `--as-of`: which release a command reads, and what to know about it."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import duckdb
import typer
from rich.markup import escape

from cli.console import Exit, err
from lakehouse.releases import (
    NoRelease,
    Release,
    ReleaseDamaged,
    find_as_of,
    find_release,
    notices,
    open_release,
    read_book,
)
from lakehouse.settings import Settings

Number = Annotated[
    int | None, typer.Option("--release", "-r", help="Release number; the current one by default.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Read what was current then: 2026-03-01T08:00+08:00, or a day on which only one was."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


class AmbiguousMoment(ValueError):
    """The time given may mean more than one release; says which."""


RELEASE_ERRORS = (
    (NoRelease, Exit.NOT_FOUND),
    (ReleaseDamaged, Exit.FAILED),
    (AmbiguousMoment, Exit.USAGE),
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def chosen_release(settings: Settings, number: int | None, as_of: str | None) -> Release:
    """The release that a command reads; what a reader must know about it is said on standard error.

    Raises:
        AmbiguousMoment: Both are given, or the time may mean several releases.
        NoRelease: There is none, or none that may be read.
    """
    if number is not None and as_of is not None:
        raise AmbiguousMoment("--release 与 --as-of 只能用一个 | give --release or --as-of, not both")
    release = find_release(settings, number) if as_of is None else _as_of(settings, as_of)
    _warn(settings, release)
    return release


def open_chosen(settings: Settings, number: int | None, as_of: str | None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the release that a command reads."""
    return open_release(settings, chosen_release(settings, number, as_of).number)


def _warn(settings: Settings, release: Release) -> None:
    for zh, en in notices(settings, release):
        err.print(f"[bold yellow]![/] {escape(zh)} | {escape(en)}")


def _as_of(settings: Settings, text: str) -> Release:
    if DAY.fullmatch(text):
        return _of_day(settings, text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise AmbiguousMoment(
            f"无法理解时间 {text} | {text!r} is no time; write 2026-03-01T08:00+08:00"
        ) from error
    if moment.tzinfo is None:
        raise AmbiguousMoment(
            f"时间 {text} 缺少时区 | {text} has no zone: it is another moment in Shanghai and in Berlin. "
            f"Write {text}+08:00 or {text}Z."
        )
    _require_past(moment)
    return find_as_of(settings, moment)


def _of_day(settings: Settings, text: str) -> Release:
    """The one release that was current at any time of a day (UTC)."""
    start = datetime.combine(datetime.fromisoformat(text), time(), UTC)
    _require_past(start)
    end = start + timedelta(days=1)
    tenures = read_book(settings).tenures
    seen = [t for t in tenures if t.start < end and (t.end is None or start < t.end)]
    if len({tenure.number for tenure in seen}) > 1 or (seen and seen[0].start > start):
        shown = ", ".join(f"{t.number:06d} from {t.start:%Y-%m-%dT%H:%M:%SZ}" for t in seen)
        raise AmbiguousMoment(
            f"{text}（UTC）当天有变更，请写明时刻 | more than one answer on {text} (UTC): {shown}. "
            "Name a time."
        )
    return find_as_of(settings, start)


def _require_past(moment: datetime) -> None:
    if moment > datetime.now(UTC):
        raise AmbiguousMoment(f"{moment.isoformat()} 尚未到来 | {moment.isoformat()} has not come yet")
