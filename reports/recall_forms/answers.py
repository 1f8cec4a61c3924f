"""What a release and a decision answer on the forms of a recall.

RecallFacts + words of a person → answers by field, exact numbers beside them, and the tables they rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from reports.language import Language, load
from reports.recall import tables
from reports.recall.facts import RecallFacts
from reports.recall.sheets import Sheet
from reports.recall.totals import Amounts, amounts
from reports.recall.wording import amounts_text, moment_text, name_of
from reports.recall_forms.paper import Answer
from traceability.query import fetch

HOME_COUNTRY = "CN"
MANY = 12


@dataclass(frozen=True)
class _Registrant:
    di: str
    registrant_name: str


@dataclass(frozen=True)
class Sold:
    """What left, by where it went; of each unit apart."""

    home: Amounts
    abroad: Amounts
    unknown: Amounts


def registrants(con: duckdb.DuckDBPyConnection, facts: RecallFacts) -> tuple[str, ...]:
    """Return who is registered for the devices of a scope, each once."""
    dis = sorted({lot.di for lot in facts.scope.lots if lot.di})
    rows = fetch(con, "registrants", _Registrant, {"dis": dis}, package="reports.recall_forms")
    return tuple(dict.fromkeys(row.registrant_name for row in rows))


def sold(facts: RecallFacts) -> Sold:
    """Return what was delivered, at home, abroad, and to a country that no master names."""
    country = {row.consignee_id: row.country_code for row in facts.scope.consignees}
    units = facts.scope.lots_by_id

    def where(wanted: str) -> Amounts:
        return amounts(
            (units[row.lot_id].uom_code, row.qty)
            for row in facts.scope.deliveries
            if _where(country.get(row.consignee_id)) == wanted
        )

    return Sold(where("home"), where("abroad"), where("unknown"))


def _where(country: str | None) -> str:
    if country is None:
        return "unknown"
    return "home" if country == HOME_COUNTRY else "abroad"


def delivered(facts: RecallFacts) -> Amounts:
    """Return everything that left, by its delivery papers."""
    units = facts.scope.lots_by_id
    return amounts((units[row.lot_id].uom_code, row.qty) for row in facts.scope.deliveries)


def of_balance(facts: RecallFacts, *names: str) -> Amounts:
    """Return the sum of some parts of the balance, by unit."""
    units = facts.scope.lots_by_id
    rows = ((units[row.lot_id].uom_code, row) for row in facts.scope.balances)
    return amounts(
        (unit, sum((getattr(row, f"{name}_qty") for name in names), Decimal(0))) for unit, row in rows
    )


def held(facts: RecallFacts) -> Amounts:
    """Return what is with consignees: to be recalled."""
    units = facts.scope.lots_by_id
    return amounts((units[row.lot_id].uom_code, row.held_qty) for row in facts.scope.deliveries)


def quantity(value: Amounts) -> Answer:
    """Return quantities with their units."""
    return Answer(*(amounts_text(value, load("reports.recall", locale)) for locale in ("zh", "en")))


def text(value: str) -> Answer:
    """Return a text that is the same in both languages; one written 中文 | English has a half in each."""
    zh, bar, en = value.partition(" | ")
    return Answer(zh, en) if bar else Answer(value, value)


def listed(values: Iterable[str | None]) -> Answer:
    """Return what is there of some values, each once; a long list says how many more the tables hold."""
    found = list(dict.fromkeys(value for value in values if value))
    more = len(found) - MANY
    shown = "、".join(found[:MANY]), ", ".join(found[:MANY])
    if more <= 0:
        return Answer(*shown)
    zh, en = (load("reports", locale)("recall_form.more", count=more) for locale in ("zh", "en"))
    return Answer(f"{shown[0]} {zh}", f"{shown[1]} {en}")


def head(con: duckdb.DuckDBPyConnection, facts: RecallFacts) -> dict[str, Answer]:
    """Return the answers that forms share; those that only a person gives are taken from the request."""
    request, scope = facts.request, facts.scope
    finished = [lot for lot in scope.lots if lot.product_type_code == "finished"] or list(scope.lots)
    classes = [load("reports.recall", locale)(f"class.{request.recall_class}") for locale in ("zh", "en")]
    return {
        "recall_no": text(request.number),
        "product_name": Answer(*(_names(facts, load("reports", locale)) for locale in ("zh", "en"))),
        "registration_no": listed(lot.registration_no for lot in finished),
        "company": listed(registrants(con, facts)),
        "contact": text(request.contact),
        "regions": listed(
            " ".join(part for part in (row.country_code, row.city_name) if part) for row in scope.consignees
        ),
        "models": listed(lot.spec_name for lot in finished),
        "lots": listed(lot.lot_no for lot in finished),
        "made_qty": quantity(_finished(facts)),
        "reason": text(request.reason),
        "recall_class": Answer(*classes),
        "decided_at": text(moment_text(request.decided_at)),
        "reported_at": text(moment_text(request.issued_at)),
    }


def _names(facts: RecallFacts, say: Language) -> str:
    products = (
        name_of(lot.product_name_zh, lot.product_name_en, lot.product_code, say)
        for lot in facts.scope.lots
        if lot.product_type_code == "finished"
    )
    return listed(products)[say.locale]


def _finished(facts: RecallFacts) -> Amounts:
    units = facts.scope.lots_by_id
    return amounts(
        (units[row.lot_id].uom_code, row.made_qty)
        for row in facts.scope.balances
        if units[row.lot_id].product_type_code == "finished"
    )


def tables_of(facts: RecallFacts) -> list[Sheet]:
    """Return the tables that the answers rest on."""
    return [
        tables.lots(facts),
        _consignees(facts),
        tables.deadline_rows(facts),
        tables.gaps(facts),
    ]


def _consignees(facts: RecallFacts) -> Sheet:
    columns = ("consignee", "customer_codes", "place", "deliveries", "lots", "shipped", "held")
    say = load("reports.recall", "zh")
    rows = [
        (
            row.consignee.customer_name or row.consignee.consignee_id,
            " ".join(row.consignee.customer_codes),
            " ".join(part for part in (row.consignee.country_code, row.consignee.city_name) if part),
            row.delivery_count,
            row.lot_count,
            amounts_text(row.sent, say),
            amounts_text(row.held, say),
        )
        for row in facts.consignees
    ]
    return Sheet("consignees", tables.header(*columns), rows)


def exact(values: Mapping[str, Amounts]) -> dict[str, object]:
    """Return quantities for machines: unit → exact number."""
    return {name: {unit or "": qty for unit, qty in value.items()} for name, value in values.items()}
