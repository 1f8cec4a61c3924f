"""The facet of assertions, in OpenLineage's words: rules of a gate on a table, drift of a file's columns."""

from __future__ import annotations

from collections.abc import Sequence

from openlineage.client.generated.data_quality_assertions_dataset import (
    Assertion,
    DataQualityAssertionsDatasetFacet,
)

from lineage.facts import ColumnDrift, Outcome

PRODUCER = "urn:medlake:lineage:1"
# Rule under which a file of other columns is refused; pipelines/ingest/rules.py.
DRIFT_RULE = "DQ-FIL-020"


def rule_assertions(outcomes: Sequence[Outcome]) -> DataQualityAssertionsDatasetFacet:
    """What the rules of a gate found on one table."""
    made = [
        Assertion(
            assertion=outcome.dimension,
            success=outcome.passed,
            column=outcome.column or None,
            severity={"block": "error"}.get(outcome.severity, outcome.severity),
            name=outcome.rule_id,
            description=outcome.description_en,
            expected="0",
            actual=str(outcome.failed_rows),
            params={"checkedRows": outcome.checked_rows, "sampleKeys": list(outcome.sample_keys)},
        )
        for outcome in outcomes
    ]
    return DataQualityAssertionsDatasetFacet(made, producer=PRODUCER)


def drift_assertions(drifts: Sequence[ColumnDrift]) -> DataQualityAssertionsDatasetFacet:
    """Which columns of one file are not as the contract says: accepted ones have passed."""
    made = [
        Assertion(
            assertion=f"schema.{drift.kind}",
            success=drift.decision not in ("refuse", "quarantine"),
            column=drift.column or drift.found or None,
            severity="error" if drift.decision == "refuse" else "warn",
            name=DRIFT_RULE,
            description=drift.message,
            expected=drift.column,
            actual=drift.found,
            params={"decision": drift.decision},
        )
        for drift in drifts
    ]
    return DataQualityAssertionsDatasetFacet(made, producer=PRODUCER)
