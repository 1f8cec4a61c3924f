"""A step that fails leaves a FAIL event, whoever started the run."""

import dagster as dg

from pipelines.emit import deliver, emit_failure
from pipelines.lake import Lake
from pipelines.refresh import now


def report_failure(lake: Lake) -> dg.HookDefinition:
    """The hook of one lake."""

    @dg.failure_hook(name="report_failure")
    def hook(context: dg.HookContext) -> None:
        emit_failure(lake, context.run_id, context.step_key, str(context.op_exception), now())
        deliver(lake, context.log.info)

    return hook
