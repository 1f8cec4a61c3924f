"""The tables that account for files, records and columns: medlake__load, medlake__quarantine, medlake__drift.

LoadRecords, BadRecords and drifts of a run -> Delta commits carrying the load ids, so that a repeated write
changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import polars as pl
import pyarrow as pa

from lakehouse.raw_zone import RawZone
from pipelines.ingest.drift import Drift, DriftLog, in_words
from pipelines.ingest.records import BadRecord
from pipelines.ingest.report import LoadRecord

LOAD, QUARANTINE, DRIFT = "medlake__load", "medlake__quarantine", "medlake__drift"
TIME = pa.timestamp("us", "UTC")
LOAD_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("load_id", "file_sha256", "file_name", "source_table")),
        *((name, pa.string()) for name in ("contract_version", "status", "rule_id", "message")),
        *((name, pa.int64()) for name in ("rows_in", "rows_loaded", "rows_quarantined", "rows_rejected")),
        ("size_bytes", pa.int64()),
        ("encoding", pa.string()),
        ("loaded_at", TIME),
    ]
)
QUARANTINE_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("load_id", "source_table", "file_sha256", "file_name")),
        ("row_no", pa.int64()),
        *((name, pa.string()) for name in ("rule_id", "message", "raw_text")),
        ("loaded_at", TIME),
    ]
)
DRIFT_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("load_id", "source_table", "contract_version", "file_sha256")),
        *((name, pa.string()) for name in ("file_name", "kind", "column_name", "found_name", "decision")),
        ("record_count", pa.int64()),
        ("message", pa.string()),
        ("detected_at", TIME),
    ]
)
BOOKS: Mapping[str, pa.Schema] = {LOAD: LOAD_SCHEMA, QUARANTINE: QUARANTINE_SCHEMA, DRIFT: DRIFT_SCHEMA}
# Accounts are written after this many files, or at the end: fewer commits, and a crash costs a re-count of
# these at most.
FILES_PER_COMMIT = 500
BAD_PER_COMMIT = 100_000


@dataclass
class Accounts:
    """Collects the accounts of a run and writes them in few commits, quarantine before load."""

    zone: RawZone
    at: datetime
    written: list[LoadRecord] = field(default_factory=list)
    loads: list[LoadRecord] = field(default_factory=list)
    bad: list[tuple[LoadRecord, BadRecord]] = field(default_factory=list)
    drifts: list[tuple[LoadRecord, Drift, int]] = field(default_factory=list)
    drifted: list[tuple[LoadRecord, Drift, int]] = field(default_factory=list)

    def prepare(self) -> None:
        """Creates the tables when they do not exist, and adds the columns an older version did not know."""
        for name, schema in BOOKS.items():
            self.zone.ensure(name, schema)

    def add(self, load: LoadRecord, bad: Sequence[BadRecord], drifts: DriftLog | None = None) -> None:
        """Takes the account of a file whose rows are committed."""
        self.loads.append(load)
        found = drifts.counts if drifts else {}
        # A drift without a count of its own is one of the whole file.
        self.drifts.extend((load, drift, count or load.rows_in) for drift, count in found.items())
        self.bad.extend((load, record) for record in bad)
        if len(self.loads) >= FILES_PER_COMMIT or len(self.bad) >= BAD_PER_COMMIT:
            self.write()

    def write(self) -> None:
        """Commits what was collected."""
        if not self.loads:
            return
        # These come first: what a crash before the load's own commit left behind is not written twice.
        self._write_once(
            QUARANTINE, QUARANTINE_SCHEMA, [_quarantine_row(*each, self.at) for each in self.bad]
        )
        self._write_once(DRIFT, DRIFT_SCHEMA, [_drift_row(*each, self.at) for each in self.drifts])
        rows = [{**asdict(load), "loaded_at": self.at} for load in self.loads]
        # What is on record was read before the run: one id for the lot is enough, and cheaper than one each.
        batch = hashlib.sha256("".join(load.load_id for load in self.loads).encode()).hexdigest()
        self.zone.append(LOAD, _table(rows, LOAD_SCHEMA), [batch])
        self.written.extend(self.loads)
        self.drifted.extend(self.drifts)
        for collected in (self.loads, self.bad, self.drifts):
            collected.clear()

    def _write_once(self, table: str, schema: pa.Schema, rows: list[dict[str, object]]) -> None:
        ids = sorted({str(row["load_id"]) for row in rows})
        new = [i for i in ids if not self.zone.has_load(table, i)]
        rows = [row for row in rows if row["load_id"] in set(new)]
        if rows:
            self.zone.append(table, _table(rows, schema), new)


def _table(rows: list[dict[str, object]], schema: pa.Schema) -> pa.Table:
    """Rows with exactly these columns. pyarrow would import pandas, a third of a second, to look at them."""
    return pl.DataFrame(rows, schema=pl.Schema(schema)).to_arrow().cast(schema)


def _quarantine_row(load: LoadRecord, bad: BadRecord, at: datetime) -> dict[str, object]:
    return {
        "load_id": load.load_id,
        "source_table": load.source_table,
        "file_sha256": load.file_sha256,
        "file_name": load.file_name,
        "row_no": bad.row_no,
        "rule_id": str(bad.rule),
        "message": bad.message,
        "raw_text": bad.raw_text,
        "loaded_at": at,
    }


def _drift_row(load: LoadRecord, drift: Drift, count: int, at: datetime) -> dict[str, object]:
    return {
        "load_id": load.load_id,
        "source_table": load.source_table,
        "contract_version": load.contract_version,
        "file_sha256": load.file_sha256,
        "file_name": load.file_name,
        "kind": drift.kind,
        "column_name": drift.column,
        "found_name": drift.found,
        "decision": drift.verdict,
        "record_count": count,
        "message": in_words([drift]),
        "detected_at": at,
    }
