"""The drop zone: one file per table and period, written in pieces by period, appended to by later parts.

Frames come with text columns in source order and a `file_day` series (epoch day in the file's name).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from simulator.workdays import EPOCH, Workdays


@dataclass
class Landing:
    """Writes files below `root` and counts rows per table and files."""

    root: Path
    days: Workdays
    rows: Counter[str] = field(default_factory=Counter)
    files: set[Path] = field(default_factory=set)

    def path(self, system: str, table: str, day: int, suffix: str) -> Path:
        """Landing path of a table's file of one day."""
        stamp = (EPOCH + timedelta(days=day)).strftime("%Y%m%d")
        return self.root / system / table / f"{table}_{stamp}.{suffix}"

    def csv(
        self, system: str, table: str, frame: pl.DataFrame, file_day: pl.Series, *, encoding: str
    ) -> None:
        """Write CSV; encoding is utf-8-sig (with CRLF) or gb18030."""
        end = "\r\n" if encoding == "utf-8-sig" else "\n"
        # an empty text would be written as two quotation marks, a null as nothing
        frame = frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
        for day, piece in _pieces(frame, file_day):
            path = self.path(system, table, day, "csv")
            text = piece.write_csv(include_header=path not in self.files, line_terminator=end)
            data = text.encode(encoding if path not in self.files else encoding.removesuffix("-sig"))
            self._append(path, data)
        self.rows[f"{system}/{table}"] += frame.height

    def jsonl(self, system: str, table: str, frame: pl.DataFrame, file_day: pl.Series) -> None:
        """Write JSON lines in UTF-8."""
        for day, piece in _pieces(frame, file_day):
            self._append(self.path(system, table, day, "jsonl"), piece.write_ndjson().encode())
        self.rows[f"{system}/{table}"] += frame.height

    def text(self, path: Path, data: bytes) -> None:
        """Append ready bytes to a file."""
        self._append(path, data)

    def _append(self, path: Path, data: bytes) -> None:
        if path not in self.files:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.files.add(path)
        with path.open("ab") as out:
            out.write(data)


def _pieces(frame: pl.DataFrame, file_day: pl.Series) -> list[tuple[int, pl.DataFrame]]:
    """Frame cut by file day, rows in their order inside each piece."""
    day = file_day.to_numpy()
    if not len(day):
        return []
    sort = np.argsort(day, kind="stable")
    ordered = frame if bool((sort == np.arange(len(sort))).all()) else frame[sort]
    day = day[sort]
    cuts = np.flatnonzero(np.diff(day)) + 1
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(day)]
    return [(int(day[a]), ordered.slice(a, b - a)) for a, b in zip(starts, ends, strict=True)]


def daily(days: Workdays, day: pl.Series) -> pl.Series:
    """File of the day itself; what lies before the start comes with the first day."""
    return day.clip(_number(days.start), _number(days.end))


def weekly(days: Workdays, day: pl.Series) -> pl.Series:
    """File of the Friday of the week, at the latest of the last day."""
    return daily(days, day - (day + 3) % 7 + 4)


def monthly(days: Workdays, day: pl.Series) -> pl.Series:
    """File of the last day of the month."""
    ends = days.month_ends()
    inside = np.minimum(np.searchsorted(ends, day.to_numpy()), len(ends) - 1)
    return pl.Series(ends[inside])


def _number(day: date) -> int:
    return (day - EPOCH).days
