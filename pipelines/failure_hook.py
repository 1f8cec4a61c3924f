"""A step that fails leaves a FAIL event and sends a notice, whoever started the run."""

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError

from pipelines.clock import now
from pipelines.emit import deliver, emit_failure
from pipelines.lake import Lake
from pipelines.notices import deliver_notice, step_notice


def report_failure(lake: Lake) -> dg.HookDefinition:
    """The hook of one lake."""

    @dg.failure_hook(name="report_failure")
    def hook(context: dg.HookContext) -> None:
        reason, at = str(context.op_exception), now()
        emit_failure(lake, context.run_id, context.step_key, reason, at)
        deliver(lake, context.log.info)
        # A gate that blocks has sent its own notice, which names the rules and the rows.
        if not isinstance(context.op_exception, DagsterAssetCheckFailedError):
            notice = step_notice(lake.settings.data_dir, context.run_id, context.step_key, reason, at)
            deliver_notice(lake.settings.operation, notice, context.log.error)

    return hook
