"""Columns of a raw table while files are loaded: the contract's, and those that other versions left behind.

contract -> raw_schema() -> RawZone.ensure;  rows of a file -> TableColumns.fit -> rows spelt as in the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import pyarrow as pa

from lakehouse.raw_zone import RawZone
from pipelines.ingest.loading.loads import TIME
from pipelines.ingest.readers.csv_stream import Uniform
from pipelines.ingest.records import ROW
from quality_rules.contract import Contract

PROVENANCE = pa.schema(
    [
        ("_file_sha256", pa.string()),
        (ROW, pa.int64()),
        *((name, pa.string()) for name in ("_load_id", "_contract_version", "_extracted_on")),
        ("_loaded_at", TIME),
    ]
)


def raw_schema(contract: Contract, extra: Sequence[str] = ()) -> pa.Schema:
    """Columns of a raw table: the source's own as text, where each row came from, then `extra` as text."""
    texts = [(column.physical_name, pa.string()) for column in contract.columns]
    return pa.schema([*texts, *PROVENANCE, *((name, pa.string()) for name in extra)])


@dataclass
class TableColumns:
    """The columns a raw table has now; it grows when a file brings one that the contract accepts."""

    zone: RawZone
    contract: Contract
    names: tuple[str, ...] = ()
    _spelling: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._read()

    @property
    def schema(self) -> pa.Schema:
        """Names in the table's order with their types; all but provenance is text."""
        kinds = dict(zip(PROVENANCE.names, PROVENANCE.types, strict=True))
        return pa.schema([(name, kinds.get(name, pa.string())) for name in self.names])

    def fit(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with every column spelt as in the table, which gets the columns it lacks."""
        lacking = [name for name in rows.columns if name.casefold() not in self._spelling]
        if lacking:
            self.zone.ensure(self.contract.id, raw_schema(self.contract, lacking))
            self._read()
        return rows.rename(self._renamed(rows.columns))

    def spelt(self, uniform: Uniform) -> Uniform:
        """The same for a file that is streamed."""
        names = self.fit(pl.DataFrame(schema=dict.fromkeys(uniform.names, pl.String))).columns
        return replace(uniform, names=tuple(names))

    def absent(self, given: Iterable[str]) -> dict[str, pl.Expr]:
        """NULL for the table's columns that a file does not deliver."""
        have = {name.casefold() for name in (*given, *PROVENANCE.names)}
        return {name: pl.lit(None, pl.String) for name in self.names if name.casefold() not in have}

    def _renamed(self, given: Iterable[str]) -> dict[str, str]:
        return {name: self._spelling[name.casefold()] for name in given}

    def _read(self) -> None:
        self.names = self.zone.columns(self.contract.id)
        self._spelling = {name.casefold(): name for name in self.names}
