"""Where defects are made: files of the clean landing are opened, changed in place and written back.

Row numbers are record numbers as a reader counts them: the header is not counted, a quoted line break does
not start a record, a malformed record counts as one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

Row = dict[str, str]
_OPEN_FILES = 60  # files looked at per class; enough for some dozen rows, bounded for large scales


@dataclass(frozen=True)
class Kind:
    """What a defect is and what the platform should do about it."""

    trap_no: int
    class_code: str
    expected_rule_id: str
    expected_action: str
    note: str = ""


def join_record(fields: list[str]) -> str:
    """One CSV record, quoted where needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(fields)
    return text.getvalue()


class CsvFile:
    """A CSV file as header and raw records."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = path.read_bytes()
        self.encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030"
        text = data.decode(self.encoding)
        self.end = "\r\n" if "\r\n" in text.split("\n", 1)[0] + "\n" else "\n"
        records = _records(text, self.end)
        self.header = next(csv.reader([records[0]]))
        self.records = records[1:]

    def row(self, number: int) -> Row:
        """Fields of a record (numbered from one)."""
        fields = next(csv.reader(io.StringIO(self.records[number - 1], newline="")))
        return dict(zip(self.header, fields, strict=True))

    def put(self, number: int, row: Row) -> None:
        """Replace a record."""
        self.records[number - 1] = join_record([row[name] for name in self.header])

    def append(self, row: Row) -> int:
        """Add a record; gives its number."""
        self.records.append(join_record([row[name] for name in self.header]))
        return len(self.records)

    def save(self) -> None:
        """Write the file back."""
        text = self.end.join([join_record(self.header), *self.records]) + self.end
        self.path.write_bytes(text.encode(self.encoding))


def _records(text: str, end: str) -> list[str]:
    """Records of a text; line breaks inside quotes belong to the record."""
    out: list[str] = []
    held = ""
    for line in text.removesuffix(end).split(end):
        held = held + end + line if held else line
        if held.count('"') % 2 == 0:
            out.append(held)
            held = ""
    return out


class Lab:
    """Chooses places for defects, keeps the list of them, and writes the changed files at the end."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.rng = np.random.default_rng([seed, 99])
        self.found: list[tuple[Kind, str, int, str]] = []
        self._open: dict[Path, CsvFile] = {}
        self._used: set[tuple[Path, int]] = set()
        self._keys: set[tuple[str, str]] = set()
        self._drafts: dict[Path, set[str]] = {}

    def files(self, table: str) -> list[Path]:
        """Files of a table (`system/table`) in order of name."""
        return sorted((self.root / table).glob("*.*"))

    def open(self, path: Path) -> CsvFile:
        """The file as it stands now, changes of this lab included."""
        if path not in self._open:
            self._open[path] = CsvFile(path)
        return self._open[path]

    def pick(
        self, table: str, count: int, fits: Callable[[Row], bool], key: str = ""
    ) -> list[tuple[CsvFile, int]]:
        """Up to `count` unused records that fit, spread over the files; at most one per value of `key`."""
        chosen: list[tuple[CsvFile, int]] = []
        paths = self.files(table)
        order = self.rng.permutation(len(paths))[:_OPEN_FILES]
        share = max(1, -(-count // max(1, len(order))))
        for index in order:
            if len(chosen) >= count:
                break
            chosen += self._pick_in(self.open(paths[index]), min(share, count - len(chosen)), fits, key)
        return chosen

    def _pick_in(
        self, file: CsvFile, count: int, fits: Callable[[Row], bool], key: str
    ) -> list[tuple[CsvFile, int]]:
        chosen: list[tuple[CsvFile, int]] = []
        for number in self.rng.permutation(len(file.records))[:2000] + 1:
            if len(chosen) == count:
                break
            row = file.row(int(number)) if (file.path, int(number)) not in self._used else None
            if (
                row is None
                or not fits(row)
                or (key and (key, row[key]) in self._keys)
                or self._draft(file, row)
            ):
                continue
            self._used.add((file.path, int(number)))
            if key:
                self._keys.add((key, row[key]))
            chosen.append((file, int(number)))
        return chosen

    def _draft(self, file: CsvFile, row: Row) -> bool:
        """A line of a voucher that was never approved: what is wrong with it nobody will ever see."""
        if "AutoID" not in row or file.path.parent.name != "rdrecords":
            return False
        if file.path not in self._drafts:
            head = CsvFile(self.root / "u8_b" / "rdrecord" / file.path.name.replace("rdrecords", "rdrecord"))
            heads = [head.row(n) for n in range(1, len(head.records) + 1)]
            self._drafts[file.path] = {h["ID"] for h in heads if not h["cHandler"]}
        return row["ID"] in self._drafts[file.path]

    def use(self, path: Path, number: int) -> None:
        """Keep a record out of later choices."""
        self._used.add((path, number))

    def reserve(self, key: str, value: str) -> None:
        """Keep all records with this value out of choices that are made by this key."""
        self._keys.add((key, value))

    def is_used(self, path: Path, number: int) -> bool:
        """Whether a record carries a defect already."""
        return (path, number) in self._used

    def is_spoiled(self, path: Path) -> bool:
        """Whether a file carries any defect on the list."""
        return str(path.relative_to(self.root)) in {file for _, file, _, _ in self.found}

    def note(self, kind: Kind, path: Path, row_no: int, column: str) -> None:
        """Put a defect on the list."""
        self.found.append((kind, str(path.relative_to(self.root)), row_no, column))

    def save(self) -> None:
        """Write all changed CSV files."""
        for file in self._open.values():
            file.save()

    def table(self) -> pl.DataFrame:
        """The list of defects as the truth has it."""
        rows = [
            (
                f"D{n:05d}",
                k.trap_no,
                k.class_code,
                file,
                row,
                column,
                k.expected_rule_id,
                k.expected_action,
                k.note,
            )
            for n, (k, file, row, column) in enumerate(self.found, start=1)
        ]
        schema = {
            "defect_id": pl.String,
            "trap_no": pl.Int64,
            "class_code": pl.String,
            "file": pl.String,
            "row_no": pl.Int64,
            "column": pl.String,
            "expected_rule_id": pl.String,
            "expected_action": pl.String,
            "note": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")
