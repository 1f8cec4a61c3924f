"""OpenLineage events of a refresh: what each step read, what it wrote, and what was found.

Flow: a step's result -> start(), then loaded() / modelled() / checked() / released() or failed() -> outbox.
A refresh is a run of its own; every step is a run below it. A step's run id follows from refresh and job, so
an event sent twice is the same event. Time is passed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.generated import (
    column_lineage_dataset,
    dataset_version_dataset,
    documentation_dataset,
    error_message_run,
    input_statistics_input_dataset,
    job_type_job,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
    storage_dataset,
)
from openlineage.client.generated.base import DatasetFacet, JobFacet, RunFacet

from lakehouse.commit_register import Registered
from lineage.assertions import PRODUCER, drift_assertions, rule_assertions
from lineage.facts import ColumnDrift, Field, LandingFile, Model, Outcome
from lineage.naming import JOBS, REFRESH, DatasetName, landing_file, release, table

COMMIT_JOB = "commit."
# Names the runs of all commits of all lakes; made once at random.
COMMITS = UUID("5b1f2f0e-3c0b-4f2b-9a55-0d1c7c2f6f51")


def run_of(refresh: str, job: str) -> str:
    """Run id of a job within a refresh; of the refresh itself, its own."""
    return refresh if job == REFRESH else str(uuid5(UUID(refresh), job))


def start(refresh: str, job: str, at: datetime) -> RunEvent:
    """A step, or with job `refresh` the whole refresh, begins."""
    return _event(RunState.START, refresh, job, at)


def complete(refresh: str, job: str, at: datetime) -> RunEvent:
    """A step that says nothing more, or the whole refresh, has ended well."""
    return _event(RunState.COMPLETE, refresh, job, at)


def failed(refresh: str, job: str, error: str, at: datetime) -> RunEvent:
    """A step, or the whole refresh, has ended with an error."""
    message = error_message_run.ErrorMessageRunFacet(error, "python", producer=PRODUCER)
    return _event(RunState.FAIL, refresh, job, at, run_facets={"errorMessage": message})


def loaded(
    refresh: str,
    raw_table: str,
    files: Sequence[LandingFile],
    fields: Sequence[Field],
    *,
    version: int,
    rows: int,
    at: datetime,
) -> RunEvent:
    """Landing files came into a raw table, which is now at a Delta version."""
    facets = {
        "schema": _schema(fields),
        "version": _version(str(version)),
        "storage": storage_dataset.StorageDatasetFacet("delta", "parquet", producer=PRODUCER),
    }
    output = _output(table(f"raw.{raw_table}"), facets, rows, len(files))
    inputs = [_landing_input(file) for file in files]
    return _event(RunState.COMPLETE, refresh, f"load.{raw_table}", at, inputs=inputs, outputs=[output])


def drifted(refresh: str, raw_table: str, drifts: Sequence[ColumnDrift], at: datetime) -> RunEvent:
    """Columns of landing files were not as the contract of a table says: an assertion each, on the file.

    What the contract accepts has passed; what it refuses or quarantines has not.
    """
    files = dict.fromkeys((drift.path, drift.sha256) for drift in drifts)
    inputs = [
        InputDataset(
            *landing_file(path),
            facets={"version": _version(f"sha256:{sha256}")},
            inputFacets={
                "dataQualityAssertions": drift_assertions(
                    [drift for drift in drifts if (drift.path, drift.sha256) == (path, sha256)]
                )
            },
        )
        for path, sha256 in files
    ]
    return _event(RunState.COMPLETE, refresh, f"drift.{raw_table}", at, inputs=inputs)


def committed(refresh: str, commit: Registered, at: datetime) -> RunEvent:
    """A Delta commit was acknowledged; its run follows from its bytes, so told twice it is one event."""
    written = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        size=sum(file.size for file in commit.files), fileCount=len(commit.files), producer=PRODUCER
    )
    output = OutputDataset(
        *table(f"raw.{commit.table}"),
        facets={"version": _version(str(commit.version))},
        outputFacets={"outputStatistics": written},
    )
    run = commit_run(commit.table, commit.version, commit.sha256)
    return _event(RunState.COMPLETE, refresh, f"{COMMIT_JOB}{commit.table}", at, outputs=[output], run=run)


def commit_run(table_name: str, version: int, sha256: str) -> str:
    """Run id of a commit's event."""
    return str(uuid5(COMMITS, f"{table_name} {version} {sha256}"))


