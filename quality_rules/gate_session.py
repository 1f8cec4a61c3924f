"""One gate's session with Great Expectations: context, connection, and the validation of one table at a time.

Flow: open connection + stage -> GateSession.validate(table, expectations) -> GX's own results.
Importing this module imports Great Expectations: only a running gate does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import sqlalchemy as sa
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions.exceptions import ExpectationNotFoundError
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.validator.v1_validator import Validator

from quality_rules.engine import SAMPLE, DuckDBDatasource, gate_engine


def quiet_context(folder: Path | None = None) -> AbstractDataContext:
    """A GX context in memory that sends nothing anywhere and draws no progress bars; docs go to a folder."""
    stores = InMemoryStoreBackendDefaults()
    sites = {}
    if folder is not None:
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
        index = {"class_name": "DefaultSiteIndexBuilder"}
        sites = {
            "local": {"class_name": "SiteBuilder", "store_backend": backend, "site_index_builder": index}
        }
    config = DataContextConfig(
        store_backend_defaults=stores,
        data_docs_sites=sites,
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)


class GateSession:
    """One stage under check: one GX context, one connection, one snapshot of the data."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, schema: str) -> None:
        self._engine = gate_engine(connection)
        context = quiet_context()
        self._datasource: DuckDBDatasource = context.data_sources.add_duckdb(
            schema, connection_string="duckdb://"
        )
        self._datasource.use(self._engine, schema)

    def close(self) -> None:
        """Ends the snapshot."""
        self._engine.close()

    def count(self, sql: str) -> int:
        """One number, asked of the same snapshot."""
        return int(self._engine.execute_query(sa.text(bound(sql))).scalar_one())

    def validate(
        self, table: str, expectations: Sequence[Expectation], key: Sequence[str]
    ) -> ExpectationSuiteValidationResult:
        """All expectations of one table: yes or no for each, and rows and keys only of those that fail.

        GX spends a third of its time collecting examples, also where there is nothing to show.
        """
        batch = self._datasource.whole_table(table)
        name = f"{self._datasource.name}.{table}"
        answer = _run(batch, name, expectations, "BOOLEAN_ONLY")
        failed = [rule_of(found) for found in answer.results if not found.success]
        if not failed:
            return answer
        again = [made for made in expectations if (made.meta or {})["rule"] in failed]
        shape = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLE}
        details = _run(batch, name, again, shape | {"unexpected_index_column_names": list(key)})
        answer.results = [found for found in answer.results if found.success] + details.results
        return answer


def _run(
    batch: BatchDefinition[Any], name: str, expectations: Sequence[Expectation], shape: Any
) -> ExpectationSuiteValidationResult:
    suite = gx.ExpectationSuite(name=name, expectations=[copy(made) for made in expectations])
    return Validator(batch, shape).validate_expectation_suite(suite)


def bound(sql: str) -> str:
    """SQL as GX may take it: braces are format fields to it, colons parameters to SQLAlchemy."""
    return sql.replace("{", "{{").replace("}", "}}").replace(":", r"\:")


def rule_of(found: Any) -> str:
    """Id of the rule a result of GX belongs to."""
    return str(found.expectation_config.meta["rule"])


def expectation(kind: str, kwargs: Mapping[str, Any], **about: Any) -> Expectation:
    """An expectation by its type in snake case.

    Raises:
        ValueError: the type is unknown, or it does not take these arguments.
    """
    try:
        make = get_expectation_impl(kind)
    except ExpectationNotFoundError as error:
        raise ValueError(f"Great Expectations knows no expectation {kind}") from error
    if "unexpected_rows_query" in kwargs:
        kwargs = {"unexpected_rows_query": bound(kwargs["unexpected_rows_query"])}
    return make(**kwargs, **about)
