"""The gate: Great Expectations run on the tables of one stage, inside the DuckDB connection that is given.

Flow: suites (quality_rules.raw_suite.load_suites) + connection -> run_gate() -> GateReport
-> asset checks, medlake__gate_result (gate_results_table), Data Docs (quality_rules.gate_docs).
A failed `block` rule blocks, unless the failed share is within the rule's tolerance: then it warns.
Great Expectations (seconds to import) is imported when a gate runs, not when this module is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb
import pyarrow as pa

from lakehouse.warehouse import load_delta
from quality_rules.suites.reader import Dimension, Rule, RuleError, Severity, Stage, Suite

if TYPE_CHECKING:
    from quality_rules.gate_session import GateSession

__all__ = ["GATE_RESULT", "GateReport", "RuleResult", "gate_results_table", "run_gate"]

GATE_RESULT = "medlake__gate_result"
GATE_RESULT_SCHEMA = pa.schema(
    [
        ("run_id", pa.string()),
        ("stage", pa.string()),
        ("rule_id", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("dimension", pa.string()),
        ("severity", pa.string()),
        ("is_passed", pa.bool_()),
        ("checked_rows", pa.int64()),
        ("failed_rows", pa.int64()),
        ("sample_keys", pa.string()),
        ("description_zh", pa.string()),
        ("description_en", pa.string()),
        ("checked_at", pa.timestamp("us", tz="UTC")),
    ]
)


@dataclass(frozen=True)
class RuleResult:
    """What one rule found; `severity` is the effect of a failure, tolerance already applied."""

    rule_id: str
    stage: Stage
    table: str
    column: str
    dimension: Dimension
    description_zh: str
    description_en: str
    severity: Severity
    passed: bool
    checked_rows: int
    failed_rows: int
    sample_keys: tuple[str, ...]


@dataclass(frozen=True)
class GateReport:
    """All results of one gate; `validations` are Great Expectations' own results, for its documents."""

    stage: Stage
    at: datetime
    results: tuple[RuleResult, ...]
    validations: tuple[Any, ...] = field(default=(), repr=False, compare=False)

    @property
    def blocking(self) -> tuple[RuleResult, ...]:
        """Failed rules that keep the release back."""
        return tuple(result for result in self.results if not result.passed and result.severity == "block")

    @property
    def warnings(self) -> tuple[RuleResult, ...]:
        """Failed rules that are shown and let through."""
        return tuple(result for result in self.results if not result.passed and result.severity == "warn")


def run_gate(
    con: duckdb.DuckDBPyConnection | Path, stage: Stage, suites: Mapping[Stage, Suite], at: datetime
) -> GateReport:
    """Runs every rule of a stage and returns one result per rule, in the order of the suite.

    Args:
        con: An open connection, which stays open and is not written to, or a DuckDB file.
        at: The time of the check, put into the report; nothing here reads a clock.

    Raises:
        RuleError: a rule names an unknown table, column or expectation, or its SQL does not run.
    """
    if isinstance(con, Path):
        with closing(duckdb.connect(str(con), read_only=True)) as opened:
            return run_gate(opened, stage, suites, at)
    if stage in ("raw", "stg"):
        load_delta(con)  # raw tables are views over Delta, and the balance of stg counts them
    suite = suites[stage]
    columns = _catalogue(con)
    for rule in suite.rules:
        _demand_known(rule, suite.keys[rule.table], columns)
    return _run(con, suite, at)


def gate_results_table(report: GateReport, run_id: str) -> pa.Table:
    """The report as rows of `medlake__gate_result`; sample keys are joined by a line break."""
    rows = [
        {
            "run_id": run_id,
            "stage": result.stage,
            "rule_id": result.rule_id,
            "table_name": result.table,
            "column_name": result.column,
            "dimension": result.dimension,
            "severity": result.severity,
            "is_passed": result.passed,
            "checked_rows": result.checked_rows,
            "failed_rows": result.failed_rows,
            "sample_keys": "\n".join(result.sample_keys),
            "description_zh": result.description_zh,
            "description_en": result.description_en,
            "checked_at": report.at,
        }
        for result in report.results
    ]
    return pa.Table.from_pylist(rows, schema=GATE_RESULT_SCHEMA)


