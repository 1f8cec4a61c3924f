"""What one role may do and sees, as the policy grants it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import cast

from lakehouse.access.words import Word


class Role(StrEnum):
    """What somebody is when they read."""

    ENGINEER = "engineer"
    QA = "qa"
    MANAGER = "manager"
    PLANT_MANAGER = "plant_manager"
    ANALYST = "analyst"
    INSPECTOR = "inspector"
    STEWARD = "steward"


class Sensitivity(StrEnum):
    """How sensitive a column is, in the words of the contracts; later ones outweigh earlier ones."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"

    @property
    def weight(self) -> int:
        """What `max` compares."""
        return list(Sensitivity).index(self)


class Reading(StrEnum):
    """How a role sees a column."""

    CLEAR = "clear"
    MASKED = "masked"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Rows:
    """Which rows a role sees.

    Attributes:
        column: Column that decides.
        values: Rows with one of these are seen, rows without a value are not; None until the reader's own are
            known, and then nothing is seen.
        shared: Patterns of tables without the column that are seen whole.
    """

    column: str
    values: tuple[str, ...] | None
    shared: tuple[Word, ...]


@dataclass(frozen=True)
class Grant:
    """What one role is called, may do and sees.

    Attributes:
        actions: Pages and acts.
        tables: Patterns in order; one that begins with `-` takes away again.
        reads: By sensitivity; public and internal columns are clear.
        columns: Exceptions, by `layer.table.column`.
        rows: None when every row is seen.
        sites: Plants of the reader, when the grant is for those only.
    """

    role: Role
    name_zh: str
    name_en: str
    actions: frozenset[str]
    tables: tuple[Word, ...] = ()
    reads: Mapping[Sensitivity, Reading] = field(default_factory=dict)
    columns: Mapping[Word, Reading] = field(default_factory=dict)
    rows: Rows | None = None
    sites: tuple[str, ...] = ()

    @property
    def sees_everything(self) -> bool:
        """Whether nothing is masked, withheld or left out, so that the release itself may be read."""
        readings = {*self.reads.values(), *self.columns.values()}
        return self.tables == ("*",) and readings == {Reading.CLEAR} and self.rows is None

    @property
    def is_open_ended(self) -> bool:
        """Whether its rows are the reader's own, and nobody has said which these are."""
        return self.rows is not None and self.rows.values is None

    @property
    def file_name(self) -> str:
        """What the role's file is called; one for plants has a name per set of plants."""
        if not self.sites:
            return self.role.value
        return f"{self.role}.{hashlib.sha256(repr(self.sites).encode()).hexdigest()[:16]}"

    def for_sites(self, sites: tuple[str, ...]) -> Grant:
        """The grant for a reader of these plants; one that does not ask for them stays as it is."""
        if self.rows is None or self.rows.values is not None or not sites:
            return self
        own = tuple(sorted(set(sites)))
        return replace(self, rows=replace(self.rows, values=own), sites=own)

    def holds_table(self, table: str, columns: frozenset[str]) -> bool:
        """Whether the role's file has this table at all."""
        held = False
        for pattern in self.tables:
            if fnmatchcase(table, pattern.removeprefix("-")):
                held = not pattern.startswith("-")
        if self.rows is None or self.rows.column in columns:
            return held
        return held and any(fnmatchcase(table, pattern) for pattern in self.rows.shared)

    def reading(self, column: str, sensitivity: Sensitivity) -> Reading:
        """How the role sees `layer.table.column`, which is this sensitive."""
        exceptions = cast("Mapping[str, Reading]", self.columns)
        if column in exceptions:
            return exceptions[column]
        if sensitivity.weight <= Sensitivity.INTERNAL.weight:
            return Reading.CLEAR
        return self.reads[sensitivity]
