"""The models as plain SQL, for running the same work without SQLMesh (benchmarks)."""

from graphlib import TopologicalSorter

from sqlglot import exp
from sqlmesh import Context
from sqlmesh.core.model import Model, SeedModel

from lakehouse.settings import Settings
from pipelines.sqlmesh.loader import external_tables
from pipelines.sqlmesh.parties import party_statement
from pipelines.sqlmesh.project import open_context
from pipelines.sqlmesh.typed.query import finding_query, typing_query
from quality_rules.contract import load_contracts


def rendered_statements(settings: Settings) -> list[str]:
    """Statements in dependency order: typed tables, then every model of stg, core and mart.

    Those of models in Python are for pipelines.sqlmesh.parties.run_statement, as all others may be.
    """
    contracts = load_contracts()
    context = open_context(settings)
    models = {model.fqn: model for model in context.models.values()}
    graph = {
        fqn: [parent for parent in model.depends_on or () if parent in models]
        for fqn, model in models.items()
    }
    built = [models[fqn] for fqn in TopologicalSorter(graph).static_order()]
    typed = [f"CREATE TABLE typed.{c.id} AS {typing_query(c)}" for c in contracts.values()]
    tables = [_created(context, model) for model in built if not model.kind.is_external]
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {name}" for name in ("typed", "stg", "core", "mart")]
    typed.append(f"CREATE TABLE typed.finding AS {finding_query(contracts)}")
    return [*schemas, *typed, *_undecided(), *tables]


def _undecided() -> list[str]:
    """The tables of decisions, empty: the bare build reads a lake nobody has decided in."""
    return [
        f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
        for name, columns in external_tables().items()
        if name.startswith("typed.")
    ]


def _created(context: Context, model: Model) -> str:
    if model.is_python:
        return party_statement(model.name)
    return f"CREATE {_kind(model)} {model.name} AS {_query(context, model)}"


def _kind(model: Model) -> str:
    return "VIEW" if model.kind.is_view or model.kind.is_embedded else "TABLE"


def _query(context: Context, model: Model) -> str:
    """A model's query on the models it names, not on the snapshots that SQLMesh keeps of them."""
    if isinstance(model, SeedModel):
        return f"SELECT * FROM read_csv('{model.seed_path}', header = true)"
    query = model.render_query_or_raise(engine_adapter=context.engine_adapter)
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    return query.sql("duckdb")
