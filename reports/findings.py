"""What a check of a filing has to say: rule, field, value, why, and how to mend it, in two languages.

rules.csv of a form → rulebook → Finding → workbook. The CSV is the one home of a rule's severity and words.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from reports.recall.sheets import Sheet, xlsx_bytes


@dataclass(frozen=True)
class Rule:
    """A rule of a form; severity `error` keeps a record out of the filing, `warn` does not."""

    rule_id: str
    severity: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        field: Name in the form, such as `FLBM`, `MDNCodes` or `identifiers[2].id`.
        value: What stands there, as text.
        detail: What was expected or what contradicts it, in figures and codes.
        address: File and row where it is to be mended.
    """

    rule_id: str
    severity: str
    primary_di: str
    field: str
    value: str
    detail: str
    address: str
    message: str
    mend: str


@dataclass(frozen=True)
class Subject:
    """The record that findings are about, and where it stands in what was delivered."""

    primary_di: str
    address: str


@cache
def rulebook(package: str) -> Mapping[str, Rule]:
    """Return the rules of a form by id."""
    text = files(package).joinpath("rules.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["rule_id"]: Rule(**row) for row in csv.DictReader(text.splitlines())})


def finding(rule: Rule, subject: Subject, field: str, value: str, detail: str = "") -> Finding:
    """Return a finding with the words of its rule."""
    told = f"（{detail}）" if detail else "", f" ({detail})" if detail else ""
    return Finding(
        rule_id=rule.rule_id,
        severity=rule.severity,
        primary_di=subject.primary_di,
        field=field,
        value=value,
        detail=detail,
        address=subject.address,
        message=f"{rule.zh}{told[0]} | {rule.en}{told[1]}",
        mend=f"{rule.mend_zh} | {rule.mend_en}",
    )


def findings_workbook(findings: Sequence[Finding], created_at: datetime) -> bytes:
    """Return the findings as a sheet of texts, which no spreadsheet takes for formulas."""
    header = [field.name for field in fields(Finding)]
    sheet = Sheet("检查 findings", header, [astuple(one) for one in findings])
    return xlsx_bytes([sheet], created_at=created_at, notes={})
