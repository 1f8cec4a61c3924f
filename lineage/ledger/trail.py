"""The audit trail for people: who did what when, filtered, sampled by a seed, and handed to an inspector.

ledger -> Wanted (person, action, object, time) -> entries -> rows for the screen, CSV or JSON.
Looking is free; a review, and an export, is an act of its own.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lakehouse.settings import Settings
from lineage.ledger.act import SYSTEM, Act, Action, Entry, canonical_json, digest_of, instant
from lineage.ledger.ledger import Ledger, open_ledger
from lineage.ledger.merkle import leaf_hash

COLUMNS = (
    "index",
    "at_utc",
    "action",
    "who",
    "what",
    "why",
    "before",
    "after",
    "clock",
    "leaf_sha256",
    "details",
)
# What a spreadsheet takes for a formula, also behind blanks, quotes and in full width.
FORMULA = frozenset("=+-@＝＋－＠\t\r\n|")
BEFORE_FORMULA = " \"'\u00a0\u3000"


@dataclass(frozen=True)
class Wanted:
    """Which acts are meant; None means any.

    Attributes:
        person: The whole name.
        action: A whole action such as `release.published`, or its first word.
        what: A part of the object's name.
        since: First instant that counts.
        until: First instant that does not.
    """

    person: str | None = None
    action: str | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> tuple[str, dict[str, str]]:
        """What SQLite is asked, and with which values; an index serves action and time."""
        asked = {
            "person": "json_extract(CAST(body AS TEXT), '$.who') = :person",
            "action": "action >= :action AND action < :action || '/' "
            "AND (action = :action OR action LIKE :action || '.%')",
            "what": "instr(json_extract(CAST(body AS TEXT), '$.what'), :what) > 0",
            "since": "at >= :since",
            "until": "at < :until",
        }
        given = {name: value for name, value in vars(self).items() if value is not None}
        values = {
            name: instant(value) if isinstance(value, datetime) else value for name, value in given.items()
        }
        return " AND ".join(asked[name] for name in given) or "true", values

    def in_words(self) -> str:
        """The filter as the trail keeps it."""
        set_ = {name: value for name, value in vars(self).items() if value is not None}
        return ", ".join(f"{name}={value}" for name, value in set_.items()) or "everything"


def trail(ledger: Ledger, wanted: Wanted) -> Iterator[Entry]:
    """The acts that are meant, in order."""
    return ledger.where(*wanted.condition())


def newest(ledger: Ledger, condition: str, values: Mapping[str, str], count: int) -> list[Entry]:
    """The newest acts that a condition names, newest first; no more are read than are shown."""
    last = f"SELECT position FROM leaves WHERE {condition} ORDER BY position DESC LIMIT {count:d}"
    return list(ledger.where(f"position IN ({last})", values))[::-1]


def sample(entries: Sequence[Entry], count: int, seed: int) -> list[Entry]:
    """A random sample that anyone with the seed draws again, in order."""
    chosen = random.Random(seed).sample(range(len(entries)), min(count, len(entries)))
    return [entries[number] for number in sorted(chosen)]


def reviewed(ledger: Ledger, who: str, why: str, wanted: Wanted, seen: Sequence[Entry], result: str) -> None:
    """Puts a review of the trail on record: who looked at which acts, and what came of it."""
    ledger.append(
        Act(
            Action.TRAIL_REVIEWED,
            who,
            wanted.in_words(),
            why,
            after=result,
            details={"leaves": [entry.index for entry in seen], "tree_size": ledger.size},
        )
    )


def as_row(entry: Entry) -> dict[str, Any]:
    """An entry as one row; details stay JSON."""
    act = entry.act
    return {
        "index": entry.index,
        "at_utc": instant(entry.at),
        "action": act.action.value,
        "who": act.who,
        "what": act.what,
        "why": act.why,
        "before": act.before or "",
        "after": act.after or "",
        "clock": "back" if entry.clock_back else "ok",
        "leaf_sha256": leaf_hash(entry.body).hex(),
        "details": canonical_json(act.details).decode(),
    }


def as_csv(entries: Sequence[Entry]) -> bytes:
    """Rows as CSV (UTF-8 with byte order mark) in which no text can act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe_text(str(value)) for value in as_row(entry).values()] for entry in entries)
    return out.getvalue().encode("utf-8-sig")


def as_json_lines(entries: Sequence[Entry]) -> bytes:
    """One JSON object per line: the leaf as it was sealed, with its index and hash."""
    lines = (
        canonical_json({"index": e.index, "leaf_sha256": leaf_hash(e.body).hex(), "leaf": e.body.decode()})
        for e in entries
    )
    return b"".join(line + b"\n" for line in lines)


def taken(settings: Settings, what: str, why: str, content: bytes, who: str | None = None) -> None:
    """Puts on record that somebody, or whoever the settings name, took something away."""
    with open_ledger(settings, writable=True) as ledger:
        exported(ledger, who or settings.person or SYSTEM, why, what, content)


def exported(ledger: Ledger, who: str, why: str, what: str, content: bytes) -> None:
    """Puts on record that somebody took something away, with its digest."""
    ledger.append(Act(Action.EXPORT, who, what, why, after=digest_of(content)))


def safe_text(text: str) -> str:
    """A cell's text; one that a spreadsheet could run gets an apostrophe in front, taken off again to read.

    A text that begins with an apostrophe gets one more, so that what was added can be told.
    """
    first = text.lstrip(BEFORE_FORMULA)[:1]
    return f"'{text}" if text[:1] in FORMULA or first in FORMULA or text.startswith("'") else text
