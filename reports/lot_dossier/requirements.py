"""What the record of a lot must hold, from requirements.yaml: for which lots, since when, on which clause."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from reports.dated import Dated
from reports.form import DatedTable

Trait = Literal["is_sterile", "is_serial_managed", "has_expiry_date"]
Confidence = Literal["H", "M"]


class RequirementInvalid(ValueError):
    """requirements.yaml contradicts itself; the message names the requirement and the word."""


@dataclass(frozen=True)
class Requirement(Dated):
    """One thing that a lot's record must hold.

    Attributes:
        code: Names the judge that looks for it, and the words `need.<code>`.
        product_types: Empty means all.
        trait: Asked only of products declared so; None asks it of all.
        basis: Standard or regulation and clause, `中文 | English` where they differ.
    """

    code: str
    lot_kinds: tuple[str, ...]
    product_types: tuple[str, ...]
    trait: Trait | None
    valid_from: date | None
    valid_to: date | None
    basis: str
    confidence: Confidence

    def asks(self, lot_kind: str, product_type: str | None) -> bool:
        """Whether it is asked of a lot; a lot of unknown kind is asked what a produced one is."""
        kind = lot_kind if lot_kind == "purchased" else "produced"
        return kind in self.lot_kinds and (not self.product_types or product_type in self.product_types)


@cache
def load_requirements() -> tuple[Requirement, ...]:
    """Return every requirement, in the order of a batch record.

    Raises:
        RequirementInvalid: one lacks a word or has an unknown one, or two of a code hold on the same day.
    """
    text = files("reports.lot_dossier").joinpath("requirements.yaml").read_text(encoding="utf-8")
    found = tuple(_requirement(tree) for tree in yaml.safe_load(text))
    for one in found:
        ends = [day for day in (one.valid_from, one.valid_to) if day] or [date.min]
        if any(sum(other.code == one.code and other.holds_on(day) for other in found) > 1 for day in ends):
            raise RequirementInvalid(f"{one.code}: two entries hold on the same day")
    return found


def in_force(day: date) -> tuple[Requirement, ...]:
    """Return the requirements of a day."""
    return tuple(one for one in load_requirements() if one.holds_on(day))


TABLE = DatedTable("lot_requirements", in_force)


def _requirement(tree: dict[str, Any]) -> Requirement:
    known = {field.name for field in fields(Requirement)}
    if known != set(tree):
        raise RequirementInvalid(
            f"{tree.get('code', '?')}: {sorted(known ^ set(tree))} is missing or unknown"
        )
    if tree["trait"] not in {None, *get_args(Trait)} or tree["confidence"] not in get_args(Confidence):
        raise RequirementInvalid(f"{tree['code']}: no such trait or confidence")
    lists = {name: tuple(tree[name]) for name in ("lot_kinds", "product_types")}
    return Requirement(**{**tree, **lists})
