"""Quality gates as asset checks, one per rule and table; a failed `block` rule keeps the release back."""

from collections.abc import Iterator

import dagster as dg

from pipelines.assets import WRITER
from pipelines.assets.preview import shown_keys
from pipelines.clock import now
from pipelines.lake import Lake
from pipelines.refresh.gating import gate
from quality_rules.gate import RuleResult
from quality_rules.suites.reader import Rule, Stage, Suite

SEVERITY = {"block": dg.AssetCheckSeverity.ERROR, "warn": dg.AssetCheckSeverity.WARN}


def gate_checks(lake: Lake, stage: Stage, suite: Suite) -> dg.AssetChecksDefinition:
    """All rules of one stage as checks, run by one Great Expectations pass."""

    @dg.multi_asset_check(name=f"gate_{stage}", specs=[_spec(rule) for rule in suite.rules], pool=WRITER)
    def run(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        report = gate(lake, stage, run_id=context.run.run_id, at=now(), say=context.log.info)
        for result in report.results:
            yield _result(result)

    return run


def check_name(rule_id: str) -> str:
    """A rule id as Dagster allows it in a name."""
    return rule_id.replace("-", "_")


def asset_of(table: str) -> dg.AssetKey:
    """Asset of a qualified table."""
    return dg.AssetKey(table.split("."))


def _spec(rule: Rule) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check_name(rule.id),
        asset=asset_of(rule.table),
        description=f"{rule.title_zh} / {rule.title_en}",
        blocking=rule.severity == "block",
        metadata={"rule": rule.id, "dimension": rule.dimension, "severity": rule.severity},
    )


def _result(result: RuleResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_of(result.table),
        check_name=check_name(result.rule_id),
        passed=result.passed,
        severity=SEVERITY[result.severity],
        metadata={
            "failed rows": result.failed_rows,
            "checked rows": result.checked_rows,
            "sample keys": shown_keys(result.sample_keys),
        },
    )
