"""Deadlines of recalls and adverse events: rules as data, counted in the zone of the authority."""

from reports.deadlines.count import Deadline, deadlines
from reports.deadlines.jurisdiction import jurisdictions
from reports.deadlines.rule import Jurisdiction, Process, Rule, Start, load_rules

__all__ = ["Deadline", "Jurisdiction", "Process", "Rule", "Start", "deadlines", "jurisdictions", "load_rules"]
