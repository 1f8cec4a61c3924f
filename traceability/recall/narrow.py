"""Make a scope smaller by what is known of the cause: days, equipment, operator, sterilisation run.

lots + what each went through → lots kept, lots excluded with a reason. A lot is kept when its records fit,
when it came of a kept lot, or when nothing proves that it does not fit; the last are told as a doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

import duckdb

from traceability.query import fetch
from traceability.recall.reach import Reached, reach
from traceability.recall.records import Excluded, Ignorance, NarrowingKind, ScopeLot
from traceability.recall.refused import RecallRefused

Fit = Literal["fits", "outside", "not_processed", "undecided"]


@dataclass(frozen=True)
class Narrowing:
    """One condition: a value, or for ``date`` the first and the last day."""

    kind: NarrowingKind
    value: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class _Fact:
    lot_id: str
    kind: str
    value: str
    first_date: date | None
    last_date: date | None


@dataclass(frozen=True)
class _Product:
    product_id: str


@dataclass(frozen=True)
class Narrowed:
    """What is left of a scope, what was taken out, and what could not be decided."""

    lot_ids: frozenset[str]
    excluded: tuple[Excluded, ...]
    doubts: tuple[Ignorance, ...]


def read_narrowing(text: str) -> Narrowing:
    """Return a condition written as kind=value; days as date=2026-01-01..2026-01-31.

    Raises:
        RecallRefused: it is none.
    """
    kind, equals, value = text.partition("=")
    try:
        if kind == "date" and equals:
            first, _, last = value.partition("..")
            days = date.fromisoformat(first), date.fromisoformat(last or first)
            if days[0] <= days[1]:
                return Narrowing("date", value, *days)
        for known in get_args(NarrowingKind):
            if kind == known != "date" and value.strip():
                return Narrowing(known, value.strip())
    except ValueError as error:
        raise RecallRefused(f"日期无效 {value} | {value} holds no day: {error}") from error
    raise RecallRefused(
        f"缩小条件 {text!r} 无效 | {text!r} narrows nothing; write date=2026-01-01..2026-01-31, "
        "equipment=…, operator=… or sterilisation=…"
    )


def narrow(
    con: duckdb.DuckDBPyConnection,
    lots: Sequence[ScopeLot],
    conditions: Sequence[Narrowing],
    *,
    known_by: datetime | None,
) -> Narrowed:
    """Return which lots stay in a scope under all conditions."""
    if not conditions:
        return Narrowed(frozenset(lot.lot_id for lot in lots), (), ())
    ids = [lot.lot_id for lot in lots]
    facts: dict[str, dict[str, list[_Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in fetch(con, "processing", _Fact, {"lot_ids": ids}, package="traceability.recall"):
        facts[fact.lot_id][fact.kind].append(fact)
    products = fetch(con, "sterilised_products", _Product, {}, package="traceability.recall")
    sterilised = {row.product_id for row in products}
    fits = {
        lot.lot_id: [(c, _fit(lot, facts[lot.lot_id], c, sterilised)) for c in conditions] for lot in lots
    }
    begun = [lot for lot, judged in fits.items() if all(fit in ("fits", "undecided") for _, fit in judged)]
    kept = frozenset(row.lot_id for row in _onward(con, begun, known_by)) & set(ids)
    out = [
        Excluded(lot, condition.kind, "outside" if fit == "outside" else "not_processed")
        for lot, judged in fits.items()
        if lot not in kept
        for condition, fit in judged
        if fit in ("outside", "not_processed")
    ]
    doubts = [
        _doubt(lot, condition)
        for lot, judged in fits.items()
        for condition, fit in judged
        if lot in kept and fit == "undecided"
    ]
    return Narrowed(kept, tuple(out), tuple(doubts))


def _onward(
    con: duckdb.DuckDBPyConnection, lots: list[str], known_by: datetime | None
) -> tuple[Reached, ...]:
    return reach(con, lots, known_by=known_by) if lots else ()


def _fit(
    lot: ScopeLot, facts: Mapping[str, Sequence[_Fact]], condition: Narrowing, sterilised: set[str]
) -> Fit:
    own = facts.get(condition.kind, ())
    if condition.kind == "date":
        return _fit_days(own, condition)
    if any(fact.value == condition.value for fact in own):
        return "fits"
    if own:
        return "outside"
    if condition.kind == "sterilisation":
        return "undecided" if lot.product_id in sterilised else "not_processed"
    return "not_processed" if lot.lot_kind_code == "purchased" else "undecided"


def _fit_days(facts: Sequence[_Fact], condition: Narrowing) -> Fit:
    firsts = [fact.first_date for fact in facts if fact.first_date]
    lasts = [fact.last_date for fact in facts if fact.last_date]
    if not firsts or not lasts or condition.first is None or condition.last is None:
        return "undecided"
    return "fits" if min(firsts) <= condition.last and max(lasts) >= condition.first else "outside"


def _doubt(lot_id: str, condition: Narrowing) -> Ignorance:
    told = f"{condition.kind}={condition.value}"
    return Ignorance(
        "RECALL-NARROW-UNDECIDED",
        lot_id,
        None,
        f"没有记录可判断是否符合 {told}，因此保留在召回范围内",
        f"no record tells whether it fits {told}; it stays in the scope",
    )
