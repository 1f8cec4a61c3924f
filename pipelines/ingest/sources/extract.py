"""One extract: a snapshot of a contract's relation, kept as an original when it says something new.

session -> rows as text, in batches, to a draft -> compared with the read before -> extract of what changed,
its manifest inside -> both kept by sha256. Nothing is kept when nothing changed or anything went wrong.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from adbc_driver_manager.dbapi import Cursor

from lakehouse.connections import Connection
from pipelines.ingest.admission.originals import Original, Originals
from pipelines.ingest.readers.plain import pieces
from pipelines.ingest.records import FileRejected
from pipelines.ingest.rules import Rule
from pipelines.ingest.sources.changes import Changes
from pipelines.ingest.sources.history import History
from pipelines.ingest.sources.manifest import Manifest
from pipelines.ingest.sources.relation import Relation, describe
from pipelines.ingest.sources.session import snapshot, stream
from quality_rules.contract import Contract
from quality_rules.contract_database import Database

MOMENT = "SELECT CAST(now() AS text), CAST(pg_current_snapshot() AS text)"
STEP = timedelta(microseconds=1)


@dataclass(frozen=True)
class Extract:
    """A kept extract, and the name it goes by."""

    name: str
    original: Original


def extract(
    contract: Contract, database: Database, connection: Connection, history: History, originals: Originals
) -> Extract | None:
    """Reads what a contract's relation says now; None when that is nothing new.

    Raises:
        FileRejected: DQ-SRC-001 to 004; the lake is as it was before.
    """
    with _drafts(originals) as (read, changed):
        manifest = _read(contract, database, connection, history, read)
        manifest = replace(manifest, read_sha256=_digest_of(read))
        if _is_said(manifest, history):
            return None
        before = _before(originals, manifest)
        key = tuple(c.physical_name for name in contract.key for c in contract.columns if c.name == name)
        mark = contract.tombstone if database.mode == "snapshot" else None
        manifest = _write(Changes(read, before, key, mark, originals.scratch), manifest, changed)
        if not manifest.rows_changed + manifest.rows_deleted:
            return None
        _keep(originals, read)
        return Extract(
            f"{contract.system}/{contract.table}@{manifest.taken_at}.parquet", _keep(originals, changed)
        )


def _read(
    contract: Contract, database: Database, connection: Connection, history: History, target: Path
) -> Manifest:
    """Reads the rows of one moment into a draft."""
    last = history.loaded
    with snapshot(connection) as cursor:
        relation = describe(cursor, contract, database)
        now, moment = _row(cursor, MOMENT)
        low, high, where = _window(cursor, relation, last.watermark_high if last else None)
        rows = _write_read(*stream(cursor, relation.select(where)), target)
    return Manifest(
        contract=contract.id,
        contract_version=contract.version,
        connection=connection.name,
        query=database.query,
        taken_at=_later(str(now), last),
        snapshot=str(moment),
        mode=database.mode,
        watermark_low=low,
        watermark_high=high,
        rows_read=rows,
        rows_changed=0,
        rows_deleted=0,
        read_sha256="",
        before_sha256=last.read_sha256 if last else "",
    )


def _window(cursor: Cursor, relation: Relation, before: str | None) -> tuple[str | None, str | None, str]:
    """First and last watermark, and the condition rows meet; all rows unless a watermark says otherwise."""
    if relation.database.mode != "watermark":
        return None, None, "TRUE"
    low = _row(cursor, f"SELECT CAST({relation.low(before)} AS text)")[0] if before else None
    where = relation.since(relation.low(before)) if before else "TRUE"
    return low, _row(cursor, relation.high(before, where))[0], where


def _row(cursor: Cursor, sql: str) -> tuple[str | None, ...]:
    cursor.execute(sql)
    row = cursor.fetchone()
    assert row is not None  # these queries always give one row
    return tuple(row)


def _write_read(schema: pa.Schema, batches: Iterator[pa.RecordBatch], target: Path) -> int:
    rows = 0
    with pq.ParquetWriter(target, schema.remove_metadata(), **_parquet()) as writer:
        for batch in batches:
            try:
                batch.validate(full=True)
            except pa.ArrowInvalid as error:
                raise FileRejected(
                    Rule.SOURCE_BROKE,
                    f"文本不是合法的 UTF-8：{error} | Text is not valid UTF-8: {error}",
                    rows,
                ) from error
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _write(changes: Changes, manifest: Manifest, target: Path) -> Manifest:
    """Writes the extract with its manifest and gives the manifest, complete."""
    schema = pq.read_schema(changes.now).remove_metadata()
    if changes.mark:
        schema = schema.append(pa.field(changes.mark, pa.string()))
    counts = []
    with pq.ParquetWriter(target, schema, **_parquet()) as writer:
        for batches in (changes.changed(), changes.deleted()):
            rows = 0
            for batch in batches:
                writer.write_batch(batch.cast(schema))
                rows += batch.num_rows
            counts.append(rows)
        manifest = replace(manifest, rows_changed=counts[0], rows_deleted=counts[1])
        writer.add_key_value_metadata(manifest.metadata())
    return manifest


def _is_said(manifest: Manifest, history: History) -> bool:
    """The same was read, and loaded or, under the same contract, refused before."""
    if manifest.read_sha256 == manifest.before_sha256:
        return True
    refused = history.refused
    return refused is not None and (
        (refused.read_sha256, refused.before_sha256, refused.contract_version)
        == (manifest.read_sha256, manifest.before_sha256, manifest.contract_version)
    )


def _before(originals: Originals, manifest: Manifest) -> Path | None:
    """The read to compare with; without it a change or a deletion could pass unseen."""
    if not manifest.before_sha256:
        return None
    path = originals.path_of(manifest.before_sha256)
    if not path.exists():
        zh, en = "上次读取的原件缺失", "The original of the last read is missing"
        raise FileRejected(Rule.SOURCE_STATE, f"{zh}：{path.name} | {en}: {path.name}")
    return path


def _later(now: str, last: Manifest | None) -> str:
    """The database's time, but after the last extract's: the newest word wins by it, and clocks go back."""
    moment = datetime.fromisoformat(now)
    if last:
        moment = max(moment, datetime.fromisoformat(last.taken_at) + STEP)
    return moment.strftime("%Y-%m-%dT%H%M%S.%fZ")


@contextmanager
def _drafts(originals: Originals) -> Iterator[tuple[Path, Path]]:
    drafts = tuple(originals.scratch / f"{uuid.uuid4().hex}.parquet" for _ in range(2))
    try:
        yield drafts[0], drafts[1]
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _keep(originals: Originals, draft: Path) -> Original:
    with draft.open("rb") as content:
        return originals.keep(pieces(content))


def _digest_of(draft: Path) -> str:
    with draft.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _parquet() -> dict[str, str | int | bool]:
    return {"compression": "zstd", "compression_level": 1, "write_statistics": False}
