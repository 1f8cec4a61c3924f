"""Runs the main job in this process, on the same Dagster instance that the UI shows."""

from dataclasses import dataclass
from uuid import uuid4

import dagster as dg

from lakehouse.releases import Release, current, find_candidate, read_book
from lakehouse.settings import Settings, adopt
from lakehouse.writer import Say
from pipelines.collector import collect_seldom
from pipelines.console_logger import NAME
from pipelines.definitions import JOB, assemble
from pipelines.instance import open_instance
from pipelines.lake import open_lake
from pipelines.refresh.releasing import standing
from pipelines.run_lease import end_fallen_runs, held, writing


@dataclass(frozen=True)
class RefreshOutcome:
    """What the job came to.

    Attributes:
        run_id: Dagster's id of the run.
        release: The new release, or None when something stopped it or it is not to be read yet.
        explanation: Why there is no release and what to do; empty when there is one.
        is_waiting: A candidate was made and waits for signatures.
    """

    run_id: str
    release: Release | None
    explanation: str
    is_waiting: bool = False


def run_refresh(settings: Settings, say: Say) -> RefreshOutcome:
    """Executes every step of the main job and says what each does."""
    adopt(settings)
    collect_seldom()
    say("loading models and rules")
    job = assemble(open_lake(settings)).resolve_job_def(JOB)
    run_id = str(uuid4())
    with open_instance(settings) as instance:
        for fallen in end_fallen_runs(instance, settings):
            say(f"run {fallen} had no process any more; it is on record as failed")
        with held(settings, run_id), writing(settings, run_id, say):
            result = job.execute_in_process(
                instance=instance, raise_on_error=False, run_config={"loggers": {NAME: {}}}, run_id=run_id
            )
    if result.success:
        return _made(settings, result.run_id)
    return RefreshOutcome(result.run_id, None, _explain(result))


def _made(settings: Settings, run_id: str) -> RefreshOutcome:
    _, made = find_candidate(settings, read_book(settings).newest)
    now = current(settings)
    if now and now.number == made.number:
        return RefreshOutcome(run_id, now, "")
    readers = f"读者仍读 | readers still get release {now.name}" if now else "readers get nothing yet"
    return RefreshOutcome(
        run_id, None, f"候选 | candidate {made.name}: {standing(settings, made)}. {readers}", is_waiting=True
    )


def _explain(result: dg.ExecuteInProcessResult) -> str:
    reasons = []
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error:
            error = event.step_failure_data.error
            while error.cause:
                error = error.cause
            reasons.append(f"step {event.step_key}: {error.message.strip()}")
    for check in result.get_asset_check_evaluations():
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
            rows = str(check.metadata["sample keys"].value)
            reasons.append(f"{check.check_name} on {check.asset_key.to_user_string()}:\n{rows}")
    reasons.append(
        "The release before stays current and nothing that was loaded is lost. "
        "See the failed checks with `make up` (Dagster), correct the cause and run `medlake refresh` again."
    )
    return "\n".join(reasons)
