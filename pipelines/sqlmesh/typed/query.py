"""Queries: a contract's raw table typed in one pass, its good rows, and the findings of all tables.

raw.<id> -> typed.<id> (every row, typed, with status and findings) -> stg.<id> (the good rows)
            typed.<id> of all contracts -> typed.finding (what was found) -> stg.finding
Rows are judged once; conservation holds because a row has exactly one status: good, merged, quarantined or
rejected (by a person's decision).
Alone: python -m pipelines.sqlmesh.typed.query sap_a__mara
"""

import sys
from collections.abc import Mapping

from pipelines.sqlmesh.typed.decided import IS_OUT, VERDICT_COLUMNS, with_verdicts
from pipelines.sqlmesh.typed.findings import broken_rules, findings, is_bad, unless_deleted
from pipelines.sqlmesh.typed.repairs import literal, steps
from pipelines.sqlmesh.typed.rules import RULES
from pipelines.sqlmesh.typed.values import text_or_null, value
from quality_rules.contract import Contract, load_contracts

ADDRESS = ("_file_sha256", "_row", "_extracted_on")
FINDINGS_TYPE = "STRUCT(k TEXT, b TEXT, a TEXT)[]"
# Of rows with one key the one extracted last survives; the address breaks ties the same way every time.
SURVIVOR = "_extracted_on DESC, _file_sha256 DESC, _row DESC"
# A correction has the extract date of the record it replaces, and wins over others of that date.
CORRECTED_SURVIVOR = "_extracted_on DESC, COALESCE(_is_correction, FALSE) DESC, _file_sha256 DESC, _row DESC"


def good_columns(contract: Contract) -> dict[str, str]:
    """Columns and types of stg.<id>."""
    typed = {column.name: column.physical_type for column in contract.columns}
    return typed | {"_file_sha256": "TEXT", "_row": "BIGINT"}


def typing_query(contract: Contract, *, is_decided: bool = False) -> str:
    """Every raw row typed, with its status, its findings and, when merged, its survivor.

    Args:
        contract: What the table holds.
        is_decided: Whether people have decided on records of the table; typed.verdict is read then.
    """
    raw = [f'"{column.physical_name}" AS {column.name}__0' for column in contract.columns]
    version = ["_contract_version"] if any(column.since for column in contract.columns) else []
    columns = [*raw, *ADDRESS, *version]
    sql = f"SELECT {', '.join(columns)} FROM raw.{contract.id}"
    if is_decided:
        sql = with_verdicts(contract.id, columns)
    rules = [f"{rule} AS {name}" for name, rule in broken_rules(contract, is_decided=is_decided).items()]
    stages = (*_repair_stages(contract), _texts(contract), _values(contract), rules)
    for stage in (*stages, [is_bad(contract)]):
        sql = f"SELECT *, {', '.join(stage)} FROM ({sql}) AS t" if stage else sql
    # Only what is kept goes through the window's sort; the texts of all steps triple its time.
    kept = [
        *(column.name for column in contract.columns),
        *ADDRESS,
        *(VERDICT_COLUMNS if is_decided else ()),
        f"{IS_OUT if is_decided else '_is_bad'} AS _is_out",
        f"{findings(contract, is_decided=is_decided)} AS _findings",
    ]
    order = CORRECTED_SURVIVOR if is_decided else SURVIVOR
    rank = f"ROW_NUMBER() OVER (PARTITION BY _is_out, {', '.join(contract.key)} ORDER BY {order}) AS _rank"
    sql = f"SELECT *, {rank} FROM (SELECT {', '.join(kept)} FROM ({sql}) AS t) AS t"
    stays = f"_rank = 1{unless_deleted(contract)}"
    status = f"WHEN _is_out THEN 'quarantined' WHEN {stays} THEN 'good' ELSE 'merged'"
    rejected = "WHEN _outcome = 'rejected' THEN 'rejected'" if is_decided else ""
    typed = [f"{name}::{kind} AS {name}" for name, kind in good_columns(contract).items()]
    typed += [f"(CASE {rejected} {status} END)::TEXT AS _status", f"_findings::{FINDINGS_TYPE} AS _findings"]
    typed.append("_extracted_on::TEXT AS _extracted_on")
    return f"SELECT {', '.join(typed)} FROM ({sql}) AS t"


