"""The lot card's five questions: origin, conditions, results, suppliers, balance; what is missing is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from reports.language import Language
from traceability.trace import LotCard, Trace

Tone = Literal["", "warn", "bad", "good"]
LISTED_AT_MOST = 4
_CALIBRATION_TONES: dict[str, Tone] = {"valid": "good", "recalibrated": "warn", "unknown": "warn"}


@dataclass(frozen=True)
class SupplierFacts:
    """What is on record about a supplier; counts are of the last twelve months."""

    supplier_id: str
    supplier_name: str | None
    is_blocked: bool | None
    inspected_count: int
    accepted_count: int
    due_count: int
    on_time_count: int


@dataclass(frozen=True)
class Fact:
    """One line of a panel."""

    name: str
    value: str
    tone: Tone = ""


def panels_html(
    card: LotCard,
    backward: Trace,
    suppliers: Sequence[SupplierFacts],
    say: Language,
    words: Language,
    *,
    shows_people: bool = True,
) -> str:
    """Return the panels side by side; people are told as withheld where the reader's file lacks them."""
    panels = (
        ("origin", _origin(card, backward, say)),
        ("conditions", _conditions(card, say, words, shows_people)),
        ("results", _results(card, say, words)),
        ("suppliers", _suppliers(suppliers, say)),
        ("balance", _balance(card, say, words)),
    )
    return f'<div class="ml-panels">{"".join(_panel(name, facts, say) for name, facts in panels)}</div>'


def _panel(name: str, facts: Sequence[Fact], say: Language) -> str:
    lines = "".join(
        f'<div><dt>{escape(fact.name)}</dt><dd class="{f"ml-{fact.tone}" if fact.tone else ""}">'
        f"{escape(fact.value)}</dd></div>"
        for fact in facts
    )
    return f"<section><h3>{escape(say(f'panel.{name}'))}</h3><dl>{lines}</dl></section>"


def _nothing(say: Language, what: str) -> Fact:
    return Fact(say(f"panel.{what}"), say("panel.nothing"), "warn")


def _origin(card: LotCard, backward: Trace, say: Language) -> list[Fact]:
    orders = Fact(say("panel.orders"), _few([order.order_no for order in card.orders]))
    received = {receipt.lot_id for receipt in backward.receipts}
    ends = [node.lot for node in backward.nodes if node.is_leaf]
    proved = sum(lot.lot_id in received for lot in ends)
    return [
        orders if card.orders else _nothing(say, "orders"),
        Fact(say("panel.upstream"), say.number(len(backward.nodes) - 1)),
        Fact(
            say("panel.ends"),
            say("panel.of", part=say.number(proved), whole=say.number(len(ends))),
            "good" if proved == len(ends) else "bad",
        ),
        Fact(say("panel.purchases"), say.number(len({r.purchase_order_no for r in backward.receipts}))),
    ]


def _conditions(card: LotCard, say: Language, words: Language, shows_people: bool) -> list[Fact]:
    if not card.operations:
        return [_nothing(say, "operations"), _environment(say)]
    machines = {o.equipment_id: o.calibration_code for o in card.operations if o.equipment_id}
    states = Counter(machines.values())
    people = sorted({o.operator_id for o in card.operations if o.operator_id})
    calibrated = [
        Fact(
            say("panel.calibration"),
            f"{words.code('calibration', state)} × {count}",
            _CALIBRATION_TONES.get(state, "bad"),
        )
        for state, count in sorted(states.items())
    ]
    return [
        Fact(say("panel.operations"), say.number(len(card.operations))),
        Fact(say("panel.machines"), _few(sorted(machines))),
        *(calibrated or [_nothing(say, "calibration")]),
        _operators(people, say) if shows_people else Fact(say("panel.operators"), say("panel.withheld")),
        _environment(say),
    ]


def _operators(people: Sequence[str], say: Language) -> Fact:
    return Fact(say("panel.operators"), _few(people)) if people else _nothing(say, "operators")


def _environment(say: Language) -> Fact:
    # No source of the plants delivers temperature, humidity or particle counts: said, not left out.
    return Fact(say("panel.environment"), say("panel.no_source"), "warn")


def _results(card: LotCard, say: Language, words: Language) -> list[Fact]:
    if not card.inspections:
        return [_nothing(say, "inspections")]
    failed = sum(result.result_code == "fail" for result in card.results)
    opened = sum(event.closed_date is None for event in card.quality_events)
    decided = [
        Fact(
            words.code("inspection_kind", one.inspection_kind_code),
            words.code("decision", one.decision_code or "undecided"),
            {"accepted": "good", "rejected": "bad"}.get(one.decision_code or "", "warn"),  # type: ignore[arg-type]
        )
        for one in card.inspections[:LISTED_AT_MOST]
    ]
    measured = say(
        "panel.of", part=say.number(len(card.results) - failed), whole=say.number(len(card.results))
    )
    return [
        *decided,
        Fact(say("panel.measured"), measured, "bad" if failed else "good")
        if card.results
        else _nothing(say, "measured"),
        Fact(
            say("panel.events"),
            say("panel.events_open", count=len(card.quality_events), open=opened),
            "bad" if opened else "",
        ),
    ]


def _suppliers(suppliers: Sequence[SupplierFacts], say: Language) -> list[Fact]:
    if not suppliers:
        return [_nothing(say, "suppliers")]
    facts = []
    for one in suppliers[:LISTED_AT_MOST]:
        name = one.supplier_name or one.supplier_id
        if one.is_blocked:
            facts.append(Fact(name, say("panel.blocked"), "bad"))
        elif not one.inspected_count:
            facts.append(Fact(name, say("panel.never_inspected"), "warn"))
        else:
            accepted = say("panel.of", part=one.accepted_count, whole=one.inspected_count)
            facts.append(Fact(name, say("panel.accepted", count=accepted)))
    if len(suppliers) > LISTED_AT_MOST:
        facts.append(Fact(say("panel.more"), say.number(len(suppliers) - LISTED_AT_MOST)))
    return [*facts, Fact(say("panel.certificates"), say("panel.no_source"), "warn")]


def _balance(card: LotCard, say: Language, words: Language) -> list[Fact]:
    if card.balance is None:
        return [_nothing(say, "produced")]
    unit = words.code("uom", card.header.uom_code)
    names = ("produced", "shipped", "consumed", "scrapped", "sampled", "stock")
    amounts = [
        Fact(say(f"panel.{name}"), f"{say.number(getattr(card.balance, f'{name}_qty'))} {unit}")
        for name in names
    ]
    left = card.balance.produced_qty - card.balance.accounted_qty
    return [*amounts, Fact(say("panel.left"), f"{say.number(left)} {unit}", "bad" if left else "good")]


def _few(texts: Sequence[str | None]) -> str:
    known = [text for text in dict.fromkeys(texts) if text]
    return ", ".join(known[:LISTED_AT_MOST]) + (" …" if len(known) > LISTED_AT_MOST else "")
