"""stg.medlake__typed_count: what became of the raw rows of each contract, counted after typing.

contract -> typed.<id> -> one row per contract; mart.conservation holds it against the ingest's books.
A new contract file is a new row; no line here changes.
"""

from sqlmesh import model

from quality_rules.contract import load_contracts

COLUMNS = {
    "source_table": ("TEXT", "Contract id"),
    "rows_good": ("BIGINT", "Rows other models may read"),
    "rows_merged": ("BIGINT", "Rows whose key a later row carries; stg.finding names the survivor"),
    "rows_quarantined": ("BIGINT", "Rows kept out by a rule; stg.finding names it"),
    "rows_rejected": ("BIGINT", "Rows a person confirmed as not wanted; stg.finding has them"),
}


def counted(contract_id: str) -> str:
    """The counts of one contract, zero rows included."""
    statuses = [name for name in COLUMNS if name.startswith("rows_")]
    counts = [f"COUNT(*) FILTER(WHERE _status = '{name[5:]}') AS {name}" for name in statuses]
    return f"SELECT '{contract_id}' AS source_table, {', '.join(counts)} FROM typed.{contract_id}"


def query(evaluator):
    """The SQL of the model; it changes when a contract comes or goes."""
    return evaluator.blueprint_var("sql")


columns = ", ".join(f"{name}::{kind} AS {name}" for name, (kind, _) in COLUMNS.items())
parts = " UNION ALL ".join(counted(contract_id) for contract_id in load_contracts())
model(
    "stg.medlake__typed_count",
    is_sql=True,
    kind="FULL",
    owner="data_platform",
    description="What became of the raw rows of each contract: good, merged, quarantined or rejected.",
    columns={name: kind for name, (kind, _) in COLUMNS.items()},
    column_descriptions={name: comment for name, (_, comment) in COLUMNS.items()},
    grain=["source_table"],
    tags=["stg"],
    optimize_query=False,
    blueprints=[{"sql": f"SELECT {columns} FROM ({parts}) AS counted"}],
)(query)
