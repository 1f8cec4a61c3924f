"""core.entity_count: what became of the rows the mappings gave; see pipelines/sqlmesh/books.py."""

from pathlib import Path

from sqlmesh import model

from pipelines.sqlmesh.books import COLUMNS, DESCRIPTION, GRAIN, OWNER, count_query

ROOT = Path(__file__).resolve().parents[2]


def query(evaluator):
    """The SQL of the model; it changes when a mapping comes or goes."""
    return evaluator.blueprint_var("sql")


typed = ", ".join(f"{column}::{kind} AS {column}" for column, (kind, _) in COLUMNS.items())
model(
    "core.entity_count",
    is_sql=True,
    kind="FULL",
    owner=OWNER,
    description=DESCRIPTION,
    columns={column: kind for column, (kind, _) in COLUMNS.items()},
    column_descriptions={column: words for column, (_, words) in COLUMNS.items()},
    grain=list(GRAIN),
    tags=["core"],
    # Many branches: qualifying them in Python costs more than running them.
    optimize_query=False,
    blueprints=[{"sql": f"SELECT {typed} FROM ({count_query(ROOT)}) AS counted"}],
)(query)
