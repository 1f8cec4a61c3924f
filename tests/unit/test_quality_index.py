"""The data quality index against arithmetic by hand, and the file of checks that a release keeps."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality_rules.gate import GATE_RESULT_SCHEMA
from quality_rules.index.checks import ATTACHMENT, Check, keep_checks, read_checks
from quality_rules.index.score import Weights, load_weights, score, score_by

WEIGHTS = Weights({"completeness": 30, "validity": 10}, Decimal(60))
GREEN = Check("core", "R", "core.lot", "", "validity", "warn", True, 100, 0, "", "甲", "a")


def failed(rows: int, of: int, dimension: str = "validity", severity: str = "warn") -> Check:
    return replace(
        GREEN, checked_rows=of, failed_rows=rows, is_passed=not rows, dimension=dimension, severity=severity
    )


def test_the_index_is_weighted_over_what_was_measured() -> None:
    """Prevents an index that differs from its formula: (30 x 1 + 10 x (1 + 0.5) / 2) / 40."""
    found = score([failed(0, 7, "completeness"), GREEN, failed(5, 10)], WEIGHTS)
    assert found.index == Decimal("93.75")
    assert found.dimensions == {"completeness": Decimal(1), "validity": Decimal("0.75")}
    assert (found.check_count, found.failed_count) == (3, 1)


def test_without_evidence_there_is_no_index() -> None:
    """Prevents a rule that looked at nothing, or a dimension nobody measured, from standing as green."""
    assert score([failed(0, 0)], WEIGHTS).index is None
    found = score([failed(0, 0, "completeness"), failed(1, 4)], WEIGHTS)
    assert found.index == Decimal("75.00")
    assert "completeness" not in found.dimensions


def test_a_failed_blocking_rule_caps_the_index() -> None:
    """Prevents ninety-nine green rules from hiding the one that matters."""
    checks = [GREEN] * 99 + [failed(1, 100, severity="block")]
    assert score(checks, WEIGHTS).index == Decimal("60.00")
    assert score([replace(GREEN, severity="block")], WEIGHTS).index == Decimal("100.00")
    assert score([failed(9, 10, severity="block")], WEIGHTS).index == Decimal("10.00")


@given(
    st.lists(
        st.tuples(st.sampled_from(["completeness", "validity"]), st.integers(0, 9), st.integers(0, 20)),
        max_size=12,
    )
)
def test_the_index_equals_fractions(rows: list[tuple[str, int, int]]) -> None:
    """Prevents rounding on the way: the same by exact fractions, more failures than rows included."""
    found = score([failed(bad, of, name) for name, bad, of in rows], WEIGHTS)
    means = {}
    for name in WEIGHTS.of:
        shares = [max(1 - Fraction(bad, of), Fraction(0)) for known, bad, of in rows if known == name and of]
        if shares:
            means[name] = sum(shares, Fraction(0)) / len(shares)
    if not means:
        assert found.index is None
        return
    exact = (
        100
        * sum(WEIGHTS.of[name] * mean for name, mean in means.items())
        / sum(WEIGHTS.of[name] for name in means)
    )
    assert found.index is not None
    assert abs(Fraction(found.index) - exact) <= Fraction(1, 200) + Fraction(1, 10**20)


def test_layers_of_a_source_stand_together() -> None:
    """Prevents a source with three scores, one per layer, of which nobody knows the right one."""
    names = ["raw.sap_a__mara", "stg.sap_a__mara", "sap_a__mara", "mart.finding", "core.lot"]
    found = score_by([replace(GREEN, table_name=name) for name in names], lambda c: c.source_code, WEIGHTS)
    assert {name: part.check_count for name, part in found.items()} == {"sap_a": 3, "integrated": 2}
    assert {replace(GREEN, table_name=name).source_table for name in names[:3]} == {"sap_a__mara"}


def test_the_weights_of_the_house_name_every_dimension() -> None:
    """Prevents a dimension of a rule that silently weighs nothing."""
    from typing import get_args

    from quality_rules.suites.reader import Dimension

    assert set(load_weights().of) == set(get_args(Dimension))
    assert sum(load_weights().of.values()) == 100


@pytest.fixture
def released(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """What the marts of a release say of quality."""
    con = duckdb.connect()
    con.execute("""
        CREATE SCHEMA mart;
        CREATE TABLE mart.conservation AS SELECT * FROM (VALUES
          ('landing', 'sap_a__mara', 100), ('stg', 'sap_a__mara', 90), ('landing', 'no contract', 3)
        ) AS t(stage_code, name, rows_in);
        CREATE TABLE mart.quarantine AS SELECT * FROM (VALUES
          ('sap_a__mara', 'f', 1, 1, 'DQ-TYP-001', 'open'),
          ('sap_a__mara', 'f', 1, 1, 'DQ-ENU-001', 'open'),
          ('sap_a__mara', 'f', 2, 1, 'DQ-TYP-001', 'accepted'),
          ('sap_a__mara', 'f', 3, 1, 'DQ-REQ-001', 'fixed'),
          ('sap_a__mara', 'g', 0, 7, 'DQ-FIL-002', 'open')
        ) AS t(source_table, file_sha256, row_no, record_count, rule_id, state_code);
        CREATE TABLE mart.arrival AS SELECT * FROM (VALUES
          ('sap_a__mara', true, 'backfilled'), ('sap_a__mara', true, 'missing'),
          ('sap_a__mara', true, 'on_time'), ('sap_a__mara', true, 'late'),
          ('sap_a__mara', true, 'pending'), ('sap_a__mara', false, 'not_expected'),
          ('sap_a__makt', true, 'backfilled')
        ) AS t(source_table, is_expected, state_code);
        CREATE TABLE mart.consistency AS SELECT 50 AS compared_count, 48 AS equal_count;
    """)
    return con


def test_a_release_keeps_its_gates_and_what_its_tables_tell(
    released: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Prevents a record that breaks two rules from counting twice, one let pass from counting at all, a
    refused file from counting as one record, files that lay there at the beginning from counting as on time,
    and results that carry the moment of the run: the same release must keep the same bytes."""
    row = {
        "run_id": "r",
        "stage": "core",
        "rule_id": "CORE-LOT-001",
        "table_name": "core.lot",
        "column_name": "lot_id",
    }
    row |= {
        "dimension": "uniqueness",
        "severity": "block",
        "is_passed": True,
        "checked_rows": 9,
        "failed_rows": 0,
    }
    row |= {"sample_keys": "", "description_zh": "甲", "description_en": "a", "checked_at": None}
    results = pa.Table.from_pylist([row], GATE_RESULT_SCHEMA)
    keep_checks(results)(released, tmp_path / ATTACHMENT)
    checks = read_checks(tmp_path)
    assert checks is not None
    found = {
        (c.rule_id, c.table_name, c.dimension): (c.checked_rows, c.failed_rows, c.is_passed) for c in checks
    }
    assert found == {
        ("CORE-LOT-001", "core.lot", "uniqueness"): (9, 0, True),
        ("DQ-REC", "sap_a__mara", "validity"): (100, 1, False),
        ("DQ-REC", "sap_a__mara", "completeness"): (100, 8, False),
        ("DQ-ARR-001", "sap_a__mara", "completeness"): (4, 1, False),
        ("DQ-ARR-001", "sap_a__makt", "completeness"): (1, 0, True),
        ("DQ-ARR-002", "sap_a__mara", "timeliness"): (2, 1, False),
        ("DQ-CSY-001", "mart.consistency", "consistency"): (50, 2, False),
    }
    again = pa.Table.from_pylist([row | {"run_id": "other"}], GATE_RESULT_SCHEMA)
    keep_checks(again)(released, tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / ATTACHMENT).read_bytes()


def test_a_release_from_before_says_nothing(tmp_path: Path) -> None:
    """Prevents a release without results from being shown as one without failures."""
    assert read_checks(tmp_path) is None
