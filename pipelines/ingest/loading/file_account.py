"""A file on its way to one table, and the account that is written about it."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.ingest.admission.originals import Original
from pipelines.ingest.records import FileRejected
from pipelines.ingest.report import LoadRecord
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract


@dataclass(frozen=True)
class Pending:
    """A file to load for one contract; the name it came with and its kept copy."""

    name: str
    original: Original


def load_id(source_table: str, contract_version: str, identity: str) -> str:
    """The same file against the same contract always has the same id."""
    return hashlib.sha256(f"{source_table}\n{contract_version}\n{identity}".encode()).hexdigest()[:24]


def extracted_on(contract: Contract, name: str) -> str:
    """The date of the extract in a file's name, as it stands there; '' when there is none."""
    match = re.search(contract.extract_date, name) if contract.extract_date else None
    return match[1] if match else ""


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


def turned_away(contract: Contract, file: Pending, rejected: FileRejected, at: datetime) -> LoadRecord:
    """The account of a file that a table does not take; one that changes is a new event each time."""
    if rejected.rule is Rule.CHANGED:
        return refusal(contract.id, contract.version, file, rejected, at.isoformat())
    return rejection(contract.id, contract.version, file, rejected)


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
