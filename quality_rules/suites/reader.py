"""Reads the rule tables of the gates; whatever is missing, misspelt or unknown raises with file and rule id.

Flow: quality_rules/suites/<stage>.yaml -> read_suite() -> Suite of Rules -> quality_rules.gate.run_gate.
A suite file holds `tables` (each with its `grain`, the columns that name one row) and `rules`. A rule has
id, table, severity, tolerance, dimension, title ("中文 | English") and either `expect` + `kwargs` (a Great
Expectations expectation by its type) or `sql` (a query that returns the bad rows, their key columns only);
`of` is optional with `sql`: a query for the number of rows checked, when that is not the table's row count.
Each table's grain makes two rules by itself: unique, and without nulls. A table without a grain, such as a
list of findings, has a `key` instead, which only names rows in samples.
Alone: python -c "from quality_rules.suites.reader import *; print(read_suite(SUITES_FOLDER / 'core.yaml'))"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Stage = Literal["raw", "stg", "core", "mart"]
Severity = Literal["block", "warn"]
Dimension = Literal["validity", "completeness", "accuracy", "consistency", "timeliness", "uniqueness"]

SUITES_FOLDER = Path(__file__).parent
SQL_EXPECTATION = "expect_no_bad_rows"  # quality_rules.engine
RULE_KEYS = frozenset({"id", "table", "severity", "tolerance", "dimension", "title"})
RULE_ID = re.compile(r"(RAW|STG|CORE|MART)-[A-Z]{3}-\d{3}")


class RuleError(ValueError):
    """A rule that must not be used; the message names the suite file, the rule and what to do."""


@dataclass(frozen=True)
class Rule:
    """One check on one table.

    Attributes:
        table: Qualified by schema, such as `core.lot`.
        expectation: Type of a Great Expectations expectation, in snake case.
        kwargs: Its arguments; `unexpected_rows_query` holds the SQL of a rule written as a query.
        tolerance: Failed share of the checked rows up to which a `block` rule only warns.
        source: The suite file or the contract the rule comes from, for error messages.
    """

    id: str
    stage: Stage
    table: str
    expectation: str
    kwargs: Mapping[str, Any]
    severity: Severity
    tolerance: Decimal
    dimension: Dimension
    title_zh: str
    title_en: str
    source: str
    checked_sql: str | None = None

    @property
    def column(self) -> str:
        """The column or columns checked, '' for a rule on the table."""
        if "column" in self.kwargs:
            return str(self.kwargs["column"])
        pair = [self.kwargs[key] for key in ("column_A", "column_B") if key in self.kwargs]
        return ",".join(self.kwargs.get("column_list", pair))


@dataclass(frozen=True)
class Suite:
    """All rules of one stage; `keys` gives, by table, the columns that name a row in a sample."""

    stage: Stage
    rules: tuple[Rule, ...]
    keys: Mapping[str, tuple[str, ...]]


def read_suite(file: Path) -> Suite:
    """The suite of one file, grain rules first.

    Raises:
        RuleError: naming the file and, where it applies, the rule.
    """
    tree = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    stage: Stage = tree.get("stage")
    _demand(stage in get_args(Stage) and stage == file.stem, file, "", "stage must be the file's name")
    _demand(set(tree) == {"stage", "tables", "rules"}, file, "", "a suite holds stage, tables and rules")
    for name, entry in tree["tables"].items():
        _demand(set(entry) in ({"grain"}, {"key"}), file, "", f"table {name} needs a grain or a key")
    grains = {f"{stage}.{name}": tuple(e["grain"]) for name, e in tree["tables"].items() if "grain" in e}
    keys = grains | {f"{stage}.{name}": tuple(e["key"]) for name, e in tree["tables"].items() if "key" in e}
    rules = [_rule(file, stage, entry, keys) for entry in tree["rules"]]
    ids = [rule.id for rule in rules]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    _demand(not twice, file, twice[0] if twice else "", "id is given twice")
    grain = [rule for table, grain in grains.items() for rule in grain_rules(stage, table, grain, str(file))]
    return Suite(stage=stage, rules=(*grain, *rules), keys=keys)


def grain_rules(stage: Stage, table: str, grain: tuple[str, ...], source: str) -> tuple[Rule, Rule]:
    """A table's grain as two blocking rules: one row per grain, and no grain without a value."""
    several = len(grain) > 1
    unique = Rule(
        id=f"{stage.upper()}-KEY-001",
        stage=stage,
        table=table,
        expectation=f"expect_{'compound_columns' if several else 'column_values'}_to_be_unique",
        kwargs={"column_list": list(grain)} if several else {"column": grain[0]},
        severity="block",
        tolerance=Decimal(0),
        dimension="uniqueness",
        title_zh="主键唯一",
        title_en="One row per key",
        source=source,
    )
    return unique, not_null_rule(f"{stage.upper()}-KEY-002", stage, table, grain, grain, source)


