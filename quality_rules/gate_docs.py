"""Data Docs: the pages Great Expectations makes of its own results, for a person to read without our tools.

Flow: GateReport -> keep_results() -> <results>/<run>/<stage>.json.gz -> build_docs() -> <site>/index.html.
Keeping costs the gate milliseconds; building takes seconds and needs neither the warehouse nor the gate.
"""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.durable import write_atomic
from quality_rules.gate import GateReport

if TYPE_CHECKING:
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

SUFFIX = ".json.gz"


class NoResults(LookupError):
    """There is nothing to build pages from; the message says what to run."""


def keep_results(report: GateReport, results: Path) -> Path:
    """Keeps one gate's own results of Great Expectations below the results of its run."""
    kept = {
        "at": report.at.isoformat(),
        "validations": [validation.to_json_dict() for validation in report.validations],
    }
    file = results / f"{report.stage}{SUFFIX}"
    write_atomic(file, gzip.compress(json.dumps(kept, ensure_ascii=False).encode(), mtime=0))
    return file


def build_docs(results: Path, site: Path, run_name: str) -> Path:
    """Builds the site of one run in place of an older one and returns its index page.

    Args:
        results: Folder that keep_results() filled for one run.
        site: The site's own folder; whatever lies in it is replaced, once the new pages are complete.
        run_name: Name of the run, shown on the index.

    Raises:
        NoResults: the folder holds no results.
    """
    gates = sorted(results.glob(f"*{SUFFIX}"))
    if not gates:
        raise NoResults(f"{results} holds no gate results; run `medlake refresh --force`, then build again")
    draft = site.with_name(f".{site.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    _build(gates, draft, run_name)
    shutil.rmtree(site, ignore_errors=True)
    draft.rename(site)
    return site / "index.html"


def _build(gates: list[Path], folder: Path, run_name: str) -> None:
    from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
    from great_expectations.core.run_identifier import RunIdentifier

    from quality_rules.gate_session import quiet_context

    context = quiet_context(folder)
    for gate in gates:
        kept = json.loads(gzip.decompress(gate.read_bytes()))
        run = RunIdentifier(run_name=run_name, run_time=datetime.fromisoformat(kept["at"]))
        for validation in kept["validations"]:
            _show(context, expectationSuiteValidationResultSchema.load(validation), run)
    context.build_data_docs()


def _show(context: AbstractDataContext, validation: Any, run: RunIdentifier) -> None:
    """Puts one table's rules and results where the site builder looks for them."""
    from great_expectations import ExpectationSuite
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    rules = [found.expectation_config.to_domain_obj() for found in validation.results]
    context.suites.add(ExpectationSuite(name=validation.suite_name, expectations=rules))
    name = ExpectationSuiteIdentifier(name=validation.suite_name)
    batch = validation.batch_id
    validation.meta |= {"run_id": run, "validation_time": run.run_time}
    key = ValidationResultIdentifier(name, run_id=run, batch_identifier=batch)
    context.validation_results_store.store_validation_results(validation, key)
