"""Findings: per row the list of what was repaired, warned of or broken, NULL for the clean majority.

An element is {k: 'rule|action|column', b: text before, a: text after}. The list is only built for rows in
which something stirs: one cheap test per row decides; elements that do not apply stay NULL until
typed.finding drops them.
"""

from pipelines.sqlmesh.typed.checks import quarantine_rule, warning_rule
from pipelines.sqlmesh.typed.repairs import literal, steps
from pipelines.sqlmesh.typed.values import any_of, logged_sentinels
from quality_rules.contract import Column, Contract


def broken_rules(contract: Contract) -> dict[str, str]:
    """Name -> SQL of the columns that hold the broken rule of a cell: <column>__q and <column>__w."""
    rules = {}
    for column in contract.columns:
        text = f"{column.name}__t"
        if rule := quarantine_rule(contract, column, text, column.name):
            rules[f"{column.name}__q"] = rule
        if rule := warning_rule(column, text):
            rules[f"{column.name}__w"] = rule
    return rules


def is_bad(contract: Contract) -> str:
    """SQL of `_is_bad`: some cell keeps the row out."""
    names = [name for name in broken_rules(contract) if name.endswith("__q")]
    return f"NOT COALESCE({', '.join([*names, 'NULL'])}) IS NULL AS _is_bad"


def findings(contract: Contract) -> str:
    """SQL of the list of findings of a row."""
    signs = ["_is_bad"]
    signs += [f"NOT {name} IS NULL" for name in broken_rules(contract) if name.endswith("__w")]
    elements = []
    for column in contract.columns:
        signs += _signs(column)
        elements += _elements(column, broken_rules(contract))
    return f"CASE WHEN {' OR '.join(signs)} THEN [{', '.join(elements)}] END"


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


def _elements(column: Column, rules: dict[str, str]) -> list[str]:
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
    for suffix, action in (("__q", "quarantined"), ("__w", "warned")):
        if f"{name}{suffix}" in rules:
            key = f"{name}{suffix} || {literal(f'|{action}|{name}')}"
            found.append(_element(f"NOT {name}{suffix} IS NULL", key, 0, None, name))
    return found


def _element(test: str, key: str, before: int, after: int | None, name: str) -> str:
    end = "NULL" if after is None else f"{name}__{after}"
    return f"CASE WHEN {test} THEN {{'k': {key}, 'b': {name}__{before}, 'a': {end}}} END"
