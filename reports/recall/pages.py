"""The pages people read: the summary of a recall and the notice to one consignee, in Chinese and in English.

Self-contained: no script, no outside reference but the Digital Links; everything from the data is escaped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.language import Language, Locale, load
from reports.recall.facts import RecallFacts
from reports.recall.line import Line
from reports.recall.serials import Run, runs
from reports.recall.totals import Amounts, ConsigneeTotal, amounts
from reports.recall.wording import amounts_text, due_text, moment_text, name_of, own_part
from reports.template import template
from traceability.recall.records import ScopeLot

# Longer lists stand complete in the tables beside the page, and the page says how many more there are.
ROWS_AT_MOST = 300
RUNS_AT_MOST = 200


@dataclass(frozen=True)
class Goods:
    """Goods of one lot that one consignee got, devices gathered into runs."""

    lot: ScopeLot
    deliveries: tuple[str, ...]
    qty: Decimal | None
    returned_qty: Decimal
    runs: tuple[Run, ...]
    device_count: int
    udi: str | None
    digital_link: str | None


def summary_page(facts: RecallFacts, locale: Locale, file_names: Sequence[str]) -> bytes:
    """Return the first page of a package."""
    say = load("reports.recall", locale)
    scope = facts.scope
    units = [(scope.lots_by_id[row.lot_id].uom_code, row) for row in scope.balances]
    return _render(
        "recall_summary",
        facts,
        say,
        held=_held(facts),
        stock=amounts((unit, row.stock_qty) for unit, row in units),
        unknown=amounts((unit, abs(row.unknown_qty)) for unit, row in units if row.unknown_qty),
        balances={row.lot_id: row for row in scope.balances},
        file_names=file_names,
    )


def notice_page(facts: RecallFacts, total: ConsigneeTotal, locale: Locale) -> bytes:
    """Return the notice to one consignee."""
    say = load("reports.recall", locale)
    returned: dict[str, Decimal] = defaultdict(Decimal)
    for delivery in facts.scope.deliveries:
        if delivery.consignee_id == total.consignee.consignee_id:
            returned[delivery.lot_id] += delivery.returned_qty
    lines = facts.lines[total.consignee.consignee_id]
    by_unit = amounts((facts.scope.lots_by_id[lot].uom_code, qty) for lot, qty in returned.items())
    return _render(
        "recall_notice",
        facts,
        say,
        total=total,
        goods=_goods(facts, lines, returned),
        returned=by_unit,
        notify_by=next(
            (d for d in facts.deadlines if d.rule.id.startswith("CN-RECALL-USERS") and d.due_at), None
        ),
    )


def _held(facts: RecallFacts) -> Amounts:
    lots = facts.scope.lots_by_id
    return amounts((lots[row.lot_id].uom_code, row.held_qty) for row in facts.scope.deliveries)


def _goods(facts: RecallFacts, lines: Sequence[Line], returned: dict[str, Decimal]) -> list[Goods]:
    by_lot: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_lot[line.lot_id].append(line)
    return [_of_lot(facts.scope.lots_by_id[lot], own, returned[lot]) for lot, own in sorted(by_lot.items())]


def _of_lot(lot: ScopeLot, lines: Sequence[Line], returned: Decimal) -> Goods:
    serials = [line.serial_no for line in lines if line.serial_no is not None]
    whole = next((line for line in lines if line.serial_no is None), None)
    known = [line.qty for line in lines if line.qty is not None]
    udi, link = (whole.udi, whole.digital_link) if whole else _without_serial(lines[0])
    return Goods(
        lot,
        tuple(sorted({line.delivery_no or "?" for line in lines})),
        sum(known, Decimal(0)) if len(known) == len(lines) else None,
        returned,
        runs(serials),
        len(serials),
        udi,
        link,
    )


def _without_serial(line: Line) -> tuple[str | None, str | None]:
    udi = line.udi.partition("(21)")[0] if line.udi else None
    return udi, line.digital_link.rpartition("/21/")[0] if line.digital_link else None


def _render(name: str, facts: RecallFacts, say: Language, **words: object) -> bytes:
    page = template(name).render(
        facts=facts,
        request=facts.request,
        scope=facts.scope,
        say=say,
        due_text=due_text,
        moment_text=moment_text,
        amounts_text=amounts_text,
        name_of=name_of,
        own_part=own_part,
        at_most=ROWS_AT_MOST,
        runs_at_most=RUNS_AT_MOST,
        **words,
    )
    return page.encode("utf-8", "replace")
