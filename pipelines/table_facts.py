"""What stands in tables, for people who look at an asset: how many rows, and a few open columns of some.

tables + the columns that may be shown -> model_facts(), raw_facts() -> TableFacts
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from deltalake import DeltaTable
from pyarrow import fs

from lakehouse.raw_zone import RawZone
from lakehouse.settings import Settings
from lakehouse.warehouse import connect
from pipelines.open_columns import open_columns
from pipelines.sqlmesh.build import BuildReport
from pipelines.sqlmesh.catalogue import model_catalogue

ROWS_SHOWN = 5
TABLES_PER_QUERY = 100
LONGEST_TEXT = 60


@dataclass(frozen=True)
class TableFacts:
    """Rows of a table, and the first as text; `columns` names what is shown of them."""

    rows: int
    columns: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]


def model_facts(settings: Settings, report: BuildReport) -> dict[str, TableFacts]:
    """Facts of every table that was built."""
    shown = open_columns(model_catalogue(settings))
    shown = {run.name: shown.get(run.name, ()) for run in report.models if run.is_built}
    with connect(settings.build_path, read_only=True, settings=settings) as connection:
        return table_facts(connection, shown)


def table_facts(
    connection: duckdb.DuckDBPyConnection, shown: Mapping[str, Sequence[str]]
) -> dict[str, TableFacts]:
    """Facts by qualified table; `shown` gives the columns of each that anybody may see."""
    names = sorted(shown)
    counts: dict[str, int] = {}
    for first in range(0, len(names), TABLES_PER_QUERY):
        part = names[first : first + TABLES_PER_QUERY]
        query = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in part)
        counts.update(connection.execute(query).fetchall())
    return {
        name: TableFacts(counts[name], tuple(shown[name]), _first_rows(connection, name, shown[name]))
        for name in names
    }


def raw_facts(zone: RawZone, name: str, columns: Sequence[str]) -> TableFacts:
    """Facts of a raw table: the rows are counted by its log, not by its files."""
    table = DeltaTable(zone.table_path(name))
    rows = sum(pa.table(table.get_add_actions(flatten=True))["num_records"].to_pylist())
    files = fs.SubTreeFileSystem(str(zone.table_path(name)), fs.LocalFileSystem())
    first = table.to_pyarrow_dataset(filesystem=files).head(ROWS_SHOWN, columns=list(columns))
    preview = tuple(
        tuple((value or "")[:LONGEST_TEXT] for value in row.values()) for row in first.to_pylist()
    )
    return TableFacts(rows, tuple(columns), preview if columns else ())


def _first_rows(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """The rows as they lie, for a look; nothing is computed from them."""
    if not columns:
        return ()
    texts = ", ".join(f"left(COALESCE(\"{column}\"::TEXT, ''), {LONGEST_TEXT})" for column in columns)
    return tuple(connection.execute(f"SELECT {texts} FROM {name} LIMIT {ROWS_SHOWN}").fetchall())
