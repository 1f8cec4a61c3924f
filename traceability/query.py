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

Row = TypeVar("Row")


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
        TypeError: the query's columns are not the fields of ``row_type``, in order.
    """
    cursor = con.cursor()
    cursor.execute(_sql(package, name), dict(parameters))
    columns = tuple(column[0] for column in cursor.description or ())
    wanted = tuple(field.name for field in fields(row_type))  # type: ignore[arg-type]
    if columns != wanted:
        raise TypeError(f"query {name} gives {columns}, {row_type.__name__} wants {wanted}")
    return tuple(row_type(*values) for values in cursor.fetchall())


@cache
def _sql(package: str, name: str) -> str:
    return files(package).joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
