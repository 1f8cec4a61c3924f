"""The fields of records in quarantine, by the source's own column names, as the texts that came.

a row of the raw table -> by file and record number;  an unread record -> cut beside its file's header
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import duckdb

from lakehouse.warehouse import load_delta
from pipelines.ingest.admission.originals import Originals
from pipelines.ingest.loading.file_account import extracted_on
from pipelines.ingest.loading.table_columns import PROVENANCE
from pipelines.ingest.readers.plain import open_plain
from pipelines.lake import Lake
from pipelines.quarantine.records import Kept
from quality_rules.contract import Contract
from quality_rules.quarantine.decision import Address

HEADER_BYTES = 1 << 20


@dataclass(frozen=True)
class Fields:
    """The texts of one record.

    Attributes:
        texts: By column name of the source; pieces beyond the last column are called `+1`, `+2`, ...
        extracted_on: Date of the extract, '' when the file name carries none.
        is_whole: Every column has its own text; a record that could not be cut so is shown, not trusted.
    """

    texts: Mapping[str, str | None]
    extracted_on: str
    is_whole: bool


def fields_of(lake: Lake, records: Iterable[Kept]) -> dict[Address, Fields]:
    """The fields of records, by address; files as a whole have none."""
    records = list(records)
    found: dict[Address, Fields] = {}
    typed = sorted({kept.address for kept in records if kept.layer_code == "stg"})
    for table in sorted({address.source_table for address in typed}):
        found |= _raw_rows(lake, table, [address for address in typed if address.source_table == table])
    unread = _Unread(lake, Originals.open(lake.settings.originals_dir))
    return found | {kept.address: unread.cut(kept) for kept in records if kept.layer_code == "landing"}


def _raw_rows(lake: Lake, table: str, addresses: Sequence[Address]) -> dict[Address, Fields]:
    location = str(lake.zone.table_path(table)).replace("'", "''")
    with duckdb.connect() as connection:
        load_delta(connection)
        connection.execute("CREATE TABLE wanted (_file_sha256 TEXT, _row BIGINT)")
        connection.executemany("INSERT INTO wanted VALUES (?, ?)", [address[1:] for address in addresses])
        rows = connection.execute(
            f"SELECT raw.* FROM delta_scan('{location}') AS raw JOIN wanted USING (_file_sha256, _row)"
        )
        names = [column[0] for column in rows.description or ()]
        records = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return {
        Address(table, record["_file_sha256"], record["_row"]): Fields(
            {name: text for name, text in record.items() if name not in PROVENANCE.names},
            record["_extracted_on"] or "",
            is_whole=True,
        )
        for record in records
    }


@dataclass(frozen=True)
class _Unread:
    """Lays unread records beside the columns of their files; each file's header is read once."""

    lake: Lake
    originals: Originals
    headers: dict[Address, list[str]] = field(default_factory=dict)

    def cut(self, kept: Kept) -> Fields:
        """The record as far as it can be cut."""
        contract, text = self.lake.contracts[kept.source_table], kept.before or ""
        date = extracted_on(contract, kept.file_name)
        names = [column.physical_name for column in contract.columns]
        if contract.format == "jsonl":
            found = _json_texts(contract, text)
            return Fields(found, date, is_whole=set(found) == set(names))
        if contract.format != "csv":
            return Fields({}, date, is_whole=False)
        names = self._header(contract, kept) or names
        pieces = _pieces(contract, text)
        beyond = [f"+{n}" for n in range(1, len(pieces) - len(names) + 1)]
        texts = dict(zip([*names, *beyond], pieces, strict=False))
        return Fields(texts, date, is_whole=len(pieces) == len(names))

    def _header(self, contract: Contract, kept: Kept) -> list[str]:
        file = kept.address._replace(row_no=0)
        if contract.has_header and file not in self.headers:
            path = self.originals.path_of(kept.file_sha256)
            self.headers[file] = self._read_header(path, contract, kept.file_name) if path.is_file() else []
        return self.headers.get(file, [])

    def _read_header(self, path: Path, contract: Contract, file_name: str) -> list[str]:
        """Column names in the order of the file; empty when the original does not give them."""
        with open_plain(path, file_name, self.originals.scratch) as plain:
            head = plain.read(HEADER_BYTES)
        for encoding in contract.encodings:
            line, _, _ = head.decode(encoding, "ignore").partition("\n")
            names = _pieces(contract, line.rstrip("\r"))
            if {column.physical_name for column in contract.columns} <= set(names):
                return names
        return []


def _pieces(contract: Contract, line: str) -> list[str]:
    separator = contract.delimiter or ","
    if len(separator) > 1:
        return line.split(separator)
    try:
        return next(csv.reader(StringIO(line), delimiter=separator, strict=True), [])
    except csv.Error:
        return line.split(separator)


def _json_texts(contract: Contract, text: str) -> dict[str, str | None]:
    try:
        found = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return {}
    columns = {
        (column.json_path or column.physical_name): column.physical_name for column in contract.columns
    }
    if not isinstance(found, dict) or not set(found) <= set(columns):
        return {}
    plain = {columns[key]: value for key, value in found.items() if isinstance(value, str | None)}
    return (
        {column.physical_name: plain.get(column.physical_name) for column in contract.columns}
        if plain
        else {}
    )
