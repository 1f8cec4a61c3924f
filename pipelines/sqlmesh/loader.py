"""How SQLMesh gets DuckDB and the tables it does not make.

Settings -> connection with Delta loaded, memory limit, UTC;  schemas of the ingest -> external models.
Used by config.py only.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from pydantic import PrivateAttr
from sqlmesh.core.config import DuckDBConnectionConfig
from sqlmesh.core.loader import CacheBase, SqlMeshLoader
from sqlmesh.core.model import Model, create_external_model
from sqlmesh.utils import UniqueKeyDict

from lakehouse.settings import Settings
from lakehouse.warehouse import connect, load_delta
from pipelines.ingest.loading.loads import BOOKS
from pipelines.sqlmesh.typed.folded import FOLDED

ARROW_TYPES = {"string": "TEXT", "int64": "BIGINT", "timestamp[us, tz=UTC]": "TIMESTAMPTZ"}


class LakeConnection(DuckDBConnectionConfig):
    """DuckDB opened by the lakehouse; SQLMesh would install the extension into the home folder."""

    _settings: Settings = PrivateAttr()

    @property
    def _connection_factory(self) -> Callable[..., duckdb.DuckDBPyConnection]:
        return partial(_open, self._settings)


def lake_connection(settings: Settings) -> LakeConnection:
    """The connection to a lake's build file. The publisher writes the comments; here each is a statement."""
    connection = LakeConnection(database=str(settings.build_path), register_comments=False)
    connection._settings = settings
    return connection


def _open(settings: Settings, database: str) -> duckdb.DuckDBPyConnection:
    connection = connect(Path(database), read_only=False, settings=settings)
    load_delta(connection)
    return connection


class LakeLoader(SqlMeshLoader):
    """Takes external tables from the code that writes them; there is no YAML to keep in step."""

    def _load_external_models(
        self,
        audits: UniqueKeyDict[str, Any],
        cache: CacheBase,
        gateway: str | None = None,
    ) -> UniqueKeyDict[str, Model]:
        models: UniqueKeyDict[str, Model] = UniqueKeyDict("models")
        for name, columns in external_tables().items():
            model = create_external_model(
                name,
                defaults=self.config.model_defaults.dict(),
                dialect=self.config.model_defaults.dialect,
                default_catalog=self.context.default_catalog,
                project=self.config.project,
                columns=columns,
            )
            models[model.fqn] = model
        return models


def external_tables() -> dict[str, dict[str, str]]:
    """Tables SQLMesh reads but does not make and no contract describes: books of ingest, decisions of people.

    The typed tables need no entry: the stg models over them take their columns from the contracts.
    """
    typed = {f"typed.{name}": schema for name, schema in FOLDED.items()}
    schemas = {f"raw.{name}": schema for name, schema in BOOKS.items()} | typed
    return {
        name: {field.name: ARROW_TYPES[str(field.type)] for field in schema}
        for name, schema in schemas.items()
    }
