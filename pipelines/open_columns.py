"""Columns that a place without roles may show, such as the Dagster UI: none that is confidential or personal.

model_catalogue + lakehouse/access/policy.yaml -> open_columns() -> {table: columns}
"""

from collections.abc import Sequence

from lakehouse.access import Sensitivity, load_policy
from pipelines.sensitivity import release_sensitivity
from pipelines.sqlmesh.catalogue import ModelInfo

LAYERS = frozenset({"stg", "core", "mart"})


def open_columns(models: Sequence[ModelInfo]) -> dict[str, tuple[str, ...]]:
    """The open columns of every table of the warehouse, in its order; perhaps none."""
    policy = load_policy()
    return {
        table: tuple(
            column
            for column, sources in columns.items()
            if policy.sensitivity(f"{table}.{column}", sources).weight <= Sensitivity.INTERNAL.weight
        )
        for table, columns in release_sensitivity(models, LAYERS).items()
    }