def _run(con: duckdb.DuckDBPyConnection, suite: Suite, at: datetime) -> GateReport:
    from quality_rules.gate_session import GateSession

    tables = list(dict.fromkeys(rule.table for rule in suite.rules))
    with closing(GateSession(con, suite.stage)) as session:
        checks = [_check(session, suite, table) for table in tables]
    found = {key: result for _, results in checks for key, result in results.items()}
    ordered = tuple(found[rule.id, rule.table] for rule in suite.rules)
    return GateReport(suite.stage, at, ordered, tuple(validation for validation, _ in checks))


def _check(session: GateSession, suite: Suite, table: str) -> tuple[Any, dict[tuple[str, str], RuleResult]]:
    """One table: GX's own result, and ours by rule."""
    rules = {rule.id: rule for rule in suite.rules if rule.table == table}
    schema, _, name = table.partition(".")
    validation = session.validate(name, [_expectation(rule) for rule in rules.values()], suite.keys[table])
    rows = session.count(f'SELECT count(*) FROM {schema}."{name}"')
    results = {}
    for found in cast("list[Any]", validation.results):
        rule = rules[found.expectation_config.meta["rule"]]
        _demand_ran(rule, found)
        checked = session.count(rule.checked_sql) if rule.checked_sql else rows
        results[rule.id, table] = _result(rule, found.success, found.result, checked)
    return validation, results


def _expectation(rule: Rule) -> Any:
    from quality_rules.gate_session import expectation

    grade = {"block": "critical", "warn": "warning"}[rule.severity]
    about = f"{rule.id} {rule.title_zh} | {rule.title_en}"
    try:
        return expectation(
            rule.expectation, rule.kwargs, meta={"rule": rule.id}, severity=grade, description=about
        )
    except (ValueError, TypeError) as error:
        raise RuleError(f"{rule.source}: rule {rule.id}: {error}") from error


def _demand_ran(rule: Rule, found: Any) -> None:
    """GX turns an error into a failure; a rule that could not be checked is an error of ours."""
    info = found.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            raise RuleError(f"{rule.source}: rule {rule.id} on {rule.table}: {entry['exception_message']}")


def _result(rule: Rule, success: bool, result: Mapping[str, Any], rows: int) -> RuleResult:
    checked = int(result.get("element_count", rows))
    failed = 0 if success else _failed_rows(result)
    tolerated = checked > 0 and Decimal(failed) / checked <= rule.tolerance
    return RuleResult(
        rule_id=rule.id,
        stage=rule.stage,
        table=rule.table,
        column=rule.column,
        dimension=rule.dimension,
        description_zh=rule.title_zh,
        description_en=rule.title_en,
        severity="warn" if failed and tolerated else rule.severity,
        passed=success,
        checked_rows=checked,
        failed_rows=failed,
        sample_keys=() if success else _samples(result),
    )


def _failed_rows(result: Mapping[str, Any]) -> int:
    """Bad rows; for an expectation on the table's shape, the columns too few or too many; at least one."""
    if "unexpected_count" in result:
        return int(result["unexpected_count"])
    if "unexpected_rows" in result.get("details", {}):
        return int(result["observed_value"])
    return max(len(_mismatched(result)), 1)


def _samples(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Up to five bad rows as `column=value, ...`, in a fixed order."""
    rows = (
        result.get("details", {}).get("unexpected_rows")
        or result.get("partial_unexpected_index_list")
        or result.get("partial_unexpected_list")
        or _mismatched(result)
    )
    return tuple(sorted({_shown(row) for row in rows})[:5])


def _mismatched(result: Mapping[str, Any]) -> list[dict[str, str]]:
    mismatch = result.get("details", {}).get("mismatched", {})
    return [{kind: name} for kind in ("missing", "unexpected") for name in mismatch.get(kind, [])]


def _shown(row: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items()) if isinstance(row, dict) else str(row)


def _catalogue(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Columns of every table and view, by qualified name."""
    rows = con.execute(
        "SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index) "
        "FROM duckdb_columns() WHERE database_name = current_database() GROUP BY ALL"
    ).fetchall()
    return {table: set(names) for table, names in rows}


def _demand_known(rule: Rule, key: Sequence[str], columns: Mapping[str, set[str]]) -> None:
    where = f"{rule.source}: rule {rule.id}"
    if rule.table not in columns:
        raise RuleError(f"{where}: there is no table {rule.table}")
    for name in (*filter(None, rule.column.split(",")), *key):
        if name not in columns[rule.table]:
            raise RuleError(f"{where}: table {rule.table} has no column {name}")
