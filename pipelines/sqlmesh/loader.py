"""How SQLMesh gets what it would otherwise want typed again: raw tables from contracts, DuckDB from the lakehouse.

contracts -> external models raw.<contract id>;  Settings -> connection with Delta loaded, memory limit, UTC.
Used by config.py only.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from sqlmesh.core.config import DuckDBConnectionConfig
from sqlmesh.core.loader import CacheBase, SqlMeshLoader
from sqlmesh.core.model import Model, create_external_model

from lakehouse.settings import Settings
from lakehouse.warehouse import connect, load_delta
from quality_rules.contract import Contract, load_contracts
from sqlmesh.utils import UniqueKeyDict

# What the ingest adds to every raw row (lakehouse.raw_zone): address, load, contract version, dates.
RAW_PROVENANCE = {
    "_file_sha256": "TEXT",
    "_row": "BIGINT",
    "_load_id": "TEXT",
    "_contract_version": "TEXT",
    "_extracted_on": "TEXT",
    "_loaded_at": "TIMESTAMPTZ",
}


class LakeConnection(DuckDBConnectionConfig):
    """DuckDB opened by the lakehouse instead of by SQLMesh, which would install extensions into the home folder."""

    @property
    def _connection_factory(self) -> Callable[..., duckdb.DuckDBPyConnection]:
        return partial(_open, Settings.from_env())


def _open(settings: Settings, database: str) -> duckdb.DuckDBPyConnection:
    connection = connect(Path(database), read_only=False, settings=settings)
    load_delta(connection)
    return connection


class ContractLoader(SqlMeshLoader):
    """Takes the raw tables from the contracts; there is no external_models.yaml to keep in step."""

    def _load_external_models(
        self,
        audits: UniqueKeyDict[str, Any],
        cache: CacheBase,
        gateway: str | None = None,
    ) -> UniqueKeyDict[str, Model]:
        models: UniqueKeyDict[str, Model] = UniqueKeyDict("models")
        for contract in load_contracts().values():
            model = self._raw_table(contract)
            models[model.fqn] = model
        return models

    def _raw_table(self, contract: Contract) -> Model:
        columns = {column.physical_name: "TEXT" for column in contract.columns} | RAW_PROVENANCE
        return create_external_model(
            f"raw.{contract.id}",
            defaults=self.config.model_defaults.dict(),
            dialect=self.config.model_defaults.dialect,
            default_catalog=self.context.default_catalog,
            project=self.config.project,
            columns={f'"{name}"': kind for name, kind in columns.items()},
        )
