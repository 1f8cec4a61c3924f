"""How sensitive every released column is: contracts at the sources, carried along by column lineage.

contracts + model_catalogue -> {table: {column: {sensitivity: [source columns]}}}, which a release keeps in
its manifest; lakehouse/access applies the policy to it. What lineage cannot follow counts as personal.
Alone: python -m pipelines.sensitivity core.customer
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Set
from fnmatch import fnmatchcase
from functools import cache

from lakehouse.access import BadPolicy, Policy, Sensitivity, load_policy
from lakehouse.settings import Settings
from pipelines.sqlmesh.catalogue import ModelInfo, model_catalogue
from quality_rules.contract import Contract, load_contracts

RAW = "raw."
SEED = "SEED"
# What the platform adds to every raw record: file, row, load; about the record, not of it.
OUR_MARK = "_"
Sources = Mapping[str, Mapping[str, Mapping[str, list[str]]]]


def release_sensitivity(models: Iterable[ModelInfo], layers: frozenset[str]) -> Sources:
    """By table and column of the released layers, the source columns above internal, by their sensitivity.

    Raises:
        BadPolicy: The policy classifies a column that nothing is made of.
    """
    followed = _Followed(tuple(models), load_contracts())
    demand_known(load_policy(), {*followed.leaves, *map(".".join, followed.columns)})
    return {
        model.name: {column.name: followed.sensitive(model.name, column.name) for column in model.columns}
        for model in followed.models.values()
        if model.layer in layers
    }


def demand_known(policy: Policy, known: Set[str]) -> None:
    """Refuses a policy that speaks of a table or column that does not exist.

    Raises:
        BadPolicy: Says file, line and name.
    """
    tables = {column.rpartition(".")[0] for column in known}
    exceptions = [column for grant in policy.grants.values() for column in grant.columns]
    for name in (*policy.classes, *exceptions):
        table, _, column = name.rpartition(".")
        if name not in known and not (column == "*" and table in tables):
            raise name.wrong(
                policy.file, "没有这一列", "there is no such column, of a contract or of a model"
            )
    for grant in policy.grants.values():
        for pattern in (*grant.tables, *(grant.rows.shared if grant.rows else ())):
            if not any(fnmatchcase(table, pattern.removeprefix("-")) for table in tables):
                raise pattern.wrong(policy.file, "没有这样的表", "no table has such a name")


class _Followed:
    """Column lineage followed down to contracts' columns, and to what cannot be followed further."""

    def __init__(self, models: tuple[ModelInfo, ...], contracts: Mapping[str, Contract]) -> None:
        self.models = {model.name: model for model in models}
        self.leaves = {
            f"{contract.id}.{column.physical_name}": Sensitivity(column.classification)
            for contract in contracts.values()
            for column in contract.columns
        }
        self.columns = [(model.name, column.name) for model in models for column in model.columns]
        self._sources = cache(self._follow)
        for column in self.columns:
            self._sources(*column)

    def sensitive(self, table: str, column: str) -> dict[str, list[str]]:
        """The sources of a column above internal, by sensitivity."""
        found: dict[str, list[str]] = {}
        for leaf in sorted(self._sources(table, column)):
            if self.leaves[leaf].weight > Sensitivity.INTERNAL.weight:
                found.setdefault(self.leaves[leaf].value, []).append(leaf)
        return found

    def _follow(self, table: str, column: str) -> frozenset[str]:
        if table.startswith(RAW):
            return self._leaf(table.removeprefix(RAW), column)
        model = self.models.get(table)
        if model is None or (model.kind != SEED and not any(model.column_lineage.values())):
            return self._leaf(table, column)
        parts = [self._sources(*source) for source in model.column_lineage.get(column, ())]
        return frozenset().union(*parts)

    def _leaf(self, table: str, column: str) -> frozenset[str]:
        if column.startswith(OUR_MARK):
            return frozenset()
        name = f"{table}.{column}"
        self.leaves.setdefault(name, Sensitivity.PERSONAL)
        return frozenset({name})


def _print(tables: Set[str]) -> None:
    policy = load_policy()
    found = release_sensitivity(model_catalogue(Settings.from_env()), frozenset({"core", "mart"}))
    for table, columns in found.items():
        for column, sources in columns.items() if table in tables or not tables else ():
            name = f"{table}.{column}"
            print(f"{name}: {policy.sensitivity(name, sources)} {sources or ''}")


if __name__ == "__main__":
    try:
        _print(set(sys.argv[1:]))
    except BadPolicy as bad:
        sys.exit(str(bad))
