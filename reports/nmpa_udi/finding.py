"""What the pre-check has to say about a record: rule, field, value, why, and how to mend it.

rules.csv is the one home of each rule's severity and words.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from reports.nmpa_udi.fields import by_column
from reports.nmpa_udi.record import UdiRecord


@dataclass(frozen=True)
class Rule:
    """A rule of the pre-check; severity `error` keeps the record out of the save request, `warn` does not."""

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
        field: Key of the interface, such as `FLBM`, or `devicePackage[n].BZCPBS`.
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


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules by id."""
    text = files("reports.nmpa_udi").joinpath("rules.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["rule_id"]: Rule(**row) for row in csv.DictReader(text.splitlines())})


def found(record: UdiRecord, rule_id: str, column: str, detail: str = "") -> Finding:
    """Return a finding about a field of a record."""
    return found_at(record, rule_id, by_column()[column].key, record.text(column), detail)


def found_at(record: UdiRecord, rule_id: str, field: str, value: str, detail: str = "") -> Finding:
    """Return a finding about a place in a record's lists."""
    rule = rules()[rule_id]
    told = f"（{detail}）" if detail else "", f" ({detail})" if detail else ""
    return Finding(
        rule_id=rule_id,
        severity=rule.severity,
        primary_di=record.primary_di,
        field=field,
        value=value,
        detail=detail,
        address=str(record.address),
        message=f"{rule.zh}{told[0]} | {rule.en}{told[1]}",
        mend=f"{rule.mend_zh} | {rule.mend_en}",
    )
