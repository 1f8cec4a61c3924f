"""What a contract decides about columns that are not the ones it names: the server's custom property `drift`.

contract file -> drift_policy() -> DriftPolicy; the readers compare names and act (pipelines/ingest/readers).
A contract that says nothing refuses: a file with other columns waits until a person has decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from quality_rules.contract_terms import demand

Decision = Literal["refuse", "quarantine", "accept-new-column"]

ALLOWED: Mapping[str, frozenset[str]] = {
    "new": frozenset({"refuse", "quarantine", "accept-new-column"}),
    "missing": frozenset({"refuse", "quarantine"}),
    "renamed": frozenset({"refuse", "quarantine"}),
    "retyped": frozenset({"refuse", "quarantine"}),
}


@dataclass(frozen=True)
class DriftPolicy:
    """One decision per kind of drift.

    Attributes:
        new: A column the contract does not name. `accept-new-column` keeps its text in the raw table.
        missing: A column of the contract that the file does not have.
        renamed: A missing and a new column that look like one; also a name in another case.
        retyped: A column whose values mostly no longer type as the contract says. `refuse` keeps the release
            back, `quarantine` only the rows.
    """

    new: Decision
    missing: Decision
    renamed: Decision
    retyped: Decision


STRICT = DriftPolicy("refuse", "refuse", "refuse", "refuse")


def drift_policy(file: Path, value: Any) -> DriftPolicy:
    """The policy of a contract; kinds it does not name are refused.

    Raises:
        ContractError: An unknown kind, or a decision that the kind does not allow.
    """
    if value is None:
        return STRICT
    demand(isinstance(value, dict), file, "", f"drift must map {sorted(ALLOWED)} to decisions")
    unknown = sorted(set(value) - set(ALLOWED))
    demand(not unknown, file, "", f"unknown drift {unknown[:1]}; known: {sorted(ALLOWED)}")
    for kind, decision in value.items():
        allowed = ALLOWED[kind]
        demand(decision in allowed, file, "", f"drift {kind} must be one of {sorted(allowed)}")
    return DriftPolicy(**{kind: value.get(kind, "refuse") for kind in ALLOWED})
