"""What a steward may decide alone, and how long a pair may wait; the reviewed file is policy.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Policy:
    """Limits of one steward.

    Attributes:
        review_days: Days after which an undecided pair is overdue.
        second_person: action -> bands (merge), rules (apart), attributes (override) that take two persons.
    """

    review_days: int
    second_person: Mapping[str, frozenset[str]]

    def persons_needed(self, action: str, kind: str) -> int:
        """How many persons a decision of this kind takes; KeyError for an action the policy does not know."""
        return 2 if kind in self.second_person[action] else 1


@cache
def load_policy() -> Policy:
    """The reviewed policy."""
    text = files("master_data.identity").joinpath("policy.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    second = {action: frozenset(kinds) for action, kinds in told["second_person"].items()}
    return Policy(int(told["review_days"]), second)
