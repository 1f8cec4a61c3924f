"""Source rows of a lot gathered per file, row numbers as ranges: `4, 7–9`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from traceability.card_records import SourceRow


@dataclass(frozen=True)
class SourceFile:
    """The rows of one entity in one file."""

    entity: str
    source_table: str | None
    file_name: str | None
    file_sha256: str
    row_ranges: str
    row_count: int


def summarise(rows: Iterable[SourceRow]) -> tuple[SourceFile, ...]:
    """Return one line per entity and file, in the order of the rows."""
    grouped = groupby(rows, key=lambda row: (row.entity, row.source_table, row.file_name, row.file_sha256))
    numbered = ((key, sorted(row.row_no for row in group)) for key, group in grouped)
    return tuple(SourceFile(*key, ", ".join(_ranges(numbers)), len(numbers)) for key, numbers in numbered)


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    for _, run in runs:
        members = [number for _, number in run]
        yield str(members[0]) if len(members) == 1 else f"{members[0]}–{members[-1]}"