def not_null_rule(
    rule_id: str, stage: Stage, table: str, columns: tuple[str, ...], key: tuple[str, ...], source: str
) -> Rule:
    """One rule for all columns of a table that must hold a value."""
    shown = ", ".join(f'"{name}"' for name in key)
    empty = " OR ".join(f'"{name}" IS NULL' for name in columns)
    schema, _, name = table.partition(".")
    return Rule(
        id=rule_id,
        stage=stage,
        table=table,
        expectation=SQL_EXPECTATION,
        kwargs={"unexpected_rows_query": f'SELECT {shown} FROM {schema}."{name}" WHERE {empty}'},
        severity="block",
        tolerance=Decimal(0),
        dimension="completeness",
        title_zh=f"必填列有值：{'、'.join(columns)}",
        title_en=f"Required columns hold a value: {', '.join(columns)}",
        source=source,
    )


def _rule(file: Path, stage: Stage, entry: Mapping[str, Any], keys: Mapping[str, Any]) -> Rule:
    rule_id = str(entry.get("id", ""))
    sql = "sql" in entry
    shape = RULE_KEYS | ({"sql"} if sql else {"expect", "kwargs"})
    _demand(bool(RULE_ID.fullmatch(rule_id)), file, rule_id, "id must read STAGE-ABC-123")
    _demand(rule_id.startswith(stage.upper()), file, rule_id, f"id must begin with {stage.upper()}")
    given = set(entry) - ({"of"} if sql else set())
    _demand(given == shape, file, rule_id, f"keys must be exactly {sorted(shape)}")
    table = f"{stage}.{entry['table']}"
    _demand(table in keys, file, rule_id, f"table {table} is not under tables; add it with its grain")
    _demand(entry["severity"] in get_args(Severity), file, rule_id, f"severity: {get_args(Severity)}")
    _demand(entry["dimension"] in get_args(Dimension), file, rule_id, f"dimension: {get_args(Dimension)}")
    tolerance = Decimal(str(entry["tolerance"]))
    _demand(0 <= tolerance < 1, file, rule_id, "tolerance is a share, from 0 to below 1")
    halves = str(entry["title"]).split(" | ")
    _demand(len(halves) == 2 and all(halves), file, rule_id, 'title must read "中文 | English"')
    return Rule(
        id=rule_id,
        stage=stage,
        table=table,
        expectation=SQL_EXPECTATION if sql else entry["expect"],
        kwargs={"unexpected_rows_query": entry["sql"].strip()} if sql else entry["kwargs"],
        severity=entry["severity"],
        tolerance=tolerance,
        dimension=entry["dimension"],
        title_zh=halves[0],
        title_en=halves[1],
        source=str(file),
        checked_sql=entry.get("of"),
    )


def _demand(condition: bool, file: Path, rule_id: str, remedy: str) -> None:
    if not condition:
        raise RuleError(f"{file}: {f'rule {rule_id}: ' if rule_id else ''}{remedy}")
