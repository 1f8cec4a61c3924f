"""The raw zone: one append-only Delta table per contract, written durably and exactly once.

text rows + provenance -> Parquet -> fsync -> one Delta commit naming every file it took -> fsync -> register.
A commit is acknowledged when it stands in the register of commits; what stands there survives a power cut.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, PostCommitHookProperties, Schema
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction
from pyarrow import fs

from lakehouse.commit_register import KeptFile, Registered
from lakehouse.delta_log import checkpoint_path, commit_path, log_folder, read_commit, whole_commit
from lakehouse.durable import fsync_all, fsync_path, sha256_of
from lakehouse.recovery import DamagedTable
from lakehouse.table_schema import new_fields, require_schema
from lakehouse.writer import WAIT_SECONDS, CheckReport, Say, StartUp, Writer, silent

# Delta drops its history after 30 days unless told otherwise; the raw zone keeps all of it.
TABLE_CONFIGURATION = {
    "delta.appendOnly": "true",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
# Delta's own checkpoints are not forced to the disk, and a torn one makes the table unreadable.
NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
# Opening a table reads every commit since the last one: 0.3 ms each, a checkpoint of a thousand files 3 ms.
COMMITS_PER_CHECKPOINT = 10


@dataclass(frozen=True)
class DataFile:
    """A Parquet file already lying in the table's folder, waiting for its commit."""

    path: Path
    rows: int


