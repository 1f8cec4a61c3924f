"""What changed between two scopes of one recall: lots, consignees, deliveries and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from traceability.recall.records import Scope

ChangeKind = Literal["lot", "consignee", "delivery", "onward", "balance"]


@dataclass(frozen=True)
class Change:
    """One thing that is only in one scope, or has another quantity; None where it is absent or not known."""

    kind: ChangeKind
    key: str
    before: str | None
    after: str | None


def difference(before: Scope, after: Scope) -> tuple[Change, ...]:
    """Return every change from one scope to another, sorted by kind and key."""
    pairs: tuple[tuple[ChangeKind, Mapping[str, str], Mapping[str, str]], ...] = (
        ("lot", _lots(before), _lots(after)),
        ("consignee", _consignees(before), _consignees(after)),
        ("delivery", _deliveries(before), _deliveries(after)),
        ("onward", _onward(before), _onward(after)),
        ("balance", _balances(before), _balances(after)),
    )
    changes = (change for kind, old, new in pairs for change in _changes(kind, old, new))
    return tuple(sorted(changes, key=lambda change: (change.kind, change.key)))


def _changes(kind: ChangeKind, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for key in old.keys() | new.keys():
        if old.get(key) != new.get(key):
            yield Change(kind, key, old.get(key), new.get(key))


def _lots(scope: Scope) -> dict[str, str]:
    return {lot.lot_id: "in" for lot in scope.lots}


def _consignees(scope: Scope) -> dict[str, str]:
    return {row.consignee_id: row.customer_name or "" for row in scope.consignees}


def _deliveries(scope: Scope) -> dict[str, str]:
    sums: dict[str, Decimal] = {}
    for row in scope.deliveries:
        key = f"{row.consignee_id} {row.delivery_no or '?'} {row.lot_id}"
        sums[key] = sums.get(key, Decimal(0)) + (row.held_qty or Decimal(0))
    return {key: str(qty) for key, qty in sums.items()}


def _onward(scope: Scope) -> dict[str, str]:
    told = {}
    for row in scope.onward:
        qty, sent, received = (
            "?" if value is None else value for value in (row.qty, row.sent_date, row.received_date)
        )
        key = f"{row.holder or '?'} {row.despatch_advice or '?'} {row.lot_id} {row.thing_id}"
        told[key] = f"{qty}, sent {sent}, received {received}"
    return told


def _balances(scope: Scope) -> dict[str, str]:
    names = ("made", "received", "consumed", "shipped", "returned", "scrapped", "sampled", "stock", "unknown")
    return {
        row.lot_id: ", ".join(f"{name} {getattr(row, f'{name}_qty')}" for name in names)
        for row in scope.balances
    }
