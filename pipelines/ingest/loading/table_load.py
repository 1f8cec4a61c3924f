"""Loads the new files of one table: few commits, bounded memory, exactly once.

originals -> readers -> chunks + provenance columns -> Parquet parts in the table's folder -> one Delta commit
-> accounts. Small files share a commit; a file of several chunks has its own, so that it can be dropped whole
when it is rejected.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from lakehouse.raw_zone import DataFile, RawZone
from lakehouse.storage import is_of_the_disk
from pipelines.ingest.admission.at_hand import at_hand
from pipelines.ingest.admission.source import SourceTouched
from pipelines.ingest.drift import DriftLog
from pipelines.ingest.loading.file_account import Pending, extracted_on, load_id, record_of, turned_away
from pipelines.ingest.loading.loads import Accounts
from pipelines.ingest.loading.parquet_part import constant, one_of, write_part
from pipelines.ingest.loading.table_columns import TableColumns
from pipelines.ingest.readers.choice import open_original
from pipelines.ingest.readers.csv_stream import Uniform, lazy_rows
from pipelines.ingest.records import BadRecord, FileRejected, Parsed
from pipelines.ingest.report import LoadRecord
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

ROWS_PER_COMMIT = 1_000_000
BYTES_PER_PART = 64 << 20


def load_table(
    zone: RawZone,
    contract: Contract,
    files: Sequence[Pending],
    accounts: Accounts,
    scratch: Path,
    progress: Callable[[], None],
) -> None:
    """Loads files in the order given; a bad file is accounted for and costs no other."""
    fresh_table = zone.version(contract.id) == 0
    shared = _Batch(zone, contract, accounts, TableColumns(zone, contract))
    for file in files:
        done = not fresh_table and zone.has_load(contract.id, _app_id(contract, file))
        try:
            _load_file(shared, file, scratch, count_only=done)
        except FileRejected as rejected:
            accounts.add(turned_away(contract, file, rejected, accounts.at), (), rejected.drifts)
        progress()
    shared.commit()


def _app_id(contract: Contract, file: Pending) -> str:
    return f"{contract.id}:{file.original.sha256}"


def _load_file(shared: "_Batch", file: Pending, scratch: Path, *, count_only: bool) -> None:
    kept = replace(file, original=file.original.from_copy())
    try:
        with at_hand(file.original) as quickest:
            taken = _taken(shared, replace(file, original=quickest), scratch, count_only=count_only)
    except SourceTouched:
        file.original.confirm()
        taken = _taken(shared, kept, scratch, count_only=count_only)
    if isinstance(taken, _Batch):
        taken.commit()
        return
    shared.take(kept, taken, count_only=count_only)
    if shared.rows >= ROWS_PER_COMMIT:
        shared.commit()


def _taken(shared: "_Batch", file: Pending, scratch: Path, *, count_only: bool) -> "_Batch | Parsed":
    """A batch with a large file's rows, ready to be committed, or all of a small one in memory."""
    alone = _Batch(shared.zone, shared.contract, shared.accounts, shared.columns)
    try:
        parsed = open_original(file.original.path, file.name, shared.contract, scratch)
        if parsed.uniform and alone.take_uniform(file, parsed, parsed.uniform, count_only=count_only):
            return alone
        head = list(islice(parsed.chunks, 2))
        if len(head) < 2:
            file.original.confirm()
            return replace(parsed, chunks=iter(head))
        chunks = chain(head, parsed.chunks)
        alone.take(file, replace(parsed, chunks=chunks), count_only=count_only)
    except Exception:
        alone.drop()
        raise
    return alone


