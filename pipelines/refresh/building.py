"""Builds every model from the raw zone."""

from datetime import datetime

from lakehouse.durable import write_atomic
from lakehouse.warehouse import connect, load_delta, mount_raw
from lakehouse.writer import Say
from pipelines.emit import emit_models
from pipelines.evidence.recorder import record
from pipelines.evidence.run_acts import model_act
from pipelines.lake import Lake
from pipelines.refresh.inputs import pinned_versions
from pipelines.sqlmesh.build import BuildReport, ModelRun, build
from pipelines.sqlmesh.catalogue import model_catalogue


def build_models(lake: Lake, *, run_id: str, at: datetime, say: Say) -> BuildReport:
    """Builds every model on the raw versions of the run."""
    settings = lake.settings
    with connect(settings.build_path, read_only=False, settings=settings) as connection:
        load_delta(connection)
        mount_raw(connection, lake.zone, pinned_versions(lake, run_id))
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


def next_refresh_no(lake: Lake) -> int:
    """The next refresh ordinal, which is SQLMesh's clock; kept durably because a day never comes twice."""
    counter = lake.settings.build_path.with_name("refresh_no")
    number = int(counter.read_text()) + 1 if counter.is_file() else 1
    write_atomic(counter, f"{number}\n".encode())
    return number
