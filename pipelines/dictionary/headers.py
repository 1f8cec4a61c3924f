"""What the headers of core and mart say, read without loading the SQLMesh project (seconds less).

models/<layer>/*.sql, *.py + models/glossary.csv -> read_tables() -> TableEntry
The house rules of linter/ demand what is read here: a cast and a comment on every column.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlmesh.core import dialect

from pipelines.sqlmesh import arrivals, books
from pipelines.sqlmesh.parties import OWNER, PARTY_MODELS, PartyModel

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "models" / "glossary.csv"
# Tables of stg that no contract describes, and columns that only they have.
STG_GLOSSARY = ROOT / "models" / "stg" / "glossary.csv"
# Models whose SQL is generated; their modules declare what a header says.
GENERATED = {"core.entity_count": books, "mart.arrival": arrivals}


@dataclass(frozen=True)
class ColumnEntry:
    """A column as the model declares it."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class TableEntry:
    """A table of core or mart; `name` is qualified."""

    name: str
    owner: str
    grain: tuple[str, ...]
    description: str
    columns: tuple[ColumnEntry, ...]


def read_tables(layer: str, root: Path = ROOT) -> tuple[TableEntry, ...]:
    """Every table of a layer, by name.

    Raises:
        ValueError: a column has no cast or no comment; the message names model and column.
    """
    tables = [_table(path) for path in sorted((root / "models" / layer).glob("*.sql"))]
    tables += [_generated(name) for name in GENERATED if name.startswith(f"{layer}.")]
    tables += [_in_python(model) for model in PARTY_MODELS if model.name.startswith(f"{layer}.")]
    return tuple(sorted(tables, key=lambda table: table.name))


def names_of(layers: Mapping[str, Sequence[TableEntry]]) -> set[str]:
    """Names of all tables and columns, which the glossary must know."""
    tables = [table for found in layers.values() for table in found]
    return {table.name for table in tables} | {column.name for table in tables for column in table.columns}


def read_glossary(path: Path = GLOSSARY) -> dict[str, str]:
    """Chinese names of tables (`core.lot`) and of columns, which mean the same in every table."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    terms = {row["name"]: row["zh"] for row in rows}
    if len(terms) < len(rows):
        raise ValueError(f"{path}: a name is given twice; keep one")
    return terms


def _table(path: Path) -> TableEntry:
    header, *statements = dialect.parse(path.read_text(encoding="utf-8"), default_dialect="duckdb")
    words: dict[str, Any] = {part.name.lower(): part.args["value"] for part in header.expressions}
    query = next((part for part in reversed(statements) if isinstance(part, exp.Query)), None)
    return TableEntry(
        name=words["name"].sql(),
        owner=words["owner"].name,
        grain=_names(words["grain"]) if "grain" in words else (),
        description=words["description"].name,
        columns=tuple(_selected(path, query) if query is not None else _declared(words)),
    )


def _selected(path: Path, query: exp.Query) -> Iterator[ColumnEntry]:
    """Columns of the outermost SELECT: `value::TYPE AS name,  /* meaning */`."""
    for select in query.selects:
        cast = select.unalias()
        if not (isinstance(cast, exp.Cast) and select.comments):
            raise ValueError(f"{path}: column {select.alias_or_name} needs a cast and a comment")
        yield ColumnEntry(select.alias_or_name, cast.to.sql("duckdb"), select.comments[-1].strip())


def _declared(words: Mapping[str, Any]) -> Iterator[ColumnEntry]:
    """Columns of a seed, which stand in its header."""
    comments = {pair.this.name: pair.expression.name for pair in words["column_descriptions"].expressions}
    for column in words["columns"].expressions:
        yield ColumnEntry(column.name, column.args["kind"].sql("duckdb"), comments[column.name])


def _names(grain: exp.Expr) -> tuple[str, ...]:
    return tuple(column.name for column in grain.find_all(exp.Column))


def _generated(name: str) -> TableEntry:
    module = GENERATED[name]
    columns = tuple(ColumnEntry(column, kind, words) for column, (kind, words) in module.COLUMNS.items())
    return TableEntry(name, module.OWNER, module.GRAIN, module.DESCRIPTION, columns)


def _in_python(model: PartyModel) -> TableEntry:
    columns = tuple(ColumnEntry(column, kind, words) for column, (kind, words) in model.columns.items())
    return TableEntry(model.name, OWNER, model.grain, model.description, columns)