class RawZone:
    """Delta tables below one folder. One process writes, many may read a pinned version."""

    def __init__(self, raw_dir: Path) -> None:
        self._raw_dir = raw_dir
        self._writer = Writer(raw_dir)
        # Tables opened in this writer's session: nobody else changes them, and reading a log again costs more
        # than anything else about a small commit.
        self._handles: dict[str, DeltaTable] = {}

    @contextmanager
    def writing(
        self, purpose: str, *, wait_seconds: float = WAIT_SECONDS, say: Say = silent
    ) -> Iterator[StartUp]:
        """Makes this process the lake's only writer, after the start-up check; may be nested.

        Args:
            purpose: What others are told who wait for it.
            wait_seconds: How long to wait for another writer.
            say: Told about waiting, and what the check took over, set aside or removed.

        Raises:
            LakeBusy: Another writer did not finish in time.
            DamagedTable: Something acknowledged is damaged or gone.
            StorageFailure: The disk failed; nothing was acknowledged after that.
        """
        is_inner = self._writer.is_open
        with self._writer.session(purpose, wait_seconds, say) as start:
            try:
                yield start
            finally:
                if not is_inner:
                    self._handles.clear()

    def check(self, *, deep: bool) -> CheckReport:
        """Compares everything acknowledged with the disk; `deep` reads and hashes every data file too."""
        return self._writer.check(deep=deep)

    def table_path(self, name: str) -> Path:
        """Folder of a table."""
        return self._raw_dir / name

    def new_file_path(self, name: str) -> Path:
        """A fresh Parquet name in the table's folder for a writer that streams by itself."""
        return self.table_path(name) / f"part-{uuid.uuid4()}.zstd.parquet"

    def exists(self, name: str) -> bool:
        """Whether the table was ever created."""
        return commit_path(self.table_path(name), 0).is_file()

    def commits_since(self, seq: int) -> Iterator[Registered]:
        """Commits of all tables acknowledged after the one numbered `seq`, in order; for the writer only."""
        return self._writer.register.since(seq)

    def ensure(self, name: str, schema: pa.Schema) -> None:
        """Creates the table, empty, or adds the columns it does not have yet.

        Rows written before hold NULL in a new column. A column the schema no longer names stays: nothing is
        dropped. Names that differ only in case are one column, spelt as the table spells it.

        Raises:
            SchemaMismatch: A column of the table has another type.
        """
        if self.exists(name):
            self._evolve(name, schema)
            return
        with self.writing(f"create {name}"):
            DeltaTable.create(
                self.table_path(name),
                schema,
                configuration=dict(TABLE_CONFIGURATION),
                commit_properties=whole_commit(actions=2),
                post_commithook_properties=NO_HOOKS,
            )
            self._acknowledge(name, 0, ())

    def columns(self, name: str) -> tuple[str, ...]:
        """Column names of a table, in its order."""
        return tuple(field.name for field in self._open(name).schema().fields)

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
        with self.writing(f"append to {name}"):
            table = self._open(name)
            if self._known(table, app_ids):
                return table.version()
            require_schema(name, table, data.schema)
            path = self.new_file_path(name)
            rows = _write_parquet(path, data)
            return self._commit(name, table, [DataFile(path, rows)], app_ids)

    def commit_files(self, name: str, files: Sequence[DataFile], app_ids: Sequence[str]) -> int:
        """Commits Parquet files written beforehand to `new_file_path`; otherwise as `append`."""
        with self.writing(f"append to {name}"):
            table = self._open(name)
            if self._known(table, app_ids):
                return table.version()
            for file in files:
                require_schema(name, table, pq.read_schema(file.path))
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

    def read(self, name: str, columns: list[str] | None = None, *, version: int | None = None) -> pa.Table:
        """All rows of a version, the newest unless one is given, in no promised order."""
        # Delta's own file system is Python under Arrow's threads: at the end of a process it may abort it.
        files = fs.SubTreeFileSystem(str(self.table_path(name)), fs.LocalFileSystem())
        table = self._open(name) if version is None else DeltaTable(self.table_path(name), version)
        return table.to_pyarrow_dataset(filesystem=files).to_table(columns=columns)

    def _open(self, name: str) -> DeltaTable:
        try:
            if table := self._handles.get(name):
                table.update_incremental()
                return table
            table = DeltaTable(self.table_path(name))
            if self._writer.is_open:
                self._handles[name] = table
            return table
        except TableNotFoundError:
            raise
        except Exception as error:
            raise DamagedTable(
                f"原始表 {name} 无法打开；请运行 medlake check | raw table {name} at {self.table_path(name)} "
                f"cannot be opened: {error}. Run `medlake check`: it settles what a power cut tore before "
                "it was acknowledged, and otherwise names what to restore from the backup."
            ) from error

    @staticmethod
    def _known(table: DeltaTable, app_ids: Sequence[str]) -> bool:
        known = [app_id for app_id in app_ids if table.transaction_version(app_id) is not None]
        if known and len(known) < len(app_ids):
            raise ValueError(f"{len(known)} of {len(app_ids)} loads are committed already, first {known[0]}")
        return bool(known)

    def _evolve(self, name: str, schema: pa.Schema) -> None:
        new = new_fields(name, self._open(name), schema)
        if not new:
            return
        with self.writing(f"add columns to {name}"):
            table = self._open(name)
            if new := new_fields(name, table, schema):
                table.alter.add_columns(
                    list(Schema.from_arrow(pa.schema(new)).fields),
                    commit_properties=whole_commit(actions=1),
                    post_commithook_properties=NO_HOOKS,
                )
                self._acknowledge(name, table.version(), ())

    def _commit(self, name: str, table: DeltaTable, files: Sequence[DataFile], app_ids: Sequence[str]) -> int:
        version = table.version() + 1
        kept = _keep(files)
        table.create_write_transaction(
            [_add_action(file) for file in files],
            mode="append",
            schema=table.schema(),
            commit_properties=whole_commit(len(files) + len(app_ids), app_ids),
            post_commithook_properties=NO_HOOKS,
        )
        self._acknowledge(name, version, kept)
        return version

    def _acknowledge(self, name: str, version: int, kept: Sequence[KeptFile]) -> None:
        """Forces a commit to the disk and puts it on record; its data files lie there already."""
        folder = self.table_path(name)
        fsync_all([commit_path(folder, version), log_folder(folder), folder])
        if version == 0:
            fsync_path(self._raw_dir)
        commit = read_commit(folder, version)
        if [file.name for file in commit.files] != [file.name for file in kept]:
            raise RuntimeError(
                f"commit {version} of {name} was written by somebody who does not hold the lock"
            )
        self._writer.register.acknowledge(name, commit, kept, "written")
        if (version + 1) % COMMITS_PER_CHECKPOINT == 0:
            self._write_checkpoint(name, version)

    def _write_checkpoint(self, name: str, version: int) -> None:
        folder, path = self.table_path(name), checkpoint_path(self.table_path(name), version)
        DeltaTable(folder, version=version).create_checkpoint()
        fsync_all([path, log_folder(folder) / "_last_checkpoint", log_folder(folder)])
        kept = KeptFile(path.name, path.stat().st_size, sha256_of(path))
        self._writer.register.acknowledge_checkpoint(name, version, kept)


def _keep(files: Sequence[DataFile]) -> list[KeptFile]:
    """Forces data files to the disk and hashes them meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        synced = pool.submit(fsync_all, [file.path for file in files])
        kept = [KeptFile(file.path.name, file.path.stat().st_size, sha256_of(file.path)) for file in files]
        synced.result()
    return kept


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
