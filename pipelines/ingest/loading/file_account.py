"""A file on its way to one table, and the account that is written about it."""

import hashlib
from dataclasses import dataclass, replace

from pipelines.ingest.admission.originals import Original
from pipelines.ingest.records import FileRejected
from pipelines.ingest.report import LoadRecord
from pipelines.ingest.rules import Rule


@dataclass(frozen=True)
class Pending:
    """A file to load for one contract; the name it came with and its kept copy."""

    name: str
    original: Original


def load_id(source_table: str, contract_version: str, identity: str) -> str:
    """The same file against the same contract always has the same id."""
    return hashlib.sha256(f"{source_table}\n{contract_version}\n{identity}".encode()).hexdigest()[:24]


def rejection(source_table: str, contract_version: str, file: Pending, rejected: FileRejected) -> LoadRecord:
    """The account of a file that was turned away."""
    return record_of(
        source_table, contract_version, file, rejected.rule, rejected.reason, rejected=rejected.records
    )


def refusal(
    source_table: str, contract_version: str, file: Pending, rejected: FileRejected, event: str
) -> LoadRecord:
    """The account of a file that has no identity of its own; the event tells one refusal from the next."""
    record = rejection(source_table, contract_version, file, rejected)
    return replace(record, load_id=load_id(source_table, contract_version, f"{file.name}\n{event}"))


def record_of(
    source_table: str,
    contract_version: str,
    file: Pending,
    rule: Rule | None,
    message: str,
    *,
    loaded: int = 0,
    quarantined: int = 0,
    rejected: int | None = None,
    encoding: str = "",
) -> LoadRecord:
    """The account of a file; `rejected` None means it was loaded."""
    return LoadRecord(
        load_id=load_id(source_table, contract_version, file.original.sha256),
        file_sha256=file.original.sha256,
        file_name=file.name,
        source_table=source_table,
        contract_version=contract_version,
        status="loaded" if rejected is None else "rejected",
        rule_id=str(rule or ""),
        message=message,
        rows_in=loaded + quarantined + (rejected or 0),
        rows_loaded=loaded,
        rows_quarantined=quarantined,
        rows_rejected=rejected or 0,
        size_bytes=file.original.size,
        encoding=encoding,
    )
