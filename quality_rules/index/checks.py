"""Checks of a release: the rules of its gates and what its own tables tell, one file beside its warehouse.

gate results of the run + the finished copy → keep_checks → <release>/quality_checks.parquet → read_checks
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quality_rules.gate import GATE_RESULT_SCHEMA

ATTACHMENT = "quality_checks.parquet"
# Tables that stand for several sources at once.
INTEGRATED = "integrated"
_OF_A_RUN = ("run_id", "checked_at")
SCHEMA = pa.schema([column for column in GATE_RESULT_SCHEMA if column.name not in _OF_A_RUN])


@dataclass(frozen=True)
class Check:
    """One rule on one table in one release.

    Attributes:
        severity: Effect of a failure, tolerance already applied: block or warn.
        checked_rows: What was looked at: rows, records, periods or statements.
        sample_keys: Up to five bad rows, a line each.
    """

    stage: str
    rule_id: str
    table_name: str
    column_name: str
    dimension: str
    severity: str
    is_passed: bool
    checked_rows: int
    failed_rows: int
    sample_keys: str
    description_zh: str
    description_en: str

    @property
    def source_code(self) -> str:
        """System that the table is of; `integrated` for tables made of several."""
        name = self.table_name.rpartition(".")[2]
        system, found, _ = name.partition("__")
        return system if found else INTEGRATED

    @property
    def source_table(self) -> str:
        """The table without its layer: raw, typed and delivered records of a contract stand together."""
        name = self.table_name.rpartition(".")[2]
        return name if "__" in name else self.table_name


def keep_checks(results: pa.Table) -> Callable[[duckdb.DuckDBPyConnection, Path], None]:
    """Gives what writes the checks of a release beside its warehouse; an attachment of `lakehouse.releases`.

    Args:
        results: Rows of medlake__gate_result of the run that makes the release.
    """

    def attach(con: duckdb.DuckDBPyConnection, target: Path) -> None:
        sql = files("quality_rules.index").joinpath("measured.sql").read_text(encoding="utf-8")
        measured = con.cursor().execute(sql).to_arrow_table()
        names = ["stage", "rule_id", "table_name", "column_name", "dimension"]
        together = pa.concat_tables(
            [results.select(SCHEMA.names).cast(SCHEMA), measured.select(SCHEMA.names).cast(SCHEMA)]
        )
        pq.write_table(together.sort_by([(name, "ascending") for name in names]), target)

    return attach


def read_checks(release_folder: Path) -> tuple[Check, ...] | None:
    """Every check of a release; None when it was made before checks were kept with releases."""
    path = release_folder / ATTACHMENT
    if not path.is_file():
        return None
    names = [field.name for field in fields(Check)]
    return tuple(Check(**row) for row in pq.read_table(path, columns=names).to_pylist())
