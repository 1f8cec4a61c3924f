"""Takes what has landed, and what people corrected, into the raw zone."""

from datetime import datetime

from lakehouse.writer import Say
from pipelines.emit import emit_load
from pipelines.evidence.recorder import record
from pipelines.evidence.run_acts import rules_acts
from pipelines.ingest import IngestReport, LoadRecord, ingest
from pipelines.ingest.loading.corrections import load_corrections
from pipelines.lake import Lake

FILES_PER_MESSAGE = 500


def load(lake: Lake, *, run_id: str, at: datetime, say: Say) -> IngestReport:
    """Takes every new landing file into the raw zone."""

    def step(table: str, done: int, total: int) -> None:
        if done % FILES_PER_MESSAGE == 0 or done == total:
            say(f"ingest: {done} of {total} loads, now {table}")

    with lake.zone.writing("ingest", say=say):
        report = ingest(lake.settings, lake.contracts, lake.zone, at, progress=step)
    say(
        f"ingest: {report.rows_in} records in = {report.loaded} loaded + {report.quarantined} quarantined "
        f"+ {report.rejected} rejected; {len(report.rejected_files)} files refused"
    )
    for table in report.failed_tables:
        say(f"ingest: nothing loaded into {table.source_table}: {table.reason}")
    take_corrections(lake, at=at, say=say)
    emit_load(lake, run_id, at)
    record(lake, rules_acts(lake.settings), run_id=run_id, at=at, say=say, sealed=True)
    return report


def take_corrections(lake: Lake, *, at: datetime, say: Say) -> tuple[LoadRecord, ...]:
    """Takes what people corrected in quarantine into the raw zone."""
    with lake.zone.writing("load corrections", say=say):
        loads = load_corrections(lake.settings, lake.contracts, lake.zone, at)
    if loads:
        say(f"corrections: {sum(load.rows_loaded for load in loads)} records of {len(loads)} files taken")
    return loads
