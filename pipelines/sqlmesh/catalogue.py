"""What the warehouse consists of: tables, columns with comments, dependencies, column lineage, fingerprints.

SQLMesh context + contracts -> model_catalogue() -> ModelInfo, for Dagster, lineage, dictionary and manifest.
Embedded mappings are no tables: what depends on them depends on what they read.
Alone: python -m pipelines.sqlmesh.catalogue core.lot
"""

import hashlib
import json
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlglot import exp
from sqlmesh import Context
from sqlmesh.core.model import Model
from sqlmesh.core.snapshot import fingerprint_from_node

from lakehouse.durable import write_atomic
from lakehouse.settings import Settings
from master_data.identity.decision import IDENTITY_DECISION
from pipelines.fingerprint import code_facts
from pipelines.sqlmesh.column_lineage import Source, column_sources
from pipelines.sqlmesh.project import open_context
from pipelines.sqlmesh.typed.folded import FOLDED
from pipelines.sqlmesh.watch import DeclaredAudit, declared_audits
from quality_rules.contract import load_contracts
from quality_rules.quarantine.decision import DECISION

TYPED = "typed."
# A folded table reads one table of events; a column the fold adds comes of the action taken.
EVENTS = {
    f"{TYPED}{name}": f"raw.{IDENTITY_DECISION if name.startswith('identity') else DECISION}"
    for name in FOLDED
}
ADDED = frozenset({"state", "outcome", "pointer", "kind_code"})
RENAMED = {"left_id": "left_ids", "right_id": "right_ids", "record_id": "left_ids", "value": "after"}


@dataclass(frozen=True)
class ColumnInfo:
    """A column of a table, in the table's order."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class ModelInfo:
    """One table of stg, core or mart; lineage gives the (table, column) sources of each column."""

    name: str
    layer: str
    kind: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[ColumnInfo, ...]
    depends_on: tuple[str, ...]
    column_lineage: Mapping[str, tuple[Source, ...]]
    fingerprint: str
    owner: str
    audits: tuple[DeclaredAudit, ...]
    path: Path | None

    def __hash__(self) -> int:
        return hash((self.name, self.fingerprint))


@cache
def model_catalogue(settings: Settings) -> tuple[ModelInfo, ...]:
    """Every table SQLMesh makes, sorted by name; needs no data and no build.

    Kept beside SQLMesh's own caches by the code it follows from: loading the project takes ten seconds.
    """
    file = settings.build_path.with_name("catalogue") / f"{_state(settings)}.pickle"
    if file.is_file():
        kept: tuple[ModelInfo, ...] = pickle.loads(file.read_bytes())
        return kept
    found = _catalogue(settings)
    write_atomic(file, pickle.dumps(found))
    return found


def _state(settings: Settings) -> str:
    """Digest of all that the catalogue is made of."""
    facts = {**code_facts(settings.root), "root": str(settings.root)}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _catalogue(settings: Settings) -> tuple[ModelInfo, ...]:
    context = open_context(settings)
    models = {model.name: model for model in context.models.values()}
    tables = sorted(name for name, model in models.items() if not model.kind.is_symbolic)
    try:
        lineage = _Lineage(context, models)
        return tuple(_info(context, models[name], lineage) for name in tables)
    finally:
        # The Dagster UI keeps this process alive; a file left open here would lock out every refresh.
        context.close()


class _Lineage:
    """Sources of columns and tables with embedded mappings and typed tables followed to what they read."""

    def __init__(self, context: Context, models: Mapping[str, Model]) -> None:
        self._models = models
        self._direct = column_sources(context, models)
        self._raw = {
            f"{TYPED}{contract.id}": {
                column.name: (f"raw.{contract.id}", column.physical_name) for column in contract.columns
            }
            for contract in load_contracts().values()
        }
        for name, schema in FOLDED.items():
            table = f"{TYPED}{name}"
            self._raw[table] = {column: (EVENTS[table], _event_column(column)) for column in schema.names}

    def columns(self, name: str) -> dict[str, tuple[Source, ...]]:
        """Sources of each column of a table."""
        return {
            column: tuple(sorted({end for source in sources for end in self._follow(source)}))
            for column, sources in self._direct.get(name, {}).items()
        }

    def tables(self, name: str) -> tuple[str, ...]:
        """Tables a table reads."""
        found: set[str] = set()
        for fqn in self._models[name].depends_on or ():
            parent = _short(fqn)
            if parent in self._models and self._models[parent].kind.is_embedded:
                found.update(self.tables(parent))
            elif parent == f"{TYPED}finding":
                found.update(table.replace(TYPED, "raw.") for table in set(self._raw) - set(EVENTS))
            elif parent in EVENTS:
                found.add(EVENTS[parent])
            else:
                found.add(parent.replace(TYPED, "raw."))
        return tuple(sorted(found))

    def _follow(self, source: Source) -> set[Source]:
        table, column = source
        if table in self._raw:
            return {self._raw[table].get(column, (table.replace(TYPED, "raw."), column))}
        if table in self._models and self._models[table].kind.is_embedded:
            sources = self._direct[table].get(column, ())
            return {end for below in sources for end in self._follow(below)}
        return {source} if table != f"{TYPED}finding" else set()


def _info(context: Context, model: Model, lineage: _Lineage) -> ModelInfo:
    comments = model.column_descriptions or {}
    return ModelInfo(
        name=model.name,
        layer=model.name.split(".")[0],
        kind=model.kind.name.value,
        description=model.description or "",
        grain=tuple(column.name for grain in model.grains for column in grain.find_all(exp.Column)),
        columns=tuple(
            ColumnInfo(name, kind.sql(dialect="duckdb"), comments.get(name, ""))
            for name, kind in model.columns_to_types_or_raise.items()
        ),
        depends_on=lineage.tables(model.name),
        column_lineage=lineage.columns(model.name),
        fingerprint=fingerprint_from_node(model, nodes=dict(context._models)).to_identifier(),
        owner=model.owner or "",
        audits=declared_audits(model),
        path=model._path,
    )


def _event_column(column: str) -> str:
    """The column of an event that a column of its folded table comes from."""
    return "action" if column in ADDED else RENAMED.get(column, column)


def _short(fqn: str) -> str:
    """`"build"."core"."lot"` -> `core.lot`."""
    return ".".join(part.strip('"') for part in fqn.split(".")[-2:])


if __name__ == "__main__":
    for each in model_catalogue(Settings.from_env()):
        if each.name in sys.argv[1:]:
            print(each)
