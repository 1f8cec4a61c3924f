"""Run a query file against a release and get typed rows back.

queries/<name>.sql + named parameters → frozen dataclasses whose fields are the query's columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import duckdb

from lakehouse.releases import NoRelease

Row = TypeVar("Row")


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
    cursor = con.cursor()
    try:
        cursor.execute(_sql(package, name), dict(parameters))
    except duckdb.CatalogException as missing:
        raise ReleaseTooOld(
            "该版本由较早的程序生成，缺少所需的表；运行 `medlake refresh` 生成新版本 | "
            "an earlier version built this release, which lacks a table; "
            f"run `medlake refresh` for a new one ({_first_line(missing)})"
        ) from missing
    columns = tuple(column[0] for column in cursor.description or ())
    wanted = tuple(field.name for field in fields(row_type))  # type: ignore[arg-type]
    if columns != wanted:
        raise TypeError(f"query {name} gives {columns}, {row_type.__name__} wants {wanted}")
    return tuple(row_type(*values) for values in cursor.fetchall())


def _first_line(error: Exception) -> str:
    """What an engine says first; the rest points into a query that nobody typed."""
    return str(error).partition("\n")[0]


@cache
def _sql(package: str, name: str) -> str:
    return files(package).joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
