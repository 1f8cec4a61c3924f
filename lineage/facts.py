"""What the steps of a refresh tell lineage: shapes only, so that lineage imports none of those rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Field:
    """One column of a dataset."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class LandingFile:
    """One landing file that was read, by its path below its landing root."""

    path: str
    sha256: str
    rows: int
    size_bytes: int


@dataclass(frozen=True)
class ColumnDrift:
    """A column of a landing file that is not as the contract says.

    Attributes:
        kind: new, missing, renamed, case, duplicate, reordered or retyped.
        column: Name in the contract, "" when it has none.
        found: Name in the file, or its type there; "" when it has none.
        decision: What the contract decided: refuse, quarantine, accept-new-column or accept.
        message: In words.
    """

    path: str
    sha256: str
    kind: str
    column: str
    found: str
    decision: str
    message: str


class ModelColumn(Protocol):
    """One column of a model."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def comment(self) -> str: ...


class Model(Protocol):
    """What an event needs of a model; `column_lineage` gives (table, column) sources by output column."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def columns(self) -> Sequence[ModelColumn]: ...
    @property
    def depends_on(self) -> Sequence[str]: ...
    @property
    def column_lineage(self) -> Mapping[str, Sequence[tuple[str, str]]]: ...


class Outcome(Protocol):
    """What an event needs of a rule's result."""

    @property
    def rule_id(self) -> str: ...
    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def dimension(self) -> str: ...
    @property
    def description_en(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def checked_rows(self) -> int: ...
    @property
    def failed_rows(self) -> int: ...
    @property
    def sample_keys(self) -> Sequence[str]: ...
