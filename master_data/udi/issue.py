"""What a codec has to say about a text: one finding with a stable code.

issue_codes.csv is the one home of each code's rule and of its name in both languages.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warn"]
_PAIRING = re.compile(r"AI[0-9]{2,4}_(REQUIRES|EXCLUDES)_[0-9_n]+")


@dataclass(frozen=True)
class IssueCode:
    """What a code means: the rule it stands on and its name in both languages."""

    code: str
    rule: str
    title_zh: str
    title_en: str


@dataclass(frozen=True)
class Issue:
    """One finding about an identifier.

    Attributes:
        code: stable upper-case code, e.g. ``CHECK_DIGIT``.
        severity: ``error`` makes the identifier unusable, ``warn`` asks a person to look.
        position: 0-based place in the text that was read; None when it concerns the whole.
        message: one English sentence with the offending value.
    """

    code: str
    severity: Severity
    position: int | None
    message: str

    @property
    def rule(self) -> str:
        """The standard and clause that the finding stands on."""
        return _known(self.code).rule

    @property
    def text(self) -> str:
        """The finding for people: ``中文 | English: what was found``."""
        known = _known(self.code)
        return f"{known.title_zh} | {known.title_en}: {self.message}"


def error(code: str, position: int | None, message: str) -> Issue:
    """Return an issue that makes the identifier unusable."""
    return Issue(code, "error", position, message)


def warn(code: str, position: int | None, message: str) -> Issue:
    """Return an issue that leaves the identifier usable."""
    return Issue(code, "warn", position, message)


@cache
def issue_codes() -> Mapping[str, IssueCode]:
    """Return what each code means; the pairs of GS1 identifiers share ``AI_REQUIRES`` and ``AI_EXCLUDES``."""
    text = files("master_data.udi").joinpath("issue_codes.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["code"]: IssueCode(**row) for row in csv.DictReader(text.splitlines())})


def _known(code: str) -> IssueCode:
    pairing = _PAIRING.fullmatch(code)
    return issue_codes()[f"AI_{pairing[1]}" if pairing else code]
