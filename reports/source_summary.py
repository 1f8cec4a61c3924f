"""Source rows of a lot or a number gathered per file, row numbers as ranges: `4, 7–9`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import duckdb

from lineage.links import Origin
from lineage.why import sources
from traceability.card_records import SourceRow
from traceability.trace import lot_card


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


class Addressed(Protocol):
    """A record of a source file."""

    @property
    def source_table(self) -> str | None: ...
    @property
    def file_name(self) -> str | None: ...
    @property
    def file_sha256(self) -> str: ...
    @property
    def row_no(self) -> int: ...


def lot_origins(con: duckdb.DuckDBPyConnection, lot_id: str) -> tuple[Origin, ...]:
    """Return the files that everything known of a lot rests on, each once.

    Raises:
        UnknownLot: the release does not hold the lot.
    """
    return _origins(lot_card(con, lot_id).source_rows)


def number_origins(con: duckdb.DuckDBPyConnection, table: str, key: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Return the files behind one row of a released table, each once.

    Raises:
        NoWay: there is no way back from this table, or no such row.
    """
    return _origins(sources(con, table, key))


def _origins(rows: Iterable[Addressed]) -> tuple[Origin, ...]:
    numbers: dict[tuple[str, str, str], set[int]] = {}
    for row in rows:
        place = (row.source_table or "", row.file_name or "", row.file_sha256)
        numbers.setdefault(place, set()).add(row.row_no)
    return tuple(
        Origin(*place, ", ".join(_ranges(sorted(found)))) for place, found in sorted(numbers.items())
    )


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    for _, run in runs:
        members = [number for _, number in run]
        yield str(members[0]) if len(members) == 1 else f"{members[0]}–{members[-1]}"
