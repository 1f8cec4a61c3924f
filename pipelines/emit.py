"""From the result of a step to OpenLineage events in the outbox.

A refresh starts with its load and completes with its release; a failed step is told by Dagster's hook.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from lakehouse.releases import Release, read_book
from lineage import events
from lineage.facts import ColumnDrift, Field, LandingFile
from lineage.naming import REFRESH
from lineage.outbox import DeliveryFailed, Outbox, forward
from lineage.released import tell_released
from pipelines.ingest.loading.loads import DRIFT
from pipelines.lake import Lake
from pipelines.sqlmesh.build import BuildReport
from pipelines.sqlmesh.catalogue import ModelInfo
from quality_rules.gate import GateReport

LOADED = "loaded"


def emit_load(lake: Lake, run_id: str, at: datetime) -> None:
    """Begins the refresh and tells what this load put into each raw table, and which columns had drifted."""
    found = [events.start(run_id, REFRESH, at)]
    for table, loads in sorted(_loads_at(lake, at).items()):
        contract = lake.contracts[table]
        files = [
            LandingFile(row["file_name"], row["file_sha256"], row["rows_in"], row["size_bytes"])
            for row in loads
        ]
        fields = [Field(column.physical_name, "TEXT", column.description_en) for column in contract.columns]
        rows = sum(row["rows_loaded"] for row in loads)
        version = lake.zone.version(table)
        found.append(events.start(run_id, f"load.{table}", at))
        found.append(events.loaded(run_id, table, files, fields, version=version, rows=rows, at=at))
    for table, drifts in sorted(_drifts_at(lake, at).items()):
        found.append(events.start(run_id, f"drift.{table}", at))
        found.append(events.drifted(run_id, table, drifts, at))
    _outbox(lake).append(*found)


def emit_gate(lake: Lake, run_id: str, report: GateReport) -> None:
    """Tells every rule's result."""
    _outbox(lake).append(
        events.start(run_id, f"gate.{report.stage}", report.at),
        events.checked(run_id, report.stage, report.results, report.at),
    )


def emit_models(
    lake: Lake, run_id: str, report: BuildReport, models: Sequence[ModelInfo], at: datetime
) -> None:
    """Tells what each model that ran was built from, down to its columns."""
    ran = {run.name for run in report.models}
    built = [model for model in models if model.name in ran]
    _outbox(lake).append(
        *(events.start(run_id, f"model.{model.name}", at) for model in built),
        *(events.modelled(run_id, model, rows=None, at=at) for model in built),
    )


def emit_release(lake: Lake, run_id: str, release: Release, at: datetime) -> None:
    """Tells that the refresh is complete, and what became a release unless it waits for signatures."""
    _outbox(lake).append(events.start(run_id, "release", at))
    if read_book(lake.settings).entry(release.number).released_at is not None:
        tell_released(lake.settings, release, at)
    _outbox(lake).append(events.complete(run_id, REFRESH, at))


def emit_failure(lake: Lake, run_id: str, step: str, error: str, at: datetime) -> None:
    """Tells that a step, and with it the refresh, has failed."""
    _outbox(lake).append(events.failed(run_id, step, error, at), events.failed(run_id, REFRESH, error, at))


def deliver(lake: Lake, say: Callable[[str], None]) -> None:
    """Sends waiting events when a backend is configured; what cannot be sent stays in the outbox."""
    if lake.settings.openlineage_url is None:
        return
    try:
        sent = forward(lake.settings.outbox_dir, lake.settings.openlineage_url)
    except DeliveryFailed as failure:
        say(f"lineage: {failure}; the events stay in the outbox and are sent with the next refresh")
        return
    say(f"lineage: {sent.delivered} events delivered")


def _outbox(lake: Lake) -> Outbox:
    return Outbox(lake.settings.outbox_dir)


def _loads_at(lake: Lake, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """The loads of one run by table; the run's time is their mark."""
    loads = lake.zone.read("medlake__load")
    mine = loads.filter((pc.field("loaded_at") == at) & (pc.field("status") == LOADED))
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in mine.sort_by("file_name").to_pylist():
        by_table[row["source_table"]].append(row)
    return by_table


def _drifts_at(lake: Lake, at: datetime) -> dict[str, list[ColumnDrift]]:
    """What one run found of columns that are not the contract's, by table; refused files included."""
    if not lake.zone.exists(DRIFT):
        return {}
    mine = lake.zone.read(DRIFT).filter(pc.field("detected_at") == at)
    by_table: dict[str, list[ColumnDrift]] = defaultdict(list)
    order = [
        (name, "ascending") for name in ("file_name", "file_sha256", "kind", "column_name", "found_name")
    ]
    for row in mine.sort_by(order).to_pylist():
        by_table[row["source_table"]].append(
            ColumnDrift(
                row["file_name"],
                row["file_sha256"],
                row["kind"],
                row["column_name"],
                row["found_name"],
                row["decision"],
                row["message"],
            )  # fmt: skip
        )
    return by_table
