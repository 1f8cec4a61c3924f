"""stg.medlake__raw_count: how many rows of each file really lie in the raw zone, counted there.

contract -> raw.<id> -> one row per file; mart.file and mart.conservation hold it against the ingest's books.
A new contract file is a new branch; no line here changes.
"""

from sqlmesh import model

from quality_rules.contract import load_contracts

COLUMNS = {
    "source_table": ("TEXT", "Contract id"),
    "file_sha256": ("TEXT", "SHA-256 of the original file"),
    "rows_raw": ("BIGINT", "Rows of the file in the raw zone"),
}


def counted(contract_id):
    """The counts of one contract."""
    return (
        f"SELECT '{contract_id}' AS source_table, _file_sha256 AS file_sha256, COUNT(*) AS rows_raw"
        f" FROM raw.{contract_id} GROUP BY _file_sha256"
    )


def query(evaluator):
    """The SQL of the model; it changes when a contract comes or goes."""
    return evaluator.blueprint_var("sql")


columns = ", ".join(f"{name}::{kind} AS {name}" for name, (kind, _) in COLUMNS.items())
parts = " UNION ALL ".join(counted(contract_id) for contract_id in load_contracts())
model(
    "stg.medlake__raw_count",
    is_sql=True,
    kind="FULL",
    owner="data_platform",
    description="Rows of each file that really lie in the raw zone, whatever the ingest's books say.",
    columns={name: kind for name, (kind, _) in COLUMNS.items()},
    column_descriptions={name: comment for name, (_, comment) in COLUMNS.items()},
    grain=["source_table", "file_sha256"],
    tags=["stg"],
    optimize_query=False,
    blueprints=[{"sql": f"SELECT {columns} FROM ({parts}) AS counted"}],
)(query)
