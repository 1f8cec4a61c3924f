"""The catalogue that goes into a release: contracts for raw and stg, headers and glossary for core and mart.

model_catalogue + contracts + headers -> released_catalogue() -> lineage.catalogue.Catalogue
Alone: python -m pipelines.released_catalogue FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from lakehouse.releases import Attachment
from lakehouse.settings import Settings
from lineage.catalogue import (
    Catalogue,
    ColumnEntry,
    LineageEntry,
    ReadEntry,
    TableEntry,
    write_catalogue,
)
from pipelines.dictionary.headers import read_glossary, read_tables
from pipelines.sqlmesh.catalogue import ModelInfo, model_catalogue
from quality_rules.contract import Column, Contract, load_contracts

STAGED, RAW = "stg.", "raw."


def attach_catalogue(settings: Settings) -> Attachment:
    """What builds the catalogue of the models into a release."""

    def build(_: duckdb.DuckDBPyConnection, folder: Path) -> None:
        write_catalogue(released_catalogue(model_catalogue(settings), load_contracts()), folder)

    return build


def released_catalogue(models: Sequence[ModelInfo], contracts: Mapping[str, Contract]) -> Catalogue:
    """Everything that is known about every table, from the raw zone to the marts."""
    glossary = read_glossary()
    owners = {table.name: table.owner for layer in ("core", "mart") for table in read_tables(layer)}
    tables = [_raw_table(contract) for contract in contracts.values()]
    tables += [_model_table(model, contracts, owners, glossary) for model in models]
    columns = [entry for contract in contracts.values() for entry in _raw_columns(contract)]
    columns += [entry for model in models for entry in _model_columns(model, contracts, glossary)]
    return Catalogue(
        tuple(sorted(tables, key=lambda table: table.name)),
        tuple(sorted(columns, key=lambda column: (column.table, column.position))),
        tuple(ReadEntry(model.name, source) for model in models for source in model.depends_on),
        tuple(_lineage(models)),
    )


def _raw_table(contract: Contract) -> TableEntry:
    return _contracted(f"{RAW}{contract.id}", "FILE", contract)


def _contracted(name: str, kind: str, contract: Contract) -> TableEntry:
    return TableEntry(
        name=name,
        layer=name.partition(".")[0],
        kind=kind,
        title_zh=contract.title_zh,
        title_en=contract.title_en,
        meaning_zh=contract.description_zh,
        meaning_en=contract.description_en,
        owner=contract.owner,
        contract=f"{contract.id} {contract.version}",
        retention=contract.retention,
        grain=contract.key,
    )


def _model_table(
    model: ModelInfo,
    contracts: Mapping[str, Contract],
    owners: Mapping[str, str],
    glossary: Mapping[str, str],
) -> TableEntry:
    contract = contracts.get(model.name.removeprefix(STAGED)) if model.layer == "stg" else None
    if contract is not None:
        return _contracted(model.name, model.kind, contract)
    return TableEntry(
        name=model.name,
        layer=model.layer,
        kind=model.kind,
        title_zh=glossary.get(model.name, ""),
        title_en="",
        meaning_zh="",
        meaning_en=model.description,
        owner=owners.get(model.name, ""),
        contract="",
        retention="",
        grain=model.grain,
    )


def _raw_columns(contract: Contract) -> Iterator[ColumnEntry]:
    for position, column in enumerate(contract.columns):
        yield _contracted_column(f"{RAW}{contract.id}", column.physical_name, "TEXT", position, column)


def _contracted_column(table: str, name: str, kind: str, position: int, column: Column) -> ColumnEntry:
    return ColumnEntry(
        table=table,
        name=name,
        position=position,
        type=kind,
        unit=column.unit or "",
        sensitivity=column.classification,
        title_zh=column.title_zh,
        meaning_zh=column.description_zh,
        meaning_en=column.description_en,
    )


def _model_columns(
    model: ModelInfo, contracts: Mapping[str, Contract], glossary: Mapping[str, str]
) -> Iterator[ColumnEntry]:
    contract = contracts.get(model.name.removeprefix(STAGED)) if model.layer == "stg" else None
    said = {column.name: column for column in contract.columns} if contract else {}
    for position, column in enumerate(model.columns):
        if column.name in said:
            yield _contracted_column(model.name, column.name, column.type, position, said[column.name])
        else:
            zh = glossary.get(column.name, "")
            yield ColumnEntry(model.name, column.name, position, column.type, "", "", zh, "", column.comment)


def _lineage(models: Sequence[ModelInfo]) -> Iterator[LineageEntry]:
    for model in models:
        for column, sources in model.column_lineage.items():
            for table, name in sources:
                yield LineageEntry(model.name, column, table, name)


if __name__ == "__main__":
    write_catalogue(
        released_catalogue(model_catalogue(Settings.from_env()), load_contracts()), Path(sys.argv[1])
    )
