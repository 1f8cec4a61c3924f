"""A table of a report: asked by a query file, its columns named in the catalogue.

<package>/queries/<name>.sql + parameters → Section. A section that no source can fill says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb

from reports.language import NOTHING, Language
from reports.refusals import NotReleased

WORDS = "tabular.column"
CODES = "tabular.code"
# Columns whose texts say it in both languages.
BOTH = frozenset({"what", "basis", "product_name", "equipment_name"})


@dataclass(frozen=True)
class Section:
    """One table.

    Attributes:
        code: Its title stands in the catalogue as `tabular.section.<code>`.
        no_source: No system delivers this; rows are empty for that reason.
    """

    code: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    no_source: bool = False


def ask_section(
    con: duckdb.DuckDBPyConnection, package: str, name: str, parameters: Mapping[str, Any]
) -> Section:
    """Return the rows of a query file as a section of its name.

    Raises:
        NotReleased: an earlier version built the release, which lacks a table.
    """
    query = files(package).joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")
    cursor = con.cursor()
    try:
        cursor.execute(query, {key: value for key, value in parameters.items() if f"${key}" in query})
    except duckdb.CatalogException as missing:
        raise NotReleased(
            "该版本由较早的程序生成，缺少所需的表；运行 `medlake refresh` 生成新版本 | "
            "an earlier version built this release, which lacks a table; run `medlake refresh` for a new one"
        ) from missing
    columns = tuple(column[0] for column in cursor.description or ())
    return Section(name, columns, tuple(cursor.fetchall()))


def unsourced(code: str) -> Section:
    """Return a section that no source can fill."""
    return Section(code, (), (), no_source=True)


def title(say: Language, section: Section) -> str:
    """Return the title of a section."""
    return say(f"tabular.section.{section.code}")


def heads(say: Language, columns: Sequence[str]) -> list[str]:
    """Return the headers of columns.

    Raises:
        KeyError: the catalogue has no word for one.
    """
    return [say(f"{WORDS}.{column}") for column in columns]


def cell(say: Language, column: str, value: Any) -> str:
    """Return a value as people read it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return say("tabular.yes" if value else "tabular.no")
    if isinstance(value, Decimal) and column.endswith("_rate"):
        return say.percent(value)
    if isinstance(value, Decimal | int):
        return say.number(value)
    if isinstance(value, datetime):
        return say.time(value)
    if isinstance(value, date):
        return say.month(value) if column == "month" else say.day(value)
    if column in BOTH:
        return say.either(value)
    return say.code(CODES, value) if column.endswith("_code") else str(value)