def modelled(refresh: str, model: Model, *, rows: int | None, at: datetime) -> RunEvent:
    """A model was built; rows is None when nobody counted them."""
    facets: dict[str, DatasetFacet] = {
        "schema": _schema([Field(c.name, c.type, c.comment) for c in model.columns]),
        "columnLineage": _column_lineage(model.column_lineage),
    }
    if model.description:
        facets["documentation"] = documentation_dataset.DocumentationDatasetFacet(
            model.description, "text/plain", producer=PRODUCER
        )
    inputs = [InputDataset(*table(name)) for name in model.depends_on]
    output = _output(table(model.name), facets, rows, None)
    return _event(RunState.COMPLETE, refresh, f"model.{model.name}", at, inputs=inputs, outputs=[output])


def checked(refresh: str, stage: str, outcomes: Sequence[Outcome], at: datetime) -> RunEvent:
    """A gate ran; every rule's result stands with the table it speaks of.

    A gate that finds errors has still run well: it completes, and its assertions say what failed.
    """
    tables = dict.fromkeys(outcome.table for outcome in outcomes)
    inputs = [
        InputDataset(
            *table(name),
            inputFacets={"dataQualityAssertions": rule_assertions([o for o in outcomes if o.table == name])},
        )
        for name in tables
    ]
    return _event(RunState.COMPLETE, refresh, f"gate.{stage}", at, inputs=inputs)


def released(refresh: str, number: str, tables: Sequence[str], *, size_bytes: int, at: datetime) -> RunEvent:
    """Tables of the warehouse became a release."""
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        size=size_bytes, fileCount=1, producer=PRODUCER
    )
    output = OutputDataset(
        *release(), facets={"version": _version(number)}, outputFacets={"outputStatistics": statistics}
    )
    inputs = [InputDataset(*table(name)) for name in tables]
    return _event(RunState.COMPLETE, refresh, "release", at, inputs=inputs, outputs=[output])


def _event(
    state: RunState,
    refresh: str,
    job: str,
    at: datetime,
    *,
    inputs: Sequence[InputDataset] = (),
    outputs: Sequence[OutputDataset] = (),
    run_facets: Mapping[str, RunFacet] | None = None,
    run: str | None = None,
) -> RunEvent:
    facets = dict(run_facets or {})
    if job != REFRESH:
        facets["parent"] = parent_run.ParentRunFacet(
            parent_run.Run(refresh), parent_run.Job(JOBS, REFRESH), producer=PRODUCER
        )
    kind = job.partition(".")[0].upper()
    about: dict[str, JobFacet] = {
        "jobType": job_type_job.JobTypeJobFacet("BATCH", "MEDLAKE", kind, producer=PRODUCER)
    }
    return RunEvent(
        eventType=state,
        eventTime=at.isoformat(),
        run=Run(run or run_of(refresh, job), facets),
        job=Job(JOBS, job, about),
        inputs=list(inputs),
        outputs=list(outputs),
        producer=PRODUCER,
    )


def _landing_input(file: LandingFile) -> InputDataset:
    read = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
        rowCount=file.rows, size=file.size_bytes, fileCount=1, producer=PRODUCER
    )
    return InputDataset(
        *landing_file(file.path),
        facets={"version": _version(f"sha256:{file.sha256}")},
        inputFacets={"inputStatistics": read},
    )


def _output(
    name: DatasetName, facets: Mapping[str, DatasetFacet], rows: int | None, files: int | None
) -> OutputDataset:
    written = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=rows, fileCount=files, producer=PRODUCER
    )
    counted = {} if rows is None else {"outputStatistics": written}
    return OutputDataset(*name, facets=dict(facets), outputFacets=dict(counted))


def _version(version: str) -> dataset_version_dataset.DatasetVersionDatasetFacet:
    return dataset_version_dataset.DatasetVersionDatasetFacet(version, producer=PRODUCER)


def _schema(fields: Sequence[Field]) -> schema_dataset.SchemaDatasetFacet:
    shown = [
        schema_dataset.SchemaDatasetFacetFields(field.name, field.type, field.description, number)
        for number, field in enumerate(fields, start=1)
    ]
    return schema_dataset.SchemaDatasetFacet(shown, producer=PRODUCER)


def _column_lineage(
    lineage: Mapping[str, Sequence[tuple[str, str]]],
) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    fields = {
        column: column_lineage_dataset.Fields(
            [column_lineage_dataset.InputField(*table(source), name) for source, name in sources]
        )
        for column, sources in lineage.items()
        if sources
    }
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields, producer=PRODUCER)
