"""What a form is: its parameters, and how it is selected from a release, validated and rendered.

Asked → select → Selected facts → validate → render → files by name. A form is pure: same release, same
values, same day, same bytes. It registers once, in registry.py; command and Reports page then know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

import duckdb

from lakehouse.releases import Release
from lakehouse.settings import Settings
from reports.frame import canonical_json
from reports.language import HOME_ZONE, Locale
from reports.values import Parameter, Values

Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Asked:
    """What a form is asked.

    Attributes:
        settings: Of the lake; for what is kept beside its releases, such as words in a running recall.
        con: The open release, read-only.
        under: Day whose regulations, codes and deadlines are wanted; None for those that hold by themselves.
        locales: Languages to render.
    """

    settings: Settings
    con: duckdb.DuckDBPyConnection
    release: Release
    values: Values
    under: date | None
    locales: tuple[Locale, ...]

    @property
    def day(self) -> date:
        """The day whose rules hold: the one asked for, else the release's own on the company's clock."""
        return self.under or release_day(self.release)


@dataclass(frozen=True)
class Selected(Generic[Facts]):
    """What was selected.

    Attributes:
        subject: What the report is about, as it stands in the ledger and in file names.
        zone: IANA zone in which the report tells times.
        rules_on: Day whose rules were used.
        facts: Everything the report says.
    """

    subject: str
    zone: str
    rules_on: date
    facts: Facts


@dataclass(frozen=True)
class DatedTable:
    """Regulations, codes or deadlines as data: what is in force on a day.

    Attributes:
        name: As the manifest calls it.
        in_force: Rows of a day, in order.
    """

    name: str
    in_force: Callable[[date], Sequence[object]]

    def digest(self, day: date) -> str:
        """Digest of what is in force on a day; a row of another time does not change it."""
        return hashlib.sha256(canonical_json(self.in_force(day))).hexdigest()


@dataclass(frozen=True)
class Form(Generic[Facts]):
    """One report that a regulator, a customer or a manager gets.

    Attributes:
        code: Its name everywhere; `form.<code>.title` and `form.<code>.about` stand in its catalogue.
        version: Of the template: another one may give other bytes.
        parameters: What it must be told, in the order in which it is asked.
        select: From the release; refuses what it does not hold.
        validate: Raises ReportInvalid where facts contradict each other.
        render: Files by name.
        tables: Regulations, code lists and deadlines that it reads.
    """

    code: str
    version: str
    parameters: tuple[Parameter, ...]
    select: Callable[[Asked], Selected[Facts]]
    validate: Callable[[Facts], None]
    render: Callable[[Asked, Facts], Mapping[str, bytes]]
    tables: tuple[DatedTable, ...] = ()


def release_day(release: Release) -> date:
    """The day a release was made, on the company's clock: the same release is judged the same for ever."""
    return release_time(release).astimezone(ZoneInfo(HOME_ZONE)).date()


def release_time(release: Release) -> datetime:
    """When a release was made; whatever a report dates itself by."""
    return datetime.fromisoformat(str(release.manifest["released_at"]))
