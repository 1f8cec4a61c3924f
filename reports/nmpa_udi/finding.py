"""What the pre-check has to say about a record; rules.csv is the one home of each rule's words."""

from __future__ import annotations

from collections.abc import Mapping

from reports.findings import Finding, Rule, Subject, finding, rulebook
from reports.nmpa_udi.fields import by_column
from reports.nmpa_udi.record import UdiRecord


def rules() -> Mapping[str, Rule]:
    """Return the rules by id."""
    return rulebook("reports.nmpa_udi")


def found(record: UdiRecord, rule_id: str, column: str, detail: str = "") -> Finding:
    """Return a finding about a field of a record."""
    return found_at(record, rule_id, by_column()[column].key, record.text(column), detail)


def found_at(record: UdiRecord, rule_id: str, field: str, value: str, detail: str = "") -> Finding:
    """Return a finding about a place in a record's lists."""
    subject = Subject(record.primary_di, str(record.address))
    return finding(rules()[rule_id], subject, field, value, detail)
