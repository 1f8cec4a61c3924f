"""Everything a package says, selected from one release and checked, before a byte is rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from lakehouse.releases import Release
from reports.deadlines import Deadline, deadlines, jurisdictions
from reports.frame import ReportInvalid, ReportManifest, manifest_of
from reports.recall.line import Line, lines_by_consignee
from reports.recall.request import PLACEHOLDER_BASE, RecallRequest
from reports.recall.totals import ConsigneeTotal, ProductTotal, consignee_totals, product_totals
from traceability.recall.difference import Change, difference
from traceability.recall.records import Scope
from traceability.recall.scope import scope_of
from traceability.recall.steps import Step, steps
from traceability.recall.subject import Selection, select
from traceability.recall.zones import zones

REPORT_CODE = "recall_package"
REPORT_VERSION = "1.1.0"
Clock = Callable[[], float]


@dataclass(frozen=True)
class RecallFacts:
    """One recall on one release.

    Attributes:
        lines: Lines of each consignee.
        changes: Against the scope of an earlier moment; None when none was asked for.
        todo: What a person must still add before anything is sent, by code.
        trace_seconds: From the question to the scope with consignees and stock, by the clock given.
    """

    manifest: ReportManifest
    request: RecallRequest
    selection: Selection
    scope: Scope
    steps: tuple[Step, ...]
    lines: dict[str, list[Line]]
    products: tuple[ProductTotal, ...]
    consignees: tuple[ConsigneeTotal, ...]
    deadlines: tuple[Deadline, ...]
    changes: tuple[Change, ...] | None
    todo: tuple[str, ...]
    zones: dict[str, str]
    trace_seconds: float


def facts_of(
    con: duckdb.DuckDBPyConnection, release: Release, request: RecallRequest, clock: Clock
) -> RecallFacts:
    """Select everything a package says.

    Raises:
        RecallRefused: what is named is unknown, ambiguous or unreadable.
        ReportInvalid: the numbers of the scope contradict each other.
    """
    started = clock()
    selection = select(con, request.subjects, every=request.takes_every)
    scope = scope_of(con, selection, known_by=request.known_by, narrowings=request.narrowings)
    seconds = clock() - started
    totals, lines = consignee_totals(scope), lines_by_consignee(scope)
    demand_whole(scope, lines)
    return RecallFacts(
        manifest_of(release, report_code=REPORT_CODE, report_version=REPORT_VERSION),
        request,
        selection,
        scope,
        steps(con, [lot.lot_id for lot in scope.lots], known_by=request.known_by),
        lines,
        product_totals(scope),
        totals,
        _deadlines(request, scope),
        _changes(con, request, selection, scope),
        _todo(request, scope),
        zones(con),
        seconds,
    )


def demand_whole(scope: Scope, lines: dict[str, list[Line]]) -> None:
    """Check that every delivery of the scope stands in a notice, with its whole quantity.

    Raises:
        ReportInvalid: goods that left are in no notice, or a notice counts other goods.
    """
    sent: dict[str, Decimal] = {}
    for delivery in scope.deliveries:
        least = Decimal(delivery.serial_count)
        qty = delivery.qty if delivery.qty is not None and delivery.qty > least else least
        sent[delivery.consignee_id] = sent.get(delivery.consignee_id, Decimal(0)) + qty
    told = {who: sum((line.qty or Decimal(0) for line in own), Decimal(0)) for who, own in lines.items()}
    if wrong := sorted(who for who in sent.keys() | told.keys() if sent.get(who) != told.get(who)):
        raise ReportInvalid(f"notices and deliveries disagree for {', '.join(wrong[:5])}")


def _deadlines(request: RecallRequest, scope: Scope) -> tuple[Deadline, ...]:
    return deadlines(
        {"decision": request.decided_at},
        process="recall",
        recall_class=request.recall_class,
        jurisdictions=jurisdictions(row.country_code for row in scope.consignees),
        on=request.under,
    )


def _changes(
    con: duckdb.DuckDBPyConnection, request: RecallRequest, selection: Selection, scope: Scope
) -> tuple[Change, ...] | None:
    if request.since is None:
        return None
    before = scope_of(con, selection, known_by=request.since, narrowings=request.narrowings)
    return difference(before, scope)


def _todo(request: RecallRequest, scope: Scope) -> tuple[str, ...]:
    holders = {delivery.consignee_id for delivery in scope.deliveries}
    known = [row for row in scope.consignees if row.is_known and row.consignee_id in holders]
    asked = (
        ("contact", not request.contact.strip()),
        ("id_base", request.id_base == PLACEHOLDER_BASE),
        ("nameless", len(known) < len(holders)),
        ("countryless", any(row.country_code is None for row in known)),
    )
    return tuple(code for code, is_open in asked if is_open)
