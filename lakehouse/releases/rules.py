"""What each kind of release needs before readers see it, read from one reviewed file: rules.yaml.

rules.yaml -> Rule per kind; a rule travels inside the record of its release, so that history is judged by the
rule of its own day and a later change of the file changes no past decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROUTINE = "routine"
FILE = Path(__file__).with_name("rules.yaml")


class UnknownKind(LookupError):
    """No rule is written for this kind of release."""


@dataclass(frozen=True)
class Needed:
    """A signature a release must have: in which role, and what signing means (21 CFR 11.50)."""

    role: str
    meaning: str


@dataclass(frozen=True)
class Right:
    """Who may do something, and whether it must be signed."""

    roles: tuple[str, ...]
    is_signed: bool


@dataclass(frozen=True)
class GlassRule:
    """Who may release alone in an emergency, and for how many hours at most."""

    roles: tuple[str, ...]
    hours: int


@dataclass(frozen=True)
class Rule:
    """What one kind of release needs.

    Attributes:
        kind: Name of the kind.
        needed: Signatures, each by another person; empty when green gates are enough.
        withdraw: Who may withdraw it or roll back to it.
        glass: The emergency door, or None where there is none.
        keep_days: A release that is no longer current is kept at least so long.
    """

    kind: str
    needed: tuple[Needed, ...]
    withdraw: Right
    glass: GlassRule | None
    keep_days: int

    def as_dict(self) -> dict[str, Any]:
        """The rule as it stands in the file."""
        glass = self.glass
        return {
            "kind": self.kind,
            "needed": [{"role": n.role, "meaning": n.meaning} for n in self.needed],
            "withdraw": {"roles": list(self.withdraw.roles), "signed": self.withdraw.is_signed},
            "break_glass": {"roles": list(glass.roles), "hours": glass.hours} if glass else None,
            "keep_days": self.keep_days,
        }


def rule_of(facts: Mapping[str, Any]) -> Rule:
    """A rule from its place in the file or in a record."""
    glass = facts["break_glass"]
    return Rule(
        kind=facts["kind"],
        needed=tuple(Needed(n["role"], n["meaning"]) for n in facts["needed"]),
        withdraw=Right(tuple(facts["withdraw"]["roles"]), facts["withdraw"]["signed"]),
        glass=GlassRule(tuple(glass["roles"]), glass["hours"]) if glass else None,
        keep_days=facts["keep_days"],
    )


def load_rules(file: Path = FILE) -> dict[str, Rule]:
    """Every kind's rule."""
    kinds = yaml.safe_load(file.read_text(encoding="utf-8"))["kinds"]
    return {kind: rule_of({"kind": kind, **facts}) for kind, facts in kinds.items()}


def rule_for(kind: str) -> Rule:
    """The rule of a kind.

    Raises:
        UnknownKind: There is none.
    """
    rules = load_rules()
    if kind not in rules:
        known = ", ".join(sorted(rules))
        raise UnknownKind(
            f"没有 {kind} 类发布的规则 | no rule for releases of kind {kind!r}; there are: {known}"
        )
    return rules[kind]
