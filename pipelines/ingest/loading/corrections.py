"""Takes corrections of quarantined records into the raw zone, as loads like any other.

fixes that stand -> their files, unless loaded -> kept as originals -> rows with provenance -> account
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from pipelines.ingest.admission.originals import Originals
from pipelines.ingest.loading.decisions import open_decisions
from pipelines.ingest.loading.file_account import Pending, load_id, record_of
from pipelines.ingest.loading.loads import LOAD, Accounts
from pipelines.ingest.loading.table_columns import TableColumns
from pipelines.ingest.records import text_frame
from pipelines.ingest.report import LoadRecord
from quality_rules.contract import Contract
from quality_rules.quarantine.correction import Correction, correction_path, read_correction
from quality_rules.quarantine.decision import read_decisions
from quality_rules.quarantine.standing import standing

ENCODING = "utf-8"


def pending_corrections(zone: RawZone) -> tuple[tuple[str, str], ...]:
    """(source table, sha256) of every correction file that was not loaded and of which some fix stands."""
    decisions = read_decisions(zone)
    if not decisions or not zone.exists(LOAD):
        return ()
    states = standing(decisions).states
    standing_fixes = (d for d in decisions if d.action == "fix" and states[d.decision_id] == "stands")
    files = {(fix.source_table, fix.correction_sha256) for fix in standing_fixes}
    with open_decisions(zone) as known:
        return tuple(sorted(file for file in files if not known.is_loaded(*file)))


def load_corrections(
    settings: Settings, contracts: Mapping[str, Contract], zone: RawZone, at: datetime
) -> tuple[LoadRecord, ...]:
    """Loads what is pending, each file as one commit with its account.

    Raises:
        CorrectionDamaged: A file is missing or has other bytes than were decided on.
    """
    with zone.writing("load corrections"):
        pending = pending_corrections(zone)
        if not pending:
            return ()
        accounts, originals = Accounts(zone, at), Originals.open(settings.originals_dir)
        for source_table, sha256 in pending:
            path = correction_path(settings.corrections_dir, source_table, sha256)
            corrections = read_correction(path, sha256)
            file = Pending(f"corrections/{source_table}/{path.name}", originals.admit(path))
            originals.settle()
            _load(zone, contracts[source_table], file, corrections, accounts)
        accounts.write()
        originals.remember()
        return tuple(accounts.written)


def _load(
    zone: RawZone, contract: Contract, file: Pending, corrections: Sequence[Correction], accounts: Accounts
) -> None:
    columns = TableColumns(zone, contract)
    rows = columns.fit(_frame(corrections)).with_columns(
        pl.Series("_extracted_on", [correction.extracted_on for correction in corrections], pl.String),
        _file_sha256=pl.lit(file.original.sha256),
        _load_id=pl.lit(load_id(contract.id, contract.version, file.original.sha256)),
        _contract_version=pl.lit(contract.version),
        _loaded_at=pl.lit(accounts.at, pl.Datetime("us", "UTC")),
    )
    rows = rows.with_columns(**columns.absent(rows.columns)).select(columns.names)
    zone.append(contract.id, rows.to_arrow(), [f"{contract.id}:{file.original.sha256}"])
    account = record_of(
        contract.id, contract.version, file, None, "", loaded=len(corrections), encoding=ENCODING
    )
    accounts.add(account, ())


def _frame(corrections: Sequence[Correction]) -> pl.DataFrame:
    """The corrected fields as text; a file's corrections name the same fields, absent ones are NULL."""
    names = list(dict.fromkeys(name for correction in corrections for name in correction.fields))
    texts = {name: [correction.fields.get(name) for correction in corrections] for name in names}
    return text_frame(texts, list(range(1, len(corrections) + 1)))
