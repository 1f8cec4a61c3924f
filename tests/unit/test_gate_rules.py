"""Rule tables of the gates: read strictly, and derived from contracts without Great Expectations."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from quality_rules.contract import load_contracts
from quality_rules.quarantine.standing import Outcome
from quality_rules.raw_suite import PROVENANCE, balance_rule, load_suites, raw_suite, typed_suite
from quality_rules.suites.reader import SUITES_FOLDER, RuleError, read_suite

GOOD = """
stage: core
tables:
  lot: {grain: [lot_id]}
  movement: {grain: [site_code, document_no]}
  note: {key: [note_id]}
rules:
  - id: CORE-LOT-001
    table: lot
    expect: expect_column_values_to_not_be_null
    kwargs: {column: product_id}
    severity: block
    tolerance: 0.02
    dimension: completeness
    title: 批次有物料 | A lot has a product
"""
BROKEN = {
    "unknown table": ("table: lot", "table: lots", "core.lots is not under tables"),
    "unknown severity": ("severity: block", "severity: fatal", "severity"),
    "no tolerance": ("    tolerance: 0.02\n", "", "keys must be exactly"),
    "tolerance of everything": ("tolerance: 0.02", "tolerance: 1", "tolerance is a share"),
    "unknown dimension": ("dimension: completeness", "dimension: beauty", "dimension"),
    "one language": (" | A lot has a product", "", "title must read"),
    "id of another stage": ("CORE-LOT-001", "MART-LOT-001", "id must begin with CORE"),
    "id without a number": ("CORE-LOT-001", "CORE-LOT", "id must read"),
    "both sql and expect": ("    kwargs:", "    sql: SELECT 1\n    kwargs:", "keys must be exactly"),
}


def suite_file(folder: Path, text: str) -> Path:
    file = folder / "core.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_suite_gives_its_rules_and_two_for_every_grain(tmp_path: Path) -> None:
    """Prevents a table whose grain nobody checks, and rules that lose a word on the way."""
    suite = read_suite(suite_file(tmp_path, GOOD))
    assert [(rule.id, rule.table) for rule in suite.rules] == [
        ("CORE-KEY-001", "core.lot"),
        ("CORE-KEY-002", "core.lot"),
        ("CORE-KEY-001", "core.movement"),
        ("CORE-KEY-002", "core.movement"),
        ("CORE-LOT-001", "core.lot"),
    ]
    assert suite.keys["core.note"] == ("note_id",)
    assert suite.rules[2].kwargs == {"column_list": ["site_code", "document_no"]}
    last = suite.rules[-1]
    assert (last.severity, last.tolerance, last.column) == ("block", Decimal("0.02"), "product_id")
    assert (last.title_zh, last.title_en) == ("批次有物料", "A lot has a product")


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_a_broken_rule_is_refused_with_file_and_rule(tmp_path: Path, case: str) -> None:
    """Prevents a misspelt rule from being skipped, and an error from which nobody finds the line."""
    old, new, remedy = BROKEN[case]
    file = suite_file(tmp_path, GOOD.replace(old, new))
    with pytest.raises(RuleError, match=remedy) as raised:
        read_suite(file)
    assert str(file) in str(raised.value)
    assert "rule " in str(raised.value)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    """Prevents one result from hiding another under the same id."""
    entry = GOOD[GOOD.index("  - id") :]
    with pytest.raises(RuleError, match="CORE-LOT-001: id is given twice"):
        read_suite(suite_file(tmp_path, GOOD + entry))


def test_the_rules_of_the_house_can_be_read() -> None:
    """Prevents a suite file that only fails when a refresh has already built the warehouse."""
    suites = load_suites(load_contracts())
    assert set(suites) == {"raw", "stg", "core", "mart"}
    for suite in suites.values():
        marks = [(rule.id, rule.table) for rule in suite.rules]
        assert len(marks) == len(set(marks)) > 5
    assert {file.stem for file in SUITES_FOLDER.glob("*.yaml")} == {"stg", "core", "mart"}


def test_every_contract_has_its_raw_and_typed_rules() -> None:
    """Prevents a new source from passing the gates unchecked."""
    contracts = load_contracts()
    contract = contracts["sap_a__mseg"]
    raw, typed = raw_suite(contracts.values()), typed_suite(contracts.values())
    shape = next(rule for rule in raw.rules if rule.table == "raw.sap_a__mseg")
    assert shape.kwargs["column_set"] == [*(c.physical_name for c in contract.columns), *PROVENANCE]
    assert typed.keys["stg.sap_a__mseg"] == contract.key
    assert len(raw.rules) == 3 * len(contracts) + 3
    assert len(typed.rules) == 2 * len(contracts) + 1


def test_the_balance_names_the_table_that_lost_a_row() -> None:
    """Prevents a row lost between raw and typed from going unseen, whatever people decided on others."""
    con = duckdb.connect()
    con.execute("CREATE SCHEMA raw; CREATE SCHEMA stg")
    for name, rows_in, rows_out in (("whole", 100, 96), ("leaky", 100, 97), ("accepting", 100, 100)):
        con.execute(f"CREATE TABLE raw.{name} AS SELECT range AS id FROM range({rows_in})")
        con.execute(f"CREATE TABLE stg.{name} AS SELECT range AS id FROM range({rows_out})")
    con.execute(
        "CREATE TABLE stg.finding AS SELECT * FROM (VALUES "
        "('whole', 'f', 1, 'quarantined'), ('whole', 'f', 1, 'quarantined'), ('whole', 'f', 2, 'merged'), "
        "('whole', 'f', 3, 'fixed'), ('whole', 'f', 4, 'rejected'), ('accepting', 'f', 1, 'accepted'), "
        "('leaky', 'f', 1, 'quarantined'), ('leaky', 'f', 2, 'merged'), ('leaky', 'f', 3, 'repaired')) "
        "AS t(source_table, file_sha256, row_no, action)"
    )
    equation = balance_rule(["accepting", "leaky", "whole"])
    assert con.execute(equation.kwargs["unexpected_rows_query"]).fetchall() == [("leaky",)]


def test_nothing_imports_great_expectations_before_a_gate_runs() -> None:
    """Prevents every command and every Dagster process from paying seconds for an import it does not need."""
    code = (
        "import sys, quality_rules.gate, quality_rules.raw_suite; print('great_expectations' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_gates_know_what_decisions_leave_in_findings() -> None:
    """Prevents the first decision of a person from blocking every release after it."""
    outcomes = {*get_args(Outcome)} | {"quarantined", "repaired", "warned", "merged"}
    suites = load_suites(load_contracts())
    for rule_id, stage in (("STG-FND-001", "stg"), ("MART-FND-001", "mart")):
        (rule,) = (rule for rule in suites[stage].rules if rule.id == rule_id)
        assert outcomes <= set(rule.kwargs["value_set"])
