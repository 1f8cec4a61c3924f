"""Findings: per row the list of what was repaired, warned of or broken, NULL for the clean majority.

An element is {k: 'rule|action|column', b: text before, a: text after}. The list is only built for rows in
which something stirs: one cheap test per row decides; elements that do not apply stay NULL until
typed.finding drops them.
"""

from pipelines.sqlmesh.typed.checks import Check, first_broken, quarantine_checks, warning_checks
from pipelines.sqlmesh.typed.decided import (
    CELL_ACTION,
    STIRS,
    is_accepted,
    record_findings,
    unless_accepted,
)
from pipelines.sqlmesh.typed.repairs import literal, steps
from pipelines.sqlmesh.typed.rules import NOT_ACCEPTABLE
from pipelines.sqlmesh.typed.values import any_of, logged_sentinels
from quality_rules.contract import Column, Contract


def broken_rules(contract: Contract, *, is_decided: bool) -> dict[str, str]:
    """Name -> SQL of the columns that hold the broken rule of a cell: <column>__q and <column>__w."""
    rules = {}
    for column in contract.columns:
        checks = _quarantine_checks(contract, column)
        if is_decided:
            checks = [(unless_accepted(test, rule), rule) for test, rule in checks]
        if checks:
            rules[f"{column.name}__q"] = first_broken(checks)
        if warnings := warning_checks(column, f"{column.name}__t"):
            rules[f"{column.name}__w"] = first_broken(warnings)
    return rules


def is_bad(contract: Contract) -> str:
    """SQL of `_is_bad`: some cell keeps the row out."""
    names = [name for name in broken_rules(contract, is_decided=False) if name.endswith("__q")]
    return f"NOT COALESCE({', '.join([*names, 'NULL'])}) IS NULL{unless_deleted(contract)} AS _is_bad"


def unless_deleted(contract: Contract) -> str:
    """SQL added to a condition: not for a row that marks a deletion; it retires its key whatever it says."""
    marks = [column.name for column in contract.columns if column.is_tombstone]
    return f" AND NOT COALESCE({marks[0]}, FALSE)" if marks else ""


def findings(contract: Contract, *, is_decided: bool) -> str:
    """SQL of the list of findings of a row; decisions, where there are any, are findings too."""
    rules = broken_rules(contract, is_decided=is_decided)
    signs = ["_is_bad", *(STIRS if is_decided else ())]
    signs += [f"NOT {name} IS NULL" for name in rules if name.endswith("__w")]
    elements = record_findings() if is_decided else []
    for column in contract.columns:
        signs += _signs(column)
        elements += _elements(column, rules, CELL_ACTION if is_decided else "'quarantined'")
        elements += _accepted(contract, column) if is_decided else []
    stirs = f"({' OR '.join(signs)}){unless_deleted(contract)}"
    return f"CASE WHEN {stirs} THEN [{', '.join(elements)}] END"


def _quarantine_checks(contract: Contract, column: Column) -> list[Check]:
    return quarantine_checks(contract, column, f"{column.name}__t", column.name)


def _accepted(contract: Contract, column: Column) -> list[str]:
    """Rules a person waived for the record, where they would have kept it out."""
    checks = _quarantine_checks(contract, column)
    return [
        _element(
            f"{is_accepted(rule)} AND ({test})",
            literal(f"{rule}|accepted|{column.name}"),
            0,
            None,
            column.name,
        )
        for test, rule in checks
        if rule not in NOT_ACCEPTABLE
    ]


def _signs(column: Column) -> list[str]:
    """Tests that a logged repair or sentinel changed the cell; runs of logged steps need one comparison."""
    signs, start = [], 0
    ends = [i for i, step in enumerate(steps(column)) if step.rule_id is None] + [len(steps(column))]
    for end in ends:
        if end > start:
            signs.append(f"{column.name}__{start} <> {column.name}__{end}")
        start = end + 1
    if words := logged_sentinels(column):
        signs.append(any_of(f"{column.name}__{len(steps(column))}", words))
    return signs


def _elements(column: Column, rules: dict[str, str], kept_out: str) -> list[str]:
    name, last = column.name, len(steps(column))
    found = [
        _element(
            f"{name}__{i} <> {name}__{i + 1}", literal(f"{step.rule_id}|repaired|{name}"), i, i + 1, name
        )
        for i, step in enumerate(steps(column))
        if step.rule_id
    ]
    if words := logged_sentinels(column):
        test = any_of(f"{name}__{last}", words)
        found.append(_element(test, literal(f"RP-NUL-001|repaired|{name}"), 0, None, name))
    for suffix, action in (("__q", kept_out), ("__w", "'warned'")):
        if f"{name}{suffix}" in rules:
            key = f"{name}{suffix} || '|' || {action} || {literal(f'|{name}')}"
            found.append(_element(f"NOT {name}{suffix} IS NULL", key, 0, None, name))
    return found


def _element(test: str, key: str, before: int, after: int | None, name: str) -> str:
    end = "NULL" if after is None else f"{name}__{after}"
    return f"CASE WHEN {test} THEN {{'k': {key}, 'b': {name}__{before}, 'a': {end}}} END"
