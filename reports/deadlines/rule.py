"""Rules that set a deadline, read from rules.yaml: who asks for what, counted how, on which clause.

rules.yaml → load_rules() → Rule. A regulation that changes is a new rule with its own days, never an edit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from reports.dated import Dated

Jurisdiction = Literal["CN", "US", "EU"]
Process = Literal["recall", "adverse_event"]
Start = Literal["decision", "awareness", "completion"]
Unit = Literal["hours", "days", "working_days", "before"]
Confidence = Literal["H", "M", "L"]
_CLOSED = {
    "jurisdiction": get_args(Jurisdiction),
    "process": get_args(Process),
    "starts": get_args(Start),
    "unit": get_args(Unit),
    "confidence": get_args(Confidence),
}


class RuleInvalid(ValueError):
    """rules.yaml contradicts itself; the message names the rule and the word."""


@dataclass(frozen=True)
class Rule(Dated):
    """One thing to be done by a time.

    Attributes:
        classes: Recall classes it holds for; empty means all.
        count: How many units after the start; 0 means at once.
        calendar: Working days of quality_rules/calendars, None for calendar days.
        valid_from: First day of decisions it holds for, None for as long as anyone remembers.
        source: Order or regulation and clause.
        confidence: H read in the rule itself, M to be confirmed, L not verified.
    """

    id: str
    jurisdiction: Jurisdiction
    process: Process
    classes: tuple[int, ...]
    starts: Start
    count: int
    unit: Unit
    zone: str
    valid_from: date | None
    valid_to: date | None
    what_zh: str
    what_en: str
    source: str
    confidence: Confidence
    calendar: str | None = None


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of the file.

    Raises:
        RuleInvalid: a rule lacks a word, has an unknown one, or an id stands twice.
    """
    text = files("reports.deadlines").joinpath("rules.yaml").read_text(encoding="utf-8")
    rules = tuple(_rule(tree) for tree in yaml.safe_load(text))
    ids = [rule.id for rule in rules]
    if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise RuleInvalid(f"deadline rules stand twice: {', '.join(twice)}")
    return rules


def _rule(tree: dict[str, Any]) -> Rule:
    id_ = tree.get("id", "?")
    known = {field.name for field in fields(Rule)}
    lacking = known - {"calendar"} - set(tree)
    if lacking or set(tree) - known:
        raise RuleInvalid(f"{id_}: lacks {sorted(lacking)}, does not know {sorted(set(tree) - known)}")
    for word, values in _CLOSED.items():
        if tree[word] not in values:
            raise RuleInvalid(f"{id_}: {word} is {tree[word]!r}, not one of {values}")
    if (tree["unit"] == "working_days") != ("calendar" in tree):
        raise RuleInvalid(f"{id_}: working days need a calendar, and only they")
    return Rule(**{**tree, "classes": tuple(tree["classes"])})
