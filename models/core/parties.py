"""core.party_match, core.party_golden, core.party_alias: who is who; see pipelines/sqlmesh/parties.py."""

from sqlglot import exp
from sqlmesh import model

from pipelines.sqlmesh.parties import OWNER, PARTY_MODELS, rules_digest


def execute(context, start, end, execution_time, **kwargs):
    """The rows of one model; imports here, so that SQLMesh calls our functions and keeps no copy of them."""
    from pipelines.sqlmesh.parties import made, party_model

    context.blueprint_var("rules_sha256")
    this = party_model(context.blueprint_var("table"))
    places = {name: context.resolve_table(name) for name in this.reads}
    rows = made(this, context.engine_adapter.cursor, places)
    if len(rows):
        yield rows.to_pandas()


def declare(each):
    """Registers one model with SQLMesh."""
    grain = exp.Tuple(expressions=[exp.column(name) for name in each.grain])
    model(
        each.name,
        kind="FULL",
        owner=OWNER,
        description=each.description,
        columns={name: kind for name, (kind, _) in each.columns.items()},
        column_descriptions={name: words for name, (_, words) in each.columns.items()},
        grain=list(each.grain),
        tags=["core"],
        depends_on=list(each.reads),
        audits=[("not_null", {"columns": grain}), ("unique_combination_of_columns", {"columns": grain})],
        blueprints=[{"table": each.name, "rules_sha256": rules_digest()}],
    )(execute)


for each in PARTY_MODELS:
    declare(each)
