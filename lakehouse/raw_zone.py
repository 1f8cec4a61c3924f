"""The raw zone: one append-only Delta table per contract, written durably and exactly once.

text rows + provenance -> Parquet -> one Delta commit that names every file it took -> fsync -> acknowledged.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction

from lakehouse.durable import fsync_all

# Delta drops its history after 30 days unless told otherwise; the raw zone keeps all of it.
TABLE_CONFIGURATION = {
    "delta.appendOnly": "true",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
# Eight appenders lost 11 of 400 commits at the default of 15 retries.
COMMIT_RETRIES = 100


class SchemaMismatch(ValueError):
    """Rows whose columns or types are not exactly the table's; Delta itself would cast them silently."""


class DamagedTable(RuntimeError):
    """A raw table whose log cannot be read; it must be restored from a backup, never repaired silently."""


@dataclass(frozen=True)
class DataFile:
    """A Parquet file already lying in the table's folder, waiting for its commit."""

    path: Path
    rows: int


class RawZone:
    """Delta tables below one folder. One process writes, many may read a pinned version."""

    def __init__(self, raw_dir: Path) -> None:
        self._raw_dir = raw_dir

    def table_path(self, name: str) -> Path:
        """Folder of a table."""
        return self._raw_dir / name

    def new_file_path(self, name: str) -> Path:
        """A fresh Parquet name in the table's folder for a writer that streams by itself."""
        return self.table_path(name) / f"part-{uuid.uuid4()}.zstd.parquet"

    def exists(self, name: str) -> bool:
        """Whether the table was ever created."""
        return (self.table_path(name) / "_delta_log").is_dir()

    def ensure(self, name: str, schema: pa.Schema) -> None:
        """Creates the table, empty, when it does not exist.

        Raises:
            SchemaMismatch: The table exists with another schema.
        """
        if self.exists(name):
            self._require_schema(name, self._open(name), schema)
            return
        DeltaTable.create(self.table_path(name), schema, configuration=dict(TABLE_CONFIGURATION))
        self._make_durable(name, version=0, files=())

    def has_load(self, name: str, app_id: str) -> bool:
        """Whether a commit of the table already carries this load."""
        return self.exists(name) and self._open(name).transaction_version(app_id) is not None

    def append(self, name: str, data: pa.Table | pa.RecordBatchReader, app_ids: Sequence[str]) -> int:
        """Appends rows as one commit and returns the table's version.

        Args:
            name: Table, created before with `ensure`.
            data: Rows with exactly the table's columns and types.
            app_ids: One id per source file. When all are known the call changes nothing.

        Raises:
            SchemaMismatch: Columns or types differ from the table's.
            ValueError: Some ids are known and some are not; the caller must split the batch.
        """
        table = self._open(name)
        if self._known(table, app_ids):
            return table.version()
        self._require_schema(name, table, data.schema)
        path = self.new_file_path(name)
        rows = _write_parquet(path, data)
        return self._commit(name, table, [DataFile(path, rows)], app_ids)

    def commit_files(self, name: str, files: Sequence[DataFile], app_ids: Sequence[str]) -> int:
        """Commits Parquet files written beforehand to `new_file_path`; otherwise as `append`."""
        table = self._open(name)
        if self._known(table, app_ids):
            return table.version()
        for file in files:
            self._require_schema(name, table, pq.read_schema(file.path))
        return self._commit(name, table, files, app_ids)

    def version(self, name: str) -> int:
        """The newest version of a table."""
        return self._open(name).version()

    def versions(self) -> dict[str, int]:
        """The newest version of every table, by name."""
        if not self._raw_dir.is_dir():
            return {}
        names = sorted(path.name for path in self._raw_dir.iterdir() if self.exists(path.name))
        return {name: self.version(name) for name in names}

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """All rows of the newest version, in no promised order."""
        return self._open(name).to_pyarrow_dataset().to_table(columns=columns)

    def _open(self, name: str) -> DeltaTable:
        try:
            return DeltaTable(self.table_path(name))
        except TableNotFoundError:
            raise
        except Exception as error:
            raise DamagedTable(
                f"raw table {name} at {self.table_path(name)} cannot be opened: {error}. "
                "Restore the table from a backup; its newest commit may have been torn by a power cut."
            ) from error

    @staticmethod
    def _known(table: DeltaTable, app_ids: Sequence[str]) -> bool:
        known = [app_id for app_id in app_ids if table.transaction_version(app_id) is not None]
        if known and len(known) < len(app_ids):
            raise ValueError(f"{len(known)} of {len(app_ids)} loads are committed already, first {known[0]}")
        return bool(known)

    @staticmethod
    def _require_schema(name: str, table: DeltaTable, schema: pa.Schema) -> None:
        expected = _shape(pa.schema(table.schema().to_arrow()))
        if (given := _shape(schema)) != expected:
            raise SchemaMismatch(f"raw table {name} holds {expected}, the rows have {given}")

    def _commit(self, name: str, table: DeltaTable, files: Sequence[DataFile], app_ids: Sequence[str]) -> int:
        fsync_all(file.path for file in files)
        table.create_write_transaction(
            [_add_action(file) for file in files],
            mode="append",
            schema=table.schema(),
            commit_properties=CommitProperties(
                max_commit_retries=COMMIT_RETRIES,
                app_transactions=[Transaction(app_id, 1) for app_id in app_ids],
            ),
            post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
        )
        version = DeltaTable(self.table_path(name)).version()
        self._make_durable(name, version, files)
        return version

    def _make_durable(self, name: str, version: int, files: Sequence[DataFile]) -> None:
        folder = self.table_path(name)
        log = folder / "_delta_log"
        fsync_all([*(file.path for file in files), log / f"{version:020d}.json", log, folder, folder.parent])


def _shape(schema: pa.Schema) -> dict[str, str]:
    """Names and types; Arrow has several layouts of the same text, which Delta does not tell apart."""
    aliases = {"large_string": "string", "string_view": "string"}
    return {field.name: aliases.get(str(field.type), str(field.type)) for field in schema}


def _write_parquet(path: Path, data: pa.Table | pa.RecordBatchReader) -> int:
    rows = 0
    with pq.ParquetWriter(path, data.schema, compression="zstd", compression_level=1) as writer:
        for batch in data.to_batches() if isinstance(data, pa.Table) else data:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _add_action(file: DataFile) -> AddAction:
    stat = file.path.stat()
    statistics = json.dumps({"numRecords": file.rows})
    return AddAction(file.path.name, stat.st_size, {}, int(stat.st_mtime * 1000), True, statistics)
