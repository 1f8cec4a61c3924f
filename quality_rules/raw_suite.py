"""Rules that need no writing: what the contracts already say about the raw and the typed tables.

Flow: contracts -> raw_suite() for raw.<contract>, typed_rules() for stg.<contract> -> suites of the gate.
Raw: columns as declared plus provenance, provenance never empty, one row per (file, record).
Typed: one row per key, required columns filled, and two equations over all tables at once:
rows in = rows out + merged + quarantined, and the quarantined share stays below a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from quality_rules.contract import Contract
from quality_rules.suites.reader import (
    SQL_EXPECTATION,
    SUITES_FOLDER,
    Rule,
    Severity,
    Stage,
    Suite,
    grain_rules,
    not_null_rule,
    read_suite,
)

PROVENANCE = ("_file_sha256", "_row", "_load_id", "_contract_version", "_extracted_on", "_loaded_at")
ADDRESS = ("_file_sha256", "_row")
# A table of which more than this share is quarantined is a broken feed, not a dirty one.
QUARANTINE_LIMIT = Decimal("0.05")


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
    """Three rules for every raw table."""
    kept = tuple(contracts)
    rules = [rule for contract in kept for rule in _raw_rules(contract)]
    return Suite("raw", tuple(rules), {f"raw.{contract.id}": ADDRESS for contract in kept})


def typed_suite(contracts: Iterable[Contract]) -> Suite:
    """Two rules for every typed table, and two over all of them."""
    kept = tuple(contracts)
    rules = [rule for contract in kept for rule in _typed_rules(contract)]
    keys = {f"stg.{contract.id}": contract.key for contract in kept}
    return Suite("stg", (*rules, *balance_rules([c.id for c in kept])), keys)


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


def balance_rules(tables: Sequence[str]) -> tuple[Rule, Rule]:
    """Nothing lost between raw and stg, and not too much quarantined, checked for all tables in one query."""
    counted = _counts(tables)
    lost = f"SELECT name FROM ({counted}) WHERE rows_in <> rows_out + merged + quarantined ORDER BY name"
    flooded = f"SELECT name FROM ({counted}) WHERE quarantined > rows_in * {QUARANTINE_LIMIT} ORDER BY name"
    number, equation = len(tables), ("每表行数守恒", "Rows in equal rows out, per table")
    share = ("每表隔离比例在限度内", "Quarantined share within the limit, per table")
    return (
        _over_all("STG-CON-001", lost, number, "block", *equation),
        _over_all("STG-QUA-001", flooded, number, "warn", *share),
    )


def _counts(tables: Sequence[str]) -> str:
    branches = " UNION ALL ".join(
        f"SELECT '{name}' AS name, (SELECT count(*) FROM raw.\"{name}\") AS rows_in, "
        f'(SELECT count(*) FROM stg."{name}") AS rows_out'
        for name in tables
    )
    findings = (
        "SELECT source_table, "
        "count(DISTINCT (file_sha256, row_no)) FILTER (WHERE action = 'quarantined') AS quarantined, "
        "count(DISTINCT (file_sha256, row_no)) FILTER (WHERE action = 'merged') AS merged "
        "FROM stg.finding GROUP BY source_table"
    )
    return (
        f"SELECT t.name, t.rows_in, t.rows_out, coalesce(f.quarantined, 0) AS quarantined, "
        f"coalesce(f.merged, 0) AS merged FROM ({branches}) AS t "
        f"LEFT JOIN ({findings}) AS f ON f.source_table = t.name"
    )


def _over_all(
    rule_id: str, query: str, tables: int, severity: Severity, title_zh: str, title_en: str
) -> Rule:
    return Rule(
        id=rule_id,
        stage="stg",
        table="stg.finding",
        expectation=SQL_EXPECTATION,
        kwargs={"unexpected_rows_query": query},
        severity=severity,
        tolerance=Decimal(0),
        dimension="completeness",
        title_zh=title_zh,
        title_en=title_en,
        source="contracts",
        checked_sql=f"SELECT {tables}",
    )
