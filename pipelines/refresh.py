"""The steps of a refresh as plain functions; Dagster's assets and the command call them.

landing -> load -> gate raw -> build models -> gate stg, core, mart -> release
Each step leaves OpenLineage events in the outbox; each may be run alone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.durable import write_atomic
from lakehouse.releases import Release, ReleaseDraft, ReleasedTable, current, read_book
from lakehouse.releases.rules import ROUTINE
from lakehouse.settings import Settings
from lakehouse.warehouse import connect, load_delta, mount_raw
from lakehouse.writer import WAIT_SECONDS, Say, silent
from lineage.signing.releasing import make_candidate
from pipelines.beside import beside
from pipelines.emit import deliver, emit_gate, emit_load, emit_models, emit_release
from pipelines.evidence.recorder import record
from pipelines.evidence.run_acts import model_act, repair_acts, rules_acts
from pipelines.fingerprint import code_facts
from pipelines.ingest import IngestReport, LoadRecord, ingest, pending
from pipelines.ingest.loading.corrections import load_corrections, pending_corrections
from pipelines.lake import Lake
from pipelines.notices import deliver_notice, gate_notice
from pipelines.sensitivity import release_sensitivity
from pipelines.sqlmesh.build import BuildReport, ModelRun, build
from pipelines.sqlmesh.catalogue import ModelInfo, model_catalogue
from quality_rules.gate import GATE_RESULT, GATE_RESULT_SCHEMA, GateReport, gate_results_table, run_gate
from quality_rules.gate_docs import keep_results
from quality_rules.raw_suite import load_suites
from quality_rules.suites.reader import Stage
from traceability.recall.case import RECALL_EVENT

# Written to the raw zone and read by no model: they make no release out of date.
NOT_READ = frozenset({GATE_RESULT, RECALL_EVENT})
RELEASED_LAYERS = frozenset({"core", "mart"})
FILES_PER_MESSAGE = 500


def now() -> datetime:
    """The wall clock, read at the edge and passed in from there."""
    return datetime.now(UTC)


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


def gate(lake: Lake, stage: Stage, *, run_id: str, at: datetime, say: Say) -> GateReport:
    """Runs the rules of one stage and keeps every result, whatever it is."""
    suites = load_suites(lake.contracts)
    with connect(lake.settings.build_path, read_only=False, settings=lake.settings) as connection:
        if stage == "raw":
            load_delta(connection)
            mount_raw(connection, lake.zone, raw_versions(lake))
        report = run_gate(connection, stage, suites, at)
    keep_results(report, lake.settings.gate_results_dir / run_id)
    lake.zone.ensure(GATE_RESULT, GATE_RESULT_SCHEMA)
    lake.zone.append(GATE_RESULT, gate_results_table(report, run_id), [f"{run_id}:{stage}"])
    emit_gate(lake, run_id, report)
    record(lake, (), run_id=run_id, at=at, say=say, sealed=False)
    passed = sum(result.passed for result in report.results)
    say(
        f"gate {stage}: {passed} of {len(report.results)} rules green, "
        f"{len(report.warnings)} warnings, {len(report.blocking)} blocking"
    )
    for result in report.blocking:
        say(f"gate {stage}: blocked by {result.rule_id} on {result.table}: {'; '.join(result.sample_keys)}")
    if report.blocking:
        deliver_notice(lake.settings.operation, gate_notice(lake.settings.data_dir, run_id, report), say)
    return report


def build_models(lake: Lake, *, run_id: str, at: datetime, say: Say) -> BuildReport:
    """Builds every model on the raw versions of this moment."""
    settings = lake.settings
    with connect(settings.build_path, read_only=False, settings=settings) as connection:
        load_delta(connection)
        mount_raw(connection, lake.zone, raw_versions(lake))
    done = 0

    def report_model(run: ModelRun) -> None:
        nonlocal done
        done += 1
        if done % 25 == 0:
            say(f"models: {done} built, last {run.name}")

    report = build(settings, next_refresh_no(lake), report_model)
    models = model_catalogue(settings)
    emit_models(lake, run_id, report, models, at)
    record(lake, (model_act(report, models, run_id),), run_id=run_id, at=at, say=say, sealed=False)
    say(f"models: {len(report.models)} built")
    return report


def release_models(lake: Lake, *, run_id: str, at: datetime, say: Say) -> Release:
    """Makes core and mart the next release, or a candidate where its kind needs signatures."""
    models = model_catalogue(lake.settings)
    tables = [_released(model) for model in models if model.layer in RELEASED_LAYERS]
    results = _gate_results(lake, run_id)
    draft = ReleaseDraft(
        tables, _facts(lake, models, run_id, results.to_pylist()), at, beside(lake.settings, results)
    )
    release = make_candidate(lake.settings, draft, lake.settings.release_kind)
    size = release.manifest["warehouse"]["bytes"] / 1e6
    say(f"release {release.name}: {len(tables)} tables, {size:.1f} MB, {standing(lake.settings, release)}")
    emit_release(lake, run_id, release, at)
    acts = tuple(repair_acts(lake.settings, release, run_id))
    record(lake, acts, run_id=run_id, at=at, say=say, sealed=True)
    deliver(lake, say)
    return release


def standing(settings: Settings, release: Release) -> str:
    """Where a release stands, and what it waits for."""
    entry = read_book(settings).entry(release.number)
    if not entry.missing:
        return entry.state.value
    return (
        f"{entry.state}; 尚缺签名 | needs the signature of {', '.join(entry.missing)}: "
        f"medlake release sign {release.number}"
    )


def raw_versions(lake: Lake) -> dict[str, int]:
    """The raw tables a build reads, with the version each is pinned to."""
    return {name: version for name, version in lake.zone.versions().items() if name not in NOT_READ}


def pending_digest(
    lake: Lake, say: Say = silent, wait_seconds: float = WAIT_SECONDS, *, databases: bool = True
) -> str:
    """A digest of what the next ingest would take up; empty when there is nothing.

    Databases are asked too, unless the caller asks too often for that.

    Raises:
        LakeBusy: Another process writes, and did not end within `wait_seconds`.
    """
    with lake.zone.writing("look for new files", wait_seconds=wait_seconds, say=say):
        new = (
            *pending(lake.settings, lake.contracts, lake.zone, now(), databases=databases),
            *pending_corrections(lake.zone),
        )
    return hashlib.sha256(repr(new).encode()).hexdigest() if new else ""


def unchanged_release(lake: Lake, say: Say = silent) -> Release | None:
    """The current release when building again would give the same: no new file, contract, rule or model."""
    release = current(lake.settings)
    if release is None or release.manifest["code"] != code_facts(lake.settings.root):
        return None
    if release.manifest.get("kind", ROUTINE) != lake.settings.release_kind:
        return None
    with lake.zone.writing("look whether anything changed", say=say):
        if release.manifest["inputs"]["raw_versions"] != raw_versions(lake):
            return None
        return None if pending_digest(lake) else release


def next_refresh_no(lake: Lake) -> int:
    """The next refresh ordinal, which is SQLMesh's clock; kept durably because a day never comes twice."""
    counter = lake.settings.build_path.with_name("refresh_no")
    number = int(counter.read_text()) + 1 if counter.is_file() else 1
    write_atomic(counter, f"{number}\n".encode())
    return number


