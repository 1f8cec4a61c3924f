"""Great Expectations on DuckDB: a datasource whose execution engine stays on one connection.

The stock SQL datasource returns empty results through duckdb-engine: rows are fetched after the connection
has gone back to the pool. Here one connection is kept from the first query to `close`, tables stay where they
are (no temporary copies), and columns are read from DuckDB itself instead of the PostgreSQL catalogue.
Importing this module imports Great Expectations (seconds): only the gate does, and only when it runs.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Literal, cast

import duckdb
import duckdb_engine
import sqlalchemy as sa
from great_expectations.compatibility import pydantic
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource, TableAsset
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.validator.validator import ValidationDependencies
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.sql.elements import BinaryExpression

SAMPLE = 5


class GateCompiler(PGCompiler):
    """DuckDB's `~` matches the whole text, PostgreSQL's any part of it; GX means the latter."""

    def visit_custom_op_binary(self, element: BinaryExpression[Any], operator: Any, **kw: Any) -> str:
        """Writes GX's regular expression operators as DuckDB's `regexp_matches`."""
        if operator.opstring not in {"~", "!~"}:
            return str(super().visit_custom_op_binary(element, operator, **kw))  # type: ignore[no-untyped-call]
        text, pattern = self.process(element.left, **kw), self.process(element.right, **kw)
        return f"{'NOT ' if operator.opstring == '!~' else ''}regexp_matches({text}, {pattern})"


class DuckDBColumns:
    """What GX asks an SQLAlchemy inspector, answered by DuckDB: names and types in table order."""

    def __init__(self, engine: DuckDBExecutionEngine) -> None:
        self._engine = engine
        self.dialect = engine.dialect

    def get_pk_constraint(self, table_name: str, schema: str) -> dict[str, list[str]]:
        """No table of ours has a declared key; grains are rules."""
        return {"constrained_columns": []}

    def get_columns(self, table_name: str, schema: str) -> list[dict[str, str]]:
        """Columns of a table or view."""
        query = sa.text(f'SELECT column_name, column_type FROM (DESCRIBE "{schema}"."{table_name}")')
        rows = self._engine.execute_query(query).fetchall()
        return [{"name": name, "type": type_name} for name, type_name in rows]


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """An execution engine that opens one connection and keeps it, hence one snapshot for a whole gate."""

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """The one connection; it is not given back after a query."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def get_inspector(self) -> DuckDBColumns:  # type: ignore[override]
        """DuckDB's own answer about columns."""
        return DuckDBColumns(self)

    def close(self) -> None:
        """Ends the snapshot; the caller's own connection stays open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """A fluent datasource of type `duckdb` on one schema; `use` hands it the engine to work with."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    _schema: str = pydantic.PrivateAttr("")

    @property
    def execution_engine_type(self) -> builtins.type[SqlAlchemyExecutionEngine]:
        """The engine that keeps its connection."""
        return DuckDBExecutionEngine

    @property
    def schema_(self) -> str:
        """The schema of every table of this datasource: a stage."""
        return self._schema

    def use(self, engine: DuckDBExecutionEngine, schema: str) -> None:
        """Hands over engine and schema; the connection string is only a label, nothing is opened from it."""
        self._execution_engine = engine
        self._schema = schema

    def test_connection(self, test_assets: bool = True) -> None:
        """Nothing to test: the connection handed over is open."""

    def get_execution_engine(self) -> SqlAlchemyExecutionEngine:
        """The engine handed over."""
        engine: SqlAlchemyExecutionEngine | None = self._execution_engine
        if engine is None:
            raise LookupError("DuckDBDatasource has no engine yet; call use() first")
        return engine

    def get_engine(self) -> sa.Engine:
        """The SQLAlchemy engine below it."""
        engine: sa.Engine = self.get_execution_engine().engine
        return engine

    def whole_table(self, name: str) -> BatchDefinition[Any]:
        """A batch over all rows of a table, added without GX writing its project file once per table."""
        asset = TableAsset(name=name, table_name=name)
        asset._datasource = self
        self.assets.append(asset)
        batch: BatchDefinition[Any] = BatchDefinition(name="all")
        batch.set_data_asset(asset)
        return batch


class ExpectNoBadRows(UnexpectedRowsExpectation):
    """GX's SQL expectation for rules over several tables: names its tables itself, shows the bad rows."""

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None
    ) -> ValidationDependencies:
        """Leaves the rows out when only yes or no is asked for, which halves the queries."""
        needed = super().get_validation_dependencies(execution_engine, runtime_configuration)
        if needed.result_format.get("result_format") == "BOOLEAN_ONLY":
            needed.remove_metric_configuration("unexpected_rows_query.table")
        return needed

    @pydantic.validator("unexpected_rows_query")
    def _validate_query(cls, query: str) -> str:  # noqa: N805  (pydantic hands over the class)
        """Takes the query as written; the inherited check prints a notice when `{batch}` is absent."""
        return query

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        """The exact count, and the rows themselves, which GX gives only in its costliest result format."""
        count = metrics["unexpected_rows_query.row_count"]
        rows = metrics.get("unexpected_rows_query.table", [])[:SAMPLE]
        return {
            "success": count == 0,
            "result": {"observed_value": count, "details": {"unexpected_rows": rows}},
        }


def gate_engine(connection: duckdb.DuckDBPyConnection) -> DuckDBExecutionEngine:
    """An execution engine on cursors of an open connection: same database, same extensions, own snapshot."""
    engine = sa.create_engine(
        "duckdb://",
        creator=lambda: duckdb_engine.ConnectionWrapper(connection.cursor()),
        poolclass=sa.pool.NullPool,
    )
    engine.dialect.statement_compiler = GateCompiler
    gate = DuckDBExecutionEngine(engine=engine, create_temp_table=False)
    # GX writes regular expressions only for dialects it knows; ours reads what it writes for PostgreSQL.
    gate.dialect_module = cast(Any, SimpleNamespace(dialect=sa.dialects.postgresql.dialect))
    return gate
