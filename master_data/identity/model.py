"""The model of matching: what each agreement weighs, and from which weight on records are one.

party_model.yaml is reviewed data with a version. Its weights never follow the data of a lake: if they did,
the arrival of a record would change the ids of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

Levels = Mapping[str, Decimal]


@dataclass(frozen=True)
class Model:
    """Weights in bits: log2 of how much oftener a level is seen in one party's records than in two parties'.

    Attributes:
        version: stands beside every pair that was weighed with it.
        prior: log2 odds that two records which share a candidate key are one party.
        auto: from this weight on two records are one without a person.
        review: from this weight on a person decides; below it the two are apart.
        weights: field → level → bits.
        never_auto: field → levels with which only a person joins two records, whatever the rest weighs.
        words: field or field.level → its name, 中文 | English.
    """

    version: int
    prior: Decimal
    auto: Decimal
    review: Decimal
    weights: Mapping[str, Levels]
    never_auto: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str]


@cache
def load_model() -> Model:
    """Return the reviewed model."""
    text = files("master_data.identity").joinpath("party_model.yaml").read_text(encoding="utf-8")
    return read_model(yaml.safe_load(text))


def read_model(told: Mapping[str, Any]) -> Model:
    """Return the model that a parsed party_model.yaml tells.

    Raises:
        KeyError: Something that decides is missing: there are no defaults.
    """
    fields = told["fields"]
    weights = {name: _levels(field["levels"]) for name, field in fields.items()}
    words = {name: field["name"] for name, field in fields.items()}
    for name, field in fields.items():
        words |= {f"{name}.{level}": facts["name"] for level, facts in field["levels"].items()}
    bands = told["bands"]
    return Model(
        version=int(told["version"]),
        prior=_bits(told["prior"]["weight"]),
        auto=_bits(bands["auto"]),
        review=_bits(bands["review"]),
        weights=MappingProxyType(weights),
        never_auto=MappingProxyType({name: tuple(levels) for name, levels in bands["never_auto"].items()}),
        words=MappingProxyType(words),
    )


def _levels(levels: Mapping[str, Mapping[str, Any]]) -> Levels:
    return MappingProxyType({level: _bits(facts["weight"]) for level, facts in levels.items()})


def _bits(number: float) -> Decimal:
    """Tenths of a bit: finer differences are none that anybody measured."""
    return Decimal(str(number)).quantize(Decimal("0.1"))