def _released(model: ModelInfo) -> ReleasedTable:
    schema, name = model.name.split(".")
    comments = {column.name: column.comment for column in model.columns}
    return ReleasedTable(schema, name, model.grain, model.description, comments)


def _facts(
    lake: Lake, models: tuple[ModelInfo, ...], run_id: str, results: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    return {
        "run_id": run_id,
        "code": code_facts(lake.settings.root),
        "inputs": {"raw_versions": raw_versions(lake), "files": _input_files(lake)},
        "models": {model.name: model.fingerprint for model in models},
        "gates": _gate_facts(results),
        "sensitivity": release_sensitivity(models, RELEASED_LAYERS),
    }


def _input_files(lake: Lake) -> list[dict[str, str]]:
    """Every loaded file once, by name and sha256."""
    loads = lake.zone.read("medlake__load", columns=["file_name", "file_sha256", "status"]).to_pylist()
    files = {(row["file_name"], row["file_sha256"], row["status"]) for row in loads}
    return [{"file": name, "sha256": sha256, "status": status} for name, sha256, status in sorted(files)]


def _gate_results(lake: Lake, run_id: str) -> pa.Table:
    """What the gates of this run found."""
    lake.zone.ensure(GATE_RESULT, GATE_RESULT_SCHEMA)
    return lake.zone.read(GATE_RESULT).filter(pc.field("run_id") == run_id)


def _gate_facts(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts per stage, and every rule of this run that is not green."""
    stages = sorted({row["stage"] for row in results})
    failed = [
        {
            key: row[key]
            for key in ("stage", "rule_id", "table_name", "column_name", "severity", "failed_rows")
        }
        for row in results
        if not row["is_passed"]
    ]
    return {
        "rules": {stage: sum(row["stage"] == stage for row in results) for stage in stages},
        "not_green": sorted(failed, key=lambda row: (row["stage"], row["rule_id"], row["table_name"])),
    }
