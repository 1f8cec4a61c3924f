"""The models as plain SQL, for running the same work without SQLMesh (benchmarks)."""

from collections.abc import Collection, Mapping
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


def rendered_statements(settings: Settings, only: Collection[str] = ()) -> list[str]:
    """Statements in dependency order: typed tables, then every model of stg, core and mart.

    Those of models in Python are for pipelines.sqlmesh.parties.run_statement, as all others may be.

    Args:
        only: Models wanted; they and what they read are given, without typed.finding. Empty takes all.
    """
    context = open_context(settings)
    models = {model.fqn: model for model in context.models.values()}
    models = _with_sources(models, only) if only else models
    contracts = {name: c for name, c in load_contracts().items() if not only or _is_read(name, models)}
    graph = {
        fqn: [parent for parent in model.depends_on or () if parent in models]
        for fqn, model in models.items()
    }
    built = [models[fqn] for fqn in TopologicalSorter(graph).static_order()]
    typed = [f"CREATE TABLE typed.{c.id} AS {typing_query(c)}" for c in contracts.values()]
    tables = [_created(context, model) for model in built if not model.kind.is_external]
    schemas = [f"CREATE SCHEMA IF NOT EXISTS {name}" for name in ("typed", "stg", "core", "mart")]
    if not only:
        typed.append(f"CREATE TABLE typed.finding AS {finding_query(contracts)}")
    return [*schemas, *typed, *_undecided(), *tables]


def _with_sources(models: Mapping[str, Model], names: Collection[str]) -> dict[str, Model]:
    """The models of these names and all that they read, in the order of the project."""
    wanted = [fqn for fqn, model in models.items() if model.name in names]
    found: set[str] = set()
    while wanted:
        fqn = wanted.pop()
        if fqn in models and fqn not in found:
            found.add(fqn)
            wanted += models[fqn].depends_on or ()
    return {fqn: model for fqn, model in models.items() if fqn in found}


def _is_read(contract: str, models: Mapping[str, Model]) -> bool:
    return any(model.name in (f"stg.{contract}", f"typed.{contract}") for model in models.values())


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
        declared = (model.columns_to_types or {}).items()
        types = ", ".join(f"'{name}': '{kind.sql('duckdb')}'" for name, kind in declared)
        return f"SELECT * FROM read_csv('{model.seed_path}', header = true, types = {{{types}}})"
    query = model.render_query_or_raise(engine_adapter=context.engine_adapter).copy()
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    return query.sql("duckdb")
