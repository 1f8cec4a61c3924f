"""Makes what was built and found good the next release."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.releases import Release, ReleaseDraft, ReleasedTable, read_book
from lakehouse.settings import Settings
from lakehouse.writer import Say
from lineage.signing.releasing import make_candidate
from pipelines.beside import beside
from pipelines.emit import deliver, emit_release
from pipelines.evidence.recorder import record
from pipelines.evidence.run_acts import repair_acts
from pipelines.fingerprint import code_facts
from pipelines.ingest.loading.loads import LOAD
from pipelines.lake import Lake
from pipelines.refresh.inputs import pinned_versions
from pipelines.sensitivity import release_sensitivity
from pipelines.sqlmesh.catalogue import ModelInfo, model_catalogue
from quality_rules.gate import GATE_RESULT, GATE_RESULT_SCHEMA
from quality_rules.suites.reader import Stage

RELEASED_LAYERS = frozenset({"core", "mart"})


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


def _released(model: ModelInfo) -> ReleasedTable:
    schema, name = model.name.split(".")
    comments = {column.name: column.comment for column in model.columns}
    return ReleasedTable(schema, name, model.grain, model.description, comments)


def _facts(
    lake: Lake, models: tuple[ModelInfo, ...], run_id: str, results: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    versions = pinned_versions(lake, run_id)
    return {
        "run_id": run_id,
        "code": code_facts(lake.settings.root),
        "inputs": {"raw_versions": versions, "files": _input_files(lake, versions)},
        "models": {model.name: model.fingerprint for model in models},
        "gates": _gate_facts(results),
        "sensitivity": release_sensitivity(models, RELEASED_LAYERS),
    }


def _input_files(lake: Lake, versions: Mapping[str, int]) -> list[dict[str, str]]:
    """Every file that was loaded when the run began to read, once, by name and sha256."""
    columns = ["file_name", "file_sha256", "status"]
    loads = lake.zone.read(LOAD, columns, version=versions[LOAD]).to_pylist()
    files = {(row["file_name"], row["file_sha256"], row["status"]) for row in loads}
    return [{"file": name, "sha256": sha256, "status": status} for name, sha256, status in sorted(files)]


def _gate_results(lake: Lake, run_id: str) -> pa.Table:
    """What the gates of this run found."""
    lake.zone.ensure(GATE_RESULT, GATE_RESULT_SCHEMA)
    return lake.zone.read(GATE_RESULT).filter(pc.field("run_id") == run_id)


def _gate_facts(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts per stage, 0 where the gate did not run, and every rule of this run that is not green."""
    failed = [
        {
            key: row[key]
            for key in ("stage", "rule_id", "table_name", "column_name", "severity", "failed_rows")
        }
        for row in results
        if not row["is_passed"]
    ]
    return {
        "rules": {stage: sum(row["stage"] == stage for row in results) for stage in get_args(Stage)},
        "not_green": sorted(failed, key=lambda row: (row["stage"], row["rule_id"], row["table_name"])),
    }
