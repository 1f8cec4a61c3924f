"""The deadline rules as a table with effective dates, for the origin of a report."""

from reports.deadlines.rule import load_rules
from reports.form import DatedTable

DEADLINES = DatedTable("deadlines", lambda day: [rule for rule in load_rules() if rule.holds_on(day)])
