"""The clause matrix: what a regulation asks, what here supports it, which test shows it, what is missing.

clauses.yaml → Clause. Tests are named by file and function; a test of ours holds that they exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

State = Literal["supported", "partly", "not_here"]


class ClausesInvalid(ValueError):
    """clauses.yaml lacks a word or has one too many; the message names the clause."""


@dataclass(frozen=True)
class Said:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Clause:
    """One clause.

    Attributes:
        state: How far the platform supports it; `not_here` is another system's or a person's.
        tests: `tests/…/test_x.py::test_y`, each shows it at work.
        missing: What is not there; empty when nothing is.
    """

    source: str
    clause: str
    asks: Said
    support: Said
    state: State
    tests: tuple[str, ...]
    missing: Said


@cache
def clauses() -> tuple[Clause, ...]:
    """Return every clause in the order of the file.

    Raises:
        ClausesInvalid: see there.
    """
    text = files("reports.inspector").joinpath("clauses.yaml").read_text(encoding="utf-8")
    return tuple(_clause(source, tree) for source, trees in yaml.safe_load(text).items() for tree in trees)


def _clause(source: str, tree: dict[str, Any]) -> Clause:
    wanted = {"clause", "asks", "support", "state", "tests", "missing"}
    if set(tree) != wanted:
        raise ClausesInvalid(f"{source} {tree.get('clause')}: {sorted(set(tree) ^ wanted)}")
    if tree["state"] not in get_args(State):
        raise ClausesInvalid(f"{source} {tree['clause']}: state {tree['state']}")
    said = {name: _said(tree[name]) for name in ("asks", "support", "missing")}
    return Clause(
        source=source, clause=str(tree["clause"]), state=tree["state"], tests=tuple(tree["tests"]), **said
    )


def _said(text: str) -> Said:
    zh, _, en = text.partition(" | ")
    return Said(zh, en)
