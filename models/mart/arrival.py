"""mart.arrival: every promised extract and what came of it; see pipelines/sqlmesh/arrivals.py."""

from sqlglot import exp
from sqlmesh import model

from pipelines.sqlmesh.arrivals import COLUMNS, DESCRIPTION, GRAIN, OWNER, UNTIL, arrival_query
from quality_rules.contract import load_contracts


def query(evaluator):
    """The SQL of the model; it changes when a promise or a calendar does."""
    return evaluator.blueprint_var("sql")


grain = exp.Tuple(expressions=[exp.column(name) for name in GRAIN])
model(
    "mart.arrival",
    is_sql=True,
    kind="FULL",
    owner=OWNER,
    description=DESCRIPTION,
    columns={name: kind for name, (kind, _) in COLUMNS.items()},
    column_descriptions={name: words for name, (_, words) in COLUMNS.items()},
    grain=list(GRAIN),
    tags=["mart"],
    audits=[("not_null", {"columns": grain}), ("unique_combination_of_columns", {"columns": grain})],
    optimize_query=False,
    blueprints=[{"sql": arrival_query(load_contracts().values(), UNTIL)}],
)(query)