@dataclass
class _Batch:
    """Rows on their way into one commit."""

    zone: RawZone
    contract: Contract
    accounts: Accounts
    columns: TableColumns
    held: list[tuple[int, pl.DataFrame]] = field(default_factory=list)
    held_bytes: int = 0
    rows: int = 0
    parts: list[DataFile] = field(default_factory=list)
    app_ids: list[str] = field(default_factory=list)
    sources: list[Pending] = field(default_factory=list)
    done: list[tuple[LoadRecord, list[BadRecord], DriftLog]] = field(default_factory=list)

    def take(self, file: Pending, parsed: Parsed, *, count_only: bool) -> None:
        """Takes a file's chunks; `count_only` when a crashed run has committed its rows already."""
        loaded = 0
        bad: list[BadRecord] = []
        source = len(self.sources)
        self.sources.append(file)
        for chunk in parsed.chunks:
            loaded += chunk.rows.height
            bad.extend(chunk.bad)
            if not count_only and chunk.rows.height:
                self._hold(source, chunk.rows)
        file.original.confirm()
        self._close(file, parsed, loaded, bad, count_only=count_only)

    def take_uniform(self, file: Pending, parsed: Parsed, uniform: Uniform, *, count_only: bool) -> bool:
        """Streams a large file while the gate looks through it; False when it must be read block by block."""
        disagreement = None if count_only else self._stream(file, uniform)
        if not uniform.rows:
            self.drop()
            return False
        if disagreement:
            reason = f"两种解析结果不一致：{disagreement} | Two ways of reading disagree: {disagreement}"
            raise FileRejected(Rule.UNREADABLE, reason, uniform.rows)
        file.original.confirm()
        self._close(file, parsed, uniform.rows, [], count_only=count_only)
        return True

    def _stream(self, file: Pending, uniform: Uniform) -> str | None:
        """Writes a file's rows as the parser sees them; says where it and the gate differ."""
        path = self.zone.new_file_path(self.contract.id)
        rows = lazy_rows(self.columns.spelt(uniform)).with_columns(
            **self._provenance(file), **self.columns.absent(uniform.names)
        )
        try:
            self._write(rows, path)
        except pl.exceptions.PolarsError as error:
            if is_of_the_disk(error):
                raise
            return str(error)
        written = pq.read_metadata(path).num_rows
        self.parts.append(DataFile(path, written))
        return None if written == uniform.rows else f"{written} != {uniform.rows}"

    def _close(
        self, file: Pending, parsed: Parsed, loaded: int, bad: list[BadRecord], *, count_only: bool
    ) -> None:
        empty = not loaded and not bad
        record = record_of(
            self.contract.id,
            self.contract.version,
            file,
            Rule.EMPTY if empty else None,
            "没有数据行 | No records" if empty else "; ".join(parsed.notes),
            loaded=loaded,
            quarantined=len(bad),
            encoding=parsed.encoding,
        )
        self.done.append((record, bad, parsed.drifts))
        if loaded and not count_only:
            self.app_ids.append(_app_id(self.contract, file))

    def commit(self) -> None:
        """Makes the rows part of the table, then accounts for their files."""
        self._spill()
        if self.app_ids:
            self.zone.commit_files(self.contract.id, self.parts, self.app_ids)
        for account in self.done:
            self.accounts.add(*account)
        self.parts, self.app_ids, self.sources, self.done, self.rows = [], [], [], [], 0

    def drop(self) -> None:
        """Forgets rows that were written but never committed."""
        for part in self.parts:
            part.path.unlink(missing_ok=True)
        self.parts.clear()
        self.held.clear()

    def _hold(self, source: int, rows: pl.DataFrame) -> None:
        self.held.append((source, self.columns.fit(rows)))
        self.held_bytes += int(rows.estimated_size())
        self.rows += rows.height
        if self.held_bytes >= BYTES_PER_PART:
            self._spill()

    def _spill(self) -> None:
        if not self.held:
            return
        path = self.zone.new_file_path(self.contract.id)
        rows = self._with_provenance(pl.concat([rows for _, rows in self.held], how="diagonal"))
        self._write(rows.lazy(), path)
        self.parts.append(DataFile(path, rows.height))
        self.held.clear()
        self.held_bytes = 0

    def _write(self, rows: pl.LazyFrame, path: Path) -> None:
        try:
            write_part(rows, self.columns.schema, path)
        except Exception:
            path.unlink(missing_ok=True)
            raise

    def _with_provenance(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Adds where each row came from; columns are built once per part, not once per file."""
        rows = rows.with_columns(**self.columns.absent(rows.columns))
        same = self._provenance(self.sources[self.held[0][0]])
        if len({source for source, _ in self.held}) == 1:
            return rows.with_columns(**same)
        which = np.repeat([source for source, _ in self.held], [held.height for _, held in self.held])
        hashes = [file.original.sha256 for file in self.sources]
        ids = [load_id(self.contract.id, self.contract.version, sha256) for sha256 in hashes]
        dates = [extracted_on(self.contract, file.name) for file in self.sources]
        by_file: dict[str, list[str]] = {"_file_sha256": hashes, "_load_id": ids, "_extracted_on": dates}
        varying = [pl.Series(name, texts, one_of(texts)).gather(which) for name, texts in by_file.items()]
        return rows.with_columns(**same).with_columns(varying)

    def _provenance(self, file: Pending) -> dict[str, pl.Expr]:
        return {
            "_file_sha256": constant(file.original.sha256),
            "_load_id": constant(load_id(self.contract.id, self.contract.version, file.original.sha256)),
            "_contract_version": constant(self.contract.version),
            "_extracted_on": constant(extracted_on(self.contract, file.name)),
            "_loaded_at": pl.lit(_utc(self.accounts.at), pl.Datetime("us", "UTC")),
        }


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("the time of an ingest carries its zone")
    return at