def finding_query(contracts: Mapping[str, Contract]) -> str:
    """Every finding of typing, one row each, with its rule in words."""
    parts = [part for contract in contracts.values() for part in (_found(contract), _merged(contract))]
    parts += [_retired(contract) for contract in contracts.values() if contract.tombstone]
    words = " ".join(f"WHEN {literal(rule)} THEN {literal(text)}" for rule, text in RULES.items())
    columns = [f"{name}::{kind} AS {name}" for name, kind in FINDING_COLUMNS.items() if name != "message"]
    message = f"(CASE rule_id {words} END || COALESCE(' (' || column_name || ')', ''))::TEXT AS message"
    return f"SELECT {', '.join([*columns, message])} FROM ({' UNION ALL '.join(parts)}) AS f"


FINDING_COLUMNS = {
    "rule_id": "TEXT",
    "action": "TEXT",
    "source_table": "TEXT",
    "file_sha256": "TEXT",
    "row_no": "BIGINT",
    "column_name": "TEXT",
    "before": "TEXT",
    "after": "TEXT",
    "message": "TEXT",
}


def _found(contract: Contract) -> str:
    rows = (
        f"SELECT _file_sha256, _row, UNNEST(_findings) AS f FROM typed.{contract.id}"
        " WHERE NOT _findings IS NULL"
    )
    return (
        "SELECT SPLIT_PART(f.k, '|', 1) AS rule_id, SPLIT_PART(f.k, '|', 2) AS action,"
        f" '{contract.id}' AS source_table, _file_sha256 AS file_sha256, _row AS row_no,"
        f" NULLIF(SPLIT_PART(f.k, '|', 3), '') AS column_name, f.b AS before, f.a AS after"
        f" FROM ({rows}) AS u WHERE NOT f IS NULL"
    )


def _merged(contract: Contract) -> str:
    """Merged rows with the address of the row that survived under the same key."""
    return (
        f"SELECT 'DQ-KEY-001' AS rule_id, {_merged_row(contract)},"
        " s._file_sha256 || ':' || s._row::TEXT AS after"
        f" FROM typed.{contract.id} AS m INNER JOIN typed.{contract.id} AS s"
        f" ON {_same_key(contract)} AND s._status = 'good' WHERE m._status = 'merged'"
    )


def _retired(contract: Contract) -> str:
    """Rows of a key that no good row carries, because its last row marks a deletion; that row too."""
    return (
        f"SELECT 'DQ-DEL-001' AS rule_id, {_merged_row(contract)}, NULL AS after"
        f" FROM typed.{contract.id} AS m ANTI JOIN typed.{contract.id} AS s"
        f" ON {_same_key(contract)} AND s._status = 'good' WHERE m._status = 'merged'"
    )


def _merged_row(contract: Contract) -> str:
    keys = " || ' / ' || ".join(f"COALESCE(m.{name}::TEXT, '')" for name in contract.key)
    return (
        f"'merged' AS action, '{contract.id}' AS source_table, m._file_sha256 AS file_sha256,"
        f" m._row AS row_no, '{', '.join(contract.key)}' AS column_name, {keys} AS before"
    )


def _same_key(contract: Contract) -> str:
    sure = {column.name for column in contract.columns if column.required}
    return " AND ".join(
        f"s.{name} {'=' if name in sure else 'IS NOT DISTINCT FROM'} m.{name}" for name in contract.key
    )


def _repair_stages(contract: Contract) -> list[list[str]]:
    """One stage per position in the repair lists: each step sees the text before as a plain column."""
    return [
        [
            f"{steps(column)[i].apply(f'{column.name}__{i}')} AS {column.name}__{i + 1}"
            for column in contract.columns
            if i < len(steps(column))
        ]
        for i in range(max(len(steps(column)) for column in contract.columns))
    ]


def _texts(contract: Contract) -> list[str]:
    return [f"{text_or_null(c, f'{c.name}__{len(steps(c))}')} AS {c.name}__t" for c in contract.columns]


def _values(contract: Contract) -> list[str]:
    return [f"{value(c, f'{c.name}__t')} AS {c.name}" for c in contract.columns]


if __name__ == "__main__":
    print(typing_query(load_contracts()[sys.argv[1]]))
