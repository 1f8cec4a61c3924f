"""Rules that need no writing: what the contracts already say about the raw and the typed tables.

Flow: contracts -> raw_suite() for raw.<contract>, typed_rules() for stg.<contract> -> suites of the gate.
Raw: columns as declared plus provenance, provenance never empty, one row per (file, record).
Typed: one row per key, required columns filled, and one equation over all tables at once:
rows in = rows out + merged + quarantined + rejected. How much may be quarantined: mart.quarantine_tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from quality_rules.contract import Contract
from quality_rules.raw_books import LOAD, book_rules
from quality_rules.suites.reader import (
    SQL_EXPECTATION,
    SUITES_FOLDER,
    Rule,
    Stage,
    Suite,
    grain_rules,
    not_null_rule,
    read_suite,
)

PROVENANCE = ("_file_sha256", "_row", "_load_id", "_contract_version", "_extracted_on", "_loaded_at")
ADDRESS = ("_file_sha256", "_row")


def load_suites(contracts: Mapping[str, Contract], folder: Path = SUITES_FOLDER) -> dict[Stage, Suite]:
    """The suites of all four stages."""
    typed = read_suite(folder / "stg.yaml")
    derived = typed_suite(contracts.values())
    return {
        "raw": raw_suite(contracts.values()),
        "stg": Suite("stg", (*derived.rules, *typed.rules), {**derived.keys, **typed.keys}),
        "core": read_suite(folder / "core.yaml"),
        "mart": read_suite(folder / "mart.yaml"),
    }


def raw_suite(contracts: Iterable[Contract]) -> Suite:
    """Three rules for every raw table, and three that hold the books against all of them."""
    kept = tuple(contracts)
    rules = [rule for contract in kept for rule in _raw_rules(contract)]
    keys = {f"raw.{contract.id}": ADDRESS for contract in kept} | {LOAD: ("load_id",)}
    return Suite("raw", (*rules, *book_rules([contract.id for contract in kept])), keys)


def typed_suite(contracts: Iterable[Contract]) -> Suite:
    """Two rules for every typed table, and one over all of them."""
    kept = tuple(contracts)
    rules = [rule for contract in kept for rule in _typed_rules(contract)]
    keys = {f"stg.{contract.id}": contract.key for contract in kept}
    return Suite("stg", (*rules, balance_rule([c.id for c in kept])), keys)


def _raw_rules(contract: Contract) -> tuple[Rule, ...]:
    table, source = f"raw.{contract.id}", f"contract {contract.id}"
    columns = [*(column.physical_name for column in contract.columns), *PROVENANCE]
    shape = Rule(
        id="RAW-COL-001",
        stage="raw",
        table=table,
        expectation="expect_table_columns_to_match_set",
        # Columns of other versions of the contract, and new ones it accepts, lie beside them.
        kwargs={"column_set": columns, "exact_match": False},
        severity="block",
        tolerance=Decimal(0),
        dimension="validity",
        title_zh="列与契约一致",
        title_en="Columns as the contract declares them",
        source=source,
    )
    unique, _ = grain_rules("raw", table, ADDRESS, source)
    return shape, not_null_rule("RAW-PRV-001", "raw", table, PROVENANCE, ADDRESS, source), unique


def _typed_rules(contract: Contract) -> tuple[Rule, ...]:
    table, source = f"stg.{contract.id}", f"contract {contract.id}"
    # A column since a later version is empty in older rows; typing tells them from missing values.
    required = tuple(c.name for c in contract.columns if c.required and c.since is None)
    unique, _ = grain_rules("stg", table, contract.key, source)
    filled = not_null_rule("STG-KEY-002", "stg", table, (*required, *ADDRESS), ADDRESS, source)
    return unique, filled


def balance_rule(tables: Sequence[str]) -> Rule:
    """Nothing lost between raw and stg, checked for all tables in one query."""
    lost = f"SELECT name FROM ({_counts(tables)}) WHERE rows_in <> rows_out + merged + kept_out ORDER BY name"
    return Rule(
        id="STG-CON-001",
        stage="stg",
        table="stg.finding",
        expectation=SQL_EXPECTATION,
        kwargs={"unexpected_rows_query": lost},
        severity="block",
        tolerance=Decimal(0),
        dimension="completeness",
        title_zh="每表行数守恒",
        title_en="Rows in equal rows out, per table",
        source="contracts",
        checked_sql=f"SELECT {len(tables)}",
    )


def _counts(tables: Sequence[str]) -> str:
    branches = " UNION ALL ".join(
        f"SELECT '{name}' AS name, (SELECT count(*) FROM raw.\"{name}\") AS rows_in, "
        f'(SELECT count(*) FROM stg."{name}") AS rows_out'
        for name in tables
    )
    findings = (
        "SELECT source_table, "
        "count(DISTINCT (file_sha256, row_no)) "
        "FILTER (WHERE action IN ('quarantined', 'fixed', 'rejected')) AS kept_out, "
        "count(DISTINCT (file_sha256, row_no)) FILTER (WHERE action = 'merged') AS merged "
        "FROM stg.finding GROUP BY source_table"
    )
    return (
        f"SELECT t.name, t.rows_in, t.rows_out, coalesce(f.kept_out, 0) AS kept_out, "
        f"coalesce(f.merged, 0) AS merged FROM ({branches}) AS t "
        f"LEFT JOIN ({findings}) AS f ON f.source_table = t.name"
    )
