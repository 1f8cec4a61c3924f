"""stg.medlake__tolerance: what share of a table's records may lie open in quarantine, by contract and rule.

contract tolerances + the default -> one row per declared rule, and one ('*') for all other rules together.
A new contract file is a new row; no line here changes.
"""

from sqlmesh import model

from quality_rules.contract import load_contracts
from quality_rules.quarantine.tolerance import Limit, limits

COLUMNS = {
    "source_table": ("TEXT", "Contract id"),
    "rule_id": ("TEXT", "Rule the limit is for; * for all rules without one of their own, taken together"),
    "share_limit": ("DECIMAL(9,6)", "Open share of the table's records up to which a release is let through"),
    "floor_count": ("BIGINT", "Open records that never block, whatever their share; 0 for a declared limit"),
    "is_declared": ("BOOLEAN", "Whether the contract says so; else the default of the house"),
}


def row(limit: Limit) -> str:
    """A limit as SQL."""
    values = f"'{limit.source_table}', '{limit.rule_id}', {limit.share}, {limit.floor}, {limit.is_declared}"
    return f"({values})"


def query(evaluator):
    """The SQL of the model; it changes with the tolerances of the contracts."""
    return evaluator.blueprint_var("sql")


typed = ", ".join(f"{name}::{kind} AS {name}" for name, (kind, _) in COLUMNS.items())
rows = ", ".join(row(limit) for limit in limits(load_contracts().values()))
model(
    "stg.medlake__tolerance",
    is_sql=True,
    kind="FULL",
    owner="data_platform",
    description="What share of a table's records may lie open in quarantine before the release is blocked.",
    columns={name: kind for name, (kind, _) in COLUMNS.items()},
    column_descriptions={name: comment for name, (_, comment) in COLUMNS.items()},
    grain=["source_table", "rule_id"],
    tags=["stg"],
    optimize_query=False,
    blueprints=[{"sql": f"SELECT {typed} FROM (VALUES {rows}) AS limits({', '.join(COLUMNS)})"}],
)(query)
