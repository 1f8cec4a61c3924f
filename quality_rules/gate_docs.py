"""Data Docs: the pages Great Expectations makes of its own results, for a person to read without our tools.

Flow: GateReports -> suites and results in the stores of a GX context -> SiteBuilder -> <folder>/index.html.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quality_rules.gate import GateReport

if TYPE_CHECKING:
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext


def build_docs(reports: Iterable[GateReport], folder: Path, run_name: str) -> Path:
    """Builds the site of one run in place of an older one and returns its index page.

    Args:
        reports: Gates of one run; each table of each stage gets a page of rules and a page of results.
        folder: The site's own folder; whatever lies in it is replaced.
        run_name: Name of the run, shown on the index.
    """
    from great_expectations.core.run_identifier import RunIdentifier

    from quality_rules.gate_session import quiet_context

    shutil.rmtree(folder, ignore_errors=True)
    context = quiet_context(folder)
    for report in reports:
        run = RunIdentifier(run_name=run_name, run_time=report.at)
        for validation in report.validations:
            _keep(context, validation, run)
    context.build_data_docs()
    return folder / "index.html"


def _keep(context: AbstractDataContext, validation: Any, run: RunIdentifier) -> None:
    """Puts one table's rules and results where the site builder looks for them."""
    from great_expectations import ExpectationSuite
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    rules = [found.expectation_config.to_domain_obj() for found in validation.results]
    context.suites.add(ExpectationSuite(name=validation.suite_name, expectations=rules))
    name = ExpectationSuiteIdentifier(name=validation.suite_name)
    validation.meta |= {"run_id": run, "validation_time": run.run_time}
    key = ValidationResultIdentifier(name, run_id=run, batch_identifier=validation.batch_id)
    context.validation_results_store.store_validation_results(validation, key)
