"""Builds stg, core and mart in the private warehouse from the mounted raw zone.

raw views -> typed tables -> SQLMesh (plan when models changed, else run) -> BuildReport
SQLMesh's clock is the refresh number: refresh n executes at 2000-01-01 + n days, so every model has exactly
one missing interval and is rebuilt, and nothing depends on the wall clock.
Alone: mount raw (lakehouse.warehouse.mount_raw), then build(Settings.from_env(), refresh_no)
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlmesh import Context
from sqlmesh.core.console import set_console
from sqlmesh.utils.errors import SQLMeshError

from lakehouse.settings import Settings
from lakehouse.warehouse import connect, load_delta
from pipelines.sqlmesh.audit_samples import sampled_keys
from pipelines.sqlmesh.project import open_context
from pipelines.sqlmesh.typed.materialise import TypedTable, TypingFailed, materialise
from pipelines.sqlmesh.watch import AuditListener, AuditRun, BuildWatch, ModelRun
from quality_rules.contract import load_contracts

__all__ = ["AuditRun", "BuildFailed", "BuildReport", "ModelRun", "build"]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class BuildFailed(RuntimeError):
    """A model could not be built or a blocking audit found rows; the message names model and reason.

    `report` holds what was built until then, and the models that audits stopped.
    """

    def __init__(self, message: str, report: "BuildReport | None" = None) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True)
class BuildReport:
    """What a build did, in the order it was done."""

    models: tuple[ModelRun, ...]
    typed: tuple[TypedTable, ...]
    is_planned: bool


def build(
    settings: Settings, refresh_no: int, on_model: Callable[[ModelRun], None] | None = None
) -> BuildReport:
    """Brings the warehouse in step with the mounted raw zone and the models.

    Args:
        settings: The lake.
        refresh_no: Ordinal of the refresh, from 1; a number already built is built again.
        on_model: Told of every model as soon as it is done.

    Raises:
        BuildFailed: A table could not be typed, a model not built, or a blocking audit found rows.
    """
    typed = _typed_tables(settings)
    context, watch = _watched_context(settings)
    watch.start(on_model)
    try:
        with warnings.catch_warnings():
            # SQLMesh 0.236.4 reads dates of seeds in a way that pandas is about to drop; the pin holds both.
            warnings.filterwarnings("ignore", module=r"sqlmesh\.core\.model\.definition")
            is_planned = _refresh(context, EPOCH + timedelta(days=refresh_no))
    except SQLMeshError as error:
        report = BuildReport((*watch.runs, *watch.not_built()), typed, False)
        raise BuildFailed("; ".join(watch.failures) or str(error), report) from error
    finally:
        # Others open the build file next; DuckDB refuses a second configuration while this one is open.
        context.close()
    return BuildReport(tuple(watch.runs), typed, is_planned)


def _typed_tables(settings: Settings) -> tuple[TypedTable, ...]:
    connection = connect(settings.build_path, read_only=False, settings=settings)
    try:
        load_delta(connection)
        return materialise(connection, load_contracts())
    except TypingFailed as error:
        raise BuildFailed(str(error)) from error
    finally:
        connection.close()


def _watched_context(settings: Settings) -> tuple[Context, BuildWatch]:
    """The process's context with our console and our ear for audits."""
    context, watch = open_context(settings), BuildWatch()
    set_console(watch)
    context.console = watch
    context.notification_target_manager = AuditListener(watch, partial(sampled_keys, context.engine_adapter))
    return context, watch


def _refresh(context: Context, at: datetime) -> bool:
    """Plans when models changed, else runs; returns whether it planned."""
    plan = context.plan_builder("prod", skip_tests=True, run=True, execution_time=at).build()
    if plan.has_changes:
        context.apply(plan)
        context.run_janitor(ignore_ttl=True)
        return True
    status = context.run("prod", execution_time=at, end=at, skip_janitor=True)
    if status.is_nothing_to_do:
        _rebuild(context, at)
    if status.is_failure:
        raise SQLMeshError("the run failed")
    return False


def _rebuild(context: Context, at: datetime) -> None:
    """Builds a refresh number again: its intervals are taken back first, because run skips what is done."""
    names = [model.name for model in context.models.values() if not model.kind.is_symbolic]
    plan = context.plan_builder("prod", skip_tests=True, restate_models=names, execution_time=at).build()
    context.apply(plan)
