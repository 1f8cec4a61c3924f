"""stg from contracts: per contract the good rows, and one table of all findings.

contract -> table typed.<id> (pipelines/sqlmesh/typed) -> stg.<id>, stg.finding
A new contract file is a new model; no line here changes.
"""

from sqlmesh import model

from pipelines.sqlmesh.typed.models import StgModel, stg_models


def query(evaluator):
    """The SQL of one model; the digest only marks the model as changed when its typing rules change."""
    evaluator.blueprint_var("typing_sha256")
    return evaluator.blueprint_var("sql")


def declare(stg: StgModel) -> None:
    """Registers one model with SQLMesh."""
    model(
        stg.name,
        is_sql=True,
        kind=stg.kind,
        owner=stg.owner,
        description=stg.description,
        columns=dict(stg.columns),
        column_descriptions=dict(stg.comments),
        grain=list(stg.grain),
        tags=["stg"],
        optimize_query=False,
        blueprints=[{"sql": stg.sql, "typing_sha256": stg.typing_sha256}],
    )(query)


for each in stg_models():
    declare(each)
