"""Run a query file against a release and get typed rows back.

queries/<name>.sql + named parameters → frozen dataclasses whose fields are the query's columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

import duckdb

from lakehouse.releases import NoRelease

Row = TypeVar("Row")


class NamesItsLot(Protocol):
    """A row that says which lot it is about."""

    @property
    def lot_id(self) -> str:
        """The lot."""


OfLot = TypeVar("OfLot", bound=NamesItsLot)


class ReleaseTooOld(NoRelease):
    """There is a release, but not one that this version can answer from."""


def fetch(
    con: duckdb.DuckDBPyConnection,
    name: str,
    row_type: type[Row],
    parameters: Mapping[str, Any],
    *,
    package: str = "traceability",
) -> tuple[Row, ...]:
    """Return every row of <package>/queries/<name>.sql as ``row_type``.

    Raises:
        ReleaseTooOld: the release was built by a version that did not make all the tables asked for.
        TypeError: the query's columns are not the fields of ``row_type``, in order.
    """
    columns, values = _asked(con, package, name, parameters)
    _demand_columns(name, row_type, columns)
    return tuple(row_type(*row) for row in values)


def fetch_by(
    con: duckdb.DuckDBPyConnection, name: str, row_type: type[Row], parameters: Mapping[str, Any]
) -> dict[str, tuple[Row, ...]]:
    """Return the rows of traceability/queries/<name>.sql by its first column, in the query's order.

    Raises:
        ReleaseTooOld, TypeError: as `fetch`.
    """
    columns, values = _asked(con, "traceability", name, parameters)
    _demand_columns(name, row_type, columns[1:])
    found: dict[str, list[Row]] = defaultdict(list)
    for key, *row in values:
        found[key].append(row_type(*row))
    return {key: tuple(rows) for key, rows in found.items()}


def by_lot(rows: Iterable[OfLot]) -> dict[str, tuple[OfLot, ...]]:
    """Return rows that name their lot by it, in their order."""
    found: dict[str, list[OfLot]] = defaultdict(list)
    for row in rows:
        found[row.lot_id].append(row)
    return {lot_id: tuple(own) for lot_id, own in found.items()}


def _asked(
    con: duckdb.DuckDBPyConnection, package: str, name: str, parameters: Mapping[str, Any]
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    cursor = con.cursor()
    try:
        cursor.execute(_sql(package, name), dict(parameters))
    except duckdb.CatalogException as missing:
        raise ReleaseTooOld(
            "该版本由较早的程序生成，缺少所需的表；运行 `medlake refresh` 生成新版本 | "
            "an earlier version built this release, which lacks a table; "
            f"run `medlake refresh` for a new one ({_first_line(missing)})"
        ) from missing
    return tuple(column[0] for column in cursor.description or ()), cursor.fetchall()


def _demand_columns(name: str, row_type: type[Any], columns: tuple[str, ...]) -> None:
    wanted = tuple(field.name for field in fields(row_type))
    if columns != wanted:
        raise TypeError(f"query {name} gives {columns}, {row_type.__name__} wants {wanted}")


def _first_line(error: Exception) -> str:
    """What an engine says first; the rest points into a query that nobody typed."""
    return str(error).partition("\n")[0]


@cache
def _sql(package: str, name: str) -> str:
    return files(package).joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
