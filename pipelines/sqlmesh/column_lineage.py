"""Which columns a column is made of, for every model, kept on disk because computing it takes seconds.

optimised query of each model -> sqlglot lineage -> {model: {column: ((table, column), ...)}}
A generated model of many tables, which nobody wants optimised, declares it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlglot import exp
from sqlmesh import Context
from sqlmesh.core.lineage import lineage
from sqlmesh.core.model import Model

from lakehouse.durable import write_atomic
from pipelines.sqlmesh import arrivals

Source = tuple[str, str]
Sources = Mapping[str, tuple[Source, ...]]
DECLARED: Mapping[str, Sources] = {"mart.arrival": arrivals.LINEAGE}


def column_sources(context: Context, models: Mapping[str, Model]) -> dict[str, Sources]:
    """Direct sources of every column of every model that has a query."""
    folder = Path(context.cache_dir) / "lineage"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        name: DECLARED.get(name) or _cached(folder, model) for name, model in models.items() if model.is_sql
    }


def _cached(folder: Path, model: Model) -> Sources:
    query = model.render_query_or_raise()
    text = f"{model.name}\n{query.sql(dialect='duckdb')}\n{sorted(model.mapping_schema)}"
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
    if not file.is_file():
        write_atomic(file, json.dumps(_sources(model, query)).encode())
    stored = json.loads(file.read_text())
    return {column: tuple((table, name) for table, name in sources) for column, sources in stored.items()}


def _sources(model: Model, query: exp.Query) -> dict[str, list[Source]]:
    if model.optimize_query is False:
        return _plain(query)
    return {column: sorted(set(_leaves(column, model))) for column in query.named_selects}


def _plain(query: exp.Query) -> dict[str, list[Source]]:
    """A generated model: column by column from its one table; one of many declares them, or has none."""
    tables = list(query.find_all(exp.Table))
    return {name: [(_name(tables[0]), name)] if len(tables) == 1 else [] for name in query.named_selects}


def _leaves(column: str, model: Model) -> Iterator[Source]:
    for node in lineage(column, model, trim_selects=False).walk():
        table = None if node.downstream else node.expression.find(exp.Table)
        if table is not None:
            yield _name(table), exp.to_column(node.name).name


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}"
