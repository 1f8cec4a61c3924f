"""Runs the rules of a stage, and keeps every result whatever it is."""

from datetime import datetime

from lakehouse.warehouse import connect, load_delta, mount_raw
from lakehouse.writer import Say
from pipelines.emit import emit_gate
from pipelines.evidence.recorder import record
from pipelines.lake import Lake
from pipelines.notices import deliver_notice, gate_notice
from pipelines.refresh.inputs import pinned_versions
from quality_rules.gate import GATE_RESULT, GATE_RESULT_SCHEMA, GateReport, gate_results_table, run_gate
from quality_rules.gate_docs import keep_results
from quality_rules.raw_suite import load_suites
from quality_rules.suites.reader import Stage


def gate(lake: Lake, stage: Stage, *, run_id: str, at: datetime, say: Say) -> GateReport:
    """Runs the rules of one stage and keeps every result, whatever it is."""
    suites = load_suites(lake.contracts)
    with connect(lake.settings.build_path, read_only=False, settings=lake.settings) as connection:
        if stage == "raw":
            load_delta(connection)
            mount_raw(connection, lake.zone, pinned_versions(lake, run_id))
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
