"""What a recall form is told: the decision, as the package is; and the recall that a release makes of it."""

from __future__ import annotations

from dataclasses import replace

from reports.form import Asked
from reports.recall.facts import RecallFacts, facts_of
from reports.recall.form import FORM as PACKAGE
from reports.recall.form import request_of
from reports.recall.request import RecallRequest, RequestInvalid
from reports.refusals import BadParameter, UnknownSubject
from traceability.recall.refused import NothingFound, RecallRefused

# What a form says follows from the same decision as the package.
DECISION = PACKAGE.parameters


def decision(asked: Asked) -> RecallRequest:
    """Return the decision that was asked about.

    Raises:
        BadParameter: no goods are named, or something contradicts.
    """
    try:
        return replace(request_of(asked.values), under=asked.under)
    except (RecallRefused, RequestInvalid) as invalid:
        raise BadParameter(str(invalid)) from invalid


def recall_facts(asked: Asked, request: RecallRequest) -> RecallFacts:
    """Select the recall; how long it took is not part of a report.

    Raises:
        UnknownSubject: what is named is unknown.
        BadParameter: it is ambiguous or cannot be read.
    """
    try:
        return facts_of(asked.con, asked.release, request, lambda: 0.0)
    except NothingFound as nothing:
        raise UnknownSubject(str(nothing)) from nothing
    except RecallRefused as refused:
        raise BadParameter(str(refused)) from refused
