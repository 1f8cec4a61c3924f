"""stg.medlake__value_count: per file and column, how many values typed as the contract says.

contract -> typed.<id> -> one row per file and column; mart.drift sees in it the columns that were retyped.
A new contract file is a new branch; no line here changes.
"""

from sqlmesh import model

from pipelines.sqlmesh.typed.repairs import literal
from quality_rules.contract import load_contracts

COLUMNS = {
    "source_table": ("TEXT", "Contract id"),
    "file_sha256": ("TEXT", "SHA-256 of the original file"),
    "column_name": ("TEXT", "Column in house names"),
    "value_count": ("BIGINT", "Rows of the file whose text became a value"),
    "retyped_decision": ("TEXT", "What the contract decides about a retyped column"),
}


def counted(contract):
    """The counts of one contract; rows kept out for another column's sake count as well."""
    names = ", ".join(literal(column.name) for column in contract.columns)
    counts = ", ".join(f"COUNT({column.name})" for column in contract.columns)
    return (
        f"SELECT '{contract.id}' AS source_table, _file_sha256 AS file_sha256,"
        f" UNNEST([{names}]) AS column_name, UNNEST([{counts}]) AS value_count,"
        f" '{contract.drift.retyped}' AS retyped_decision"
        f" FROM typed.{contract.id} GROUP BY _file_sha256"
    )


def query(evaluator):
    """The SQL of the model; it changes with the contracts' columns."""
    return evaluator.blueprint_var("sql")


columns = ", ".join(f"{name}::{kind} AS {name}" for name, (kind, _) in COLUMNS.items())
parts = " UNION ALL ".join(counted(contract) for contract in load_contracts().values())
model(
    "stg.medlake__value_count",
    is_sql=True,
    kind="FULL",
    owner="data_platform",
    description="Per file and column, the rows whose text became a value of the contract's type.",
    columns={name: kind for name, (kind, _) in COLUMNS.items()},
    column_descriptions={name: comment for name, (_, comment) in COLUMNS.items()},
    grain=["source_table", "file_sha256", "column_name"],
    tags=["stg"],
    optimize_query=False,
    blueprints=[{"sql": f"SELECT {columns} FROM ({parts}) AS counted"}],
)(query)
