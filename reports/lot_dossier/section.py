"""A section of a dossier: a titled table of texts, and how its cells are made.

Code, quantity or text + Language → Cell; rows → Section. A longer list says what more the JSON holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from reports.language import NOTHING, Language

Tone = Literal["", "good", "warn", "bad", "soft"]
ROWS_AT_MOST = 200
_GOOD = frozenset({"valid", "accepted", "pass"})
_BAD = frozenset({"overdue", "failed", "rejected", "fail"})


@dataclass(frozen=True)
class Cell:
    """A text and how it weighs."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Column:
    """A column: its label, its share of the width, whether numbers stand in it."""

    label: str
    share: int
    is_number: bool = False


@dataclass(frozen=True)
class Section:
    """A titled table; one without columns holds pairs of label and value."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    lead: Cell = field(default=Cell(""))


def table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]], say: Language
) -> Section:
    """A section of rows, as far as paper holds them."""
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    more = len(cells) - ROWS_AT_MOST
    note = say("more_in_json", count=more) if more > 0 else ""
    return Section(title, tuple(columns), cells[:ROWS_AT_MOST], note)


def columns(say: Language, *keys: str) -> list[Column]:
    """Columns by key, share and # for numbers: `lot:3`, `#qty:2`."""
    named = ((key.lstrip("#").split(":"), key.startswith("#")) for key in keys)
    return [Column(say(f"col.{name}"), int(share), is_number) for (name, share), is_number in named]


def code(say: Language, group: str, code: str | None) -> Cell:
    """The word for a code, and whether it is good news."""
    tone: Tone = "" if code is None else "good" if code in _GOOD else "bad" if code in _BAD else "warn"
    return Cell(say.code(group, code), tone)


def amount(say: Language, qty: Decimal | int | None, unit: str | None) -> str:
    """A quantity with its unit."""
    return f"{say.number(qty)} {say.code('uom', unit)}" if qty is not None else NOTHING
