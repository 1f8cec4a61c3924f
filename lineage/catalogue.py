"""The catalogue of a release: its tables and columns, and what each is made of, kept beside the data.

written when a release is made -> catalogue/*.parquet in the release -> read_catalogue() -> Catalogue
A page reads the catalogue of the release it shows, never the models of the code that happens to run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

ATTACHMENT = "catalogue"


@dataclass(frozen=True)
class TableEntry:
    """One table, from the raw zone to the marts.

    Attributes:
        name: Qualified name, such as `raw.sap_a__mseg` or `mart.oee`.
        layer: raw, stg, core or mart.
        contract: Contract id and version for raw and stg; '' for what models make.
        retention: How long the source is kept, '' where no contract says.
        grain: Key columns.
    """

    name: str
    layer: str
    kind: str
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    owner: str
    contract: str
    retention: str
    grain: tuple[str, ...]


@dataclass(frozen=True)
class ColumnEntry:
    """One column; sensitivity is the contract's own, '' where no contract speaks of it."""

    table: str
    name: str
    position: int
    type: str
    unit: str
    sensitivity: str
    title_zh: str
    meaning_zh: str
    meaning_en: str


@dataclass(frozen=True)
class ReadEntry:
    """A table reads another."""

    table: str
    source_table: str


@dataclass(frozen=True)
class LineageEntry:
    """A column is made of another."""

    table: str
    column: str
    source_table: str
    source_column: str


Entry = TypeVar("Entry", TableEntry, ColumnEntry, ReadEntry, LineageEntry)


@dataclass(frozen=True)
class Catalogue:
    """Everything that is known about the tables of a release."""

    tables: tuple[TableEntry, ...]
    columns: tuple[ColumnEntry, ...]
    reads: tuple[ReadEntry, ...]
    lineage: tuple[LineageEntry, ...]
    by_name: Mapping[str, TableEntry] = field(init=False, compare=False)
    columns_of: Mapping[str, tuple[ColumnEntry, ...]] = field(init=False, compare=False)
    sources_of: Mapping[str, tuple[str, ...]] = field(init=False, compare=False)
    readers_of: Mapping[str, tuple[str, ...]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        by_table: dict[str, list[ColumnEntry]] = {}
        for column in self.columns:
            by_table.setdefault(column.table, []).append(column)
        object.__setattr__(self, "by_name", {table.name: table for table in self.tables})
        object.__setattr__(self, "columns_of", {name: tuple(found) for name, found in by_table.items()})
        object.__setattr__(self, "sources_of", _grouped((r.table, r.source_table) for r in self.reads))
        object.__setattr__(self, "readers_of", _grouped((r.source_table, r.table) for r in self.reads))


def write_catalogue(catalogue: Catalogue, folder: Path) -> None:
    """Writes a catalogue as Parquet files; the same catalogue gives the same bytes."""
    folder.mkdir()
    for name in ("tables", "columns", "reads", "lineage"):
        rows = [asdict(entry) for entry in getattr(catalogue, name)]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def read_catalogue(folder: Path) -> Catalogue:
    """Reads the catalogue that was written into a folder."""
    return Catalogue(
        _read(folder / "tables.parquet", TableEntry),
        _read(folder / "columns.parquet", ColumnEntry),
        _read(folder / "reads.parquet", ReadEntry),
        _read(folder / "lineage.parquet", LineageEntry),
    )


def _read(file: Path, entry: type[Entry]) -> tuple[Entry, ...]:
    names = [each.name for each in fields(entry)]
    columns = [pq.read_table(file, columns=names).column(name).to_pylist() for name in names]
    make: Callable[..., Entry] = entry
    return tuple(make(*map(_frozen, row)) for row in zip(*columns, strict=True))


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(sorted(values)) for key, values in found.items()}
