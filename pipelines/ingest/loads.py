"""The two tables that account for every file and every record: medlake__load and medlake__quarantine.

LoadRecords and BadRecords of a run -> Delta commits carrying the load ids, so that a repeated write changes
nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import pyarrow as pa

from lakehouse.raw_zone import RawZone
from pipelines.ingest.records import BadRecord
from pipelines.ingest.report import LoadRecord

LOAD, QUARANTINE = "medlake__load", "medlake__quarantine"
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

    def prepare(self) -> None:
        """Creates both tables when they do not exist."""
        self.zone.ensure(LOAD, LOAD_SCHEMA)
        self.zone.ensure(QUARANTINE, QUARANTINE_SCHEMA)

    def add(self, load: LoadRecord, bad: Sequence[BadRecord]) -> None:
        """Takes the account of a file whose rows are committed."""
        self.loads.append(load)
        self.bad.extend((load, record) for record in bad)
        if len(self.loads) >= FILES_PER_COMMIT or len(self.bad) >= BAD_PER_COMMIT:
            self.write()

    def write(self) -> None:
        """Commits what was collected."""
        if not self.loads:
            return
        self._write_quarantine()
        rows = [{**asdict(load), "loaded_at": self.at} for load in self.loads]
        # What is on record was read before the run: one id for the lot is enough, and cheaper than one each.
        batch = hashlib.sha256("".join(load.load_id for load in self.loads).encode()).hexdigest()
        self.zone.append(LOAD, pa.Table.from_pylist(rows, LOAD_SCHEMA), [batch])
        self.written.extend(self.loads)
        self.loads.clear()
        self.bad.clear()

    def _write_quarantine(self) -> None:
        """What a crash between the two commits left in quarantine is not written twice."""
        ids = sorted({load.load_id for load, _ in self.bad})
        new = [i for i in ids if not self.zone.has_load(QUARANTINE, i)]
        rows = [_quarantine_row(load, bad, self.at) for load, bad in self.bad if load.load_id in set(new)]
        if rows:
            self.zone.append(QUARANTINE, pa.Table.from_pylist(rows, QUARANTINE_SCHEMA), new)


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
