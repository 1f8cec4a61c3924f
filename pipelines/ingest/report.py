"""What one ingest did, per file, per table and in sum."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Literal

from pipelines.ingest.drift import Drift, in_words
from pipelines.ingest.rules import REMEDIES, Rule

Status = Literal["loaded", "rejected"]


@dataclass(frozen=True)
class LoadRecord:
    """One file against one contract; in = loaded + quarantined + rejected."""

    load_id: str
    file_sha256: str
    file_name: str
    source_table: str
    contract_version: str
    status: Status
    rule_id: str
    message: str
    rows_in: int
    rows_loaded: int
    rows_quarantined: int
    rows_rejected: int
    size_bytes: int
    encoding: str

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_loaded + self.rows_quarantined + self.rows_rejected:
            raise ValueError(f"{self.file_name} for {self.source_table}: rows do not add up: {self}")


@dataclass(frozen=True)
class RejectedFile:
    """A file no row of which was taken, why, and what a person does about it (Chinese | English)."""

    file_name: str
    source_table: str
    rule_id: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class DriftEvent:
    """A column of a file that is not as its contract says, and what was done (message: Chinese | English)."""

    file_name: str
    source_table: str
    kind: str
    column: str
    found: str
    decision: str
    records: int
    message: str


@dataclass(frozen=True)
class FailedTable:
    """A raw table that could not be brought in step with its contract; its files wait for the next run."""

    source_table: str
    reason: str


@dataclass(frozen=True)
class TableLoad:
    """What came into one table."""

    source_table: str
    files: int = 0
    rows_in: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_rejected: int = 0


@dataclass(frozen=True)
class IngestReport:
    """One ingest.

    Attributes:
        files: Files seen in the landing roots.
        known: File-contract pairs that were loaded before and cost nothing.
        tables: Tables that got something, by name; files no contract names stand under "".
        rejected_files: Files turned away, by name.
        failed_tables: Tables nothing could be loaded into, by name; every other table was loaded.
        drifts: What in the new files was not as their contracts say, by file.
    """

    files: int
    known: int
    tables: tuple[TableLoad, ...]
    rejected_files: tuple[RejectedFile, ...]
    failed_tables: tuple[FailedTable, ...]
    drifts: tuple[DriftEvent, ...]

    @property
    def rows_in(self) -> int:
        """Records seen in new files."""
        return sum(table.rows_in for table in self.tables)

    @property
    def loaded(self) -> int:
        """Records in the raw zone now."""
        return sum(table.rows_loaded for table in self.tables)

    @property
    def quarantined(self) -> int:
        """Records in quarantine now."""
        return sum(table.rows_quarantined for table in self.tables)

    @property
    def rejected(self) -> int:
        """Records of rejected files, as far as they could be counted."""
        return sum(table.rows_rejected for table in self.tables)


def build_report(
    files: int,
    known: int,
    loads: Iterable[LoadRecord],
    failed: Mapping[str, str],
    drifted: Iterable[tuple[LoadRecord, Drift, int]],
) -> IngestReport:
    """Sums the loads of one run; `failed` gives the tables that could not be loaded, each with why."""
    tables: dict[str, TableLoad] = {}
    rejected = []
    for load in loads:
        tables[load.source_table] = _plus(tables.get(load.source_table, TableLoad(load.source_table)), load)
        if load.status == "rejected":
            remedy = REMEDIES[Rule(load.rule_id)]
            rejected.append(
                RejectedFile(load.file_name, load.source_table, load.rule_id, load.message, remedy)
            )
    rejected.sort(key=lambda file: (file.file_name, file.source_table))
    return IngestReport(
        files,
        known,
        tuple(tables[name] for name in sorted(tables)),
        tuple(rejected),
        tuple(FailedTable(*pair) for pair in sorted(failed.items())),
        tuple(sorted((_event(*each) for each in drifted), key=astuple)),
    )


def _plus(table: TableLoad, load: LoadRecord) -> TableLoad:
    return replace(
        table,
        files=table.files + 1,
        rows_in=table.rows_in + load.rows_in,
        rows_loaded=table.rows_loaded + load.rows_loaded,
        rows_quarantined=table.rows_quarantined + load.rows_quarantined,
        rows_rejected=table.rows_rejected + load.rows_rejected,
    )


def _event(load: LoadRecord, drift: Drift, records: int) -> DriftEvent:
    verdict, words = drift.verdict, in_words([drift])
    name, table = load.file_name, load.source_table
    return DriftEvent(name, table, drift.kind, drift.column, drift.found, verdict, records, words)
