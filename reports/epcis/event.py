"""Events as the EPCIS 2.0 JSON binding writes them (ratified schema, draft-07).

facts → dict in the order a person reads. Empty lists are left out: the schema knows no empty ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from reports.epcis.vocabulary import (
    PREFIX,
    Action,
    BizStep,
    Disposition,
    ErrorReason,
    PartyRole,
    TransactionType,
)

Event = dict[str, Any]
# Pieces: EPCIS counts items without a unit.
_PIECES = frozenset({"C62", "H87", "EA", "NAR"})
# A unit as the schema takes one: a code of UN/ECE Recommendation 20.
_UNIT = re.compile(r"[A-Z0-9]{2,3}")


@dataclass(frozen=True)
class Quantity:
    """Some of a lot; without ``qty`` all of it, wherever it is.

    A unit that is no code, or not known, cannot stand in an event, where no unit means pieces: the quantity
    is quoted beside it instead.
    """

    epc_class: str
    qty: Decimal | None = None
    uom_code: str | None = None

    @property
    def is_quoted(self) -> bool:
        """Whether it is stated in a unit that EPCIS does not know."""
        return self.qty is not None and not _UNIT.fullmatch(self.uom_code or "")


@dataclass(frozen=True)
class Transaction:
    """A business document; CBV has no type for a recall, which goes without."""

    uri: str
    type: TransactionType | None = None


@dataclass(frozen=True)
class Party:
    """Who or where something went to or came from."""

    uri: str
    role: PartyRole


@dataclass(frozen=True)
class Stamp:
    """What every event says: its id, when, where, which step."""

    event_id: str
    at: datetime
    biz_step: BizStep
    disposition: Disposition
    place: str


def object_event(
    stamp: Stamp,
    action: Action,
    *,
    epcs: Sequence[str] = (),
    quantities: Sequence[Quantity] = (),
    transactions: Sequence[Transaction] = (),
    destinations: Sequence[Party] = (),
    sources: Sequence[Party] = (),
    standing: Sequence[Disposition] = (),
) -> Event:
    """Return an event that happened to things."""
    return {
        "type": "ObjectEvent",
        **_when(stamp),
        "action": action,
        **_what(stamp),
        **({"persistentDisposition": {"set": list(standing)}} if standing else {}),
        **_list("epcList", epcs),
        **_list("quantityList", [_quantity(quantity) for quantity in quantities]),
        "readPoint": {"id": stamp.place},
        **_list("bizTransactionList", [_transaction(one) for one in transactions]),
        **_list("sourceList", [{"type": one.role, "source": one.uri} for one in sources]),
        **_list("destinationList", [{"type": one.role, "destination": one.uri} for one in destinations]),
        **_quoted(quantities),
    }


def aggregation_event(
    stamp: Stamp,
    action: Action,
    *,
    parent: str,
    epcs: Sequence[str] = (),
    quantities: Sequence[Quantity] = (),
    transactions: Sequence[Transaction] = (),
) -> Event:
    """Return an event in which things were put into a package, or taken out."""
    return {
        "type": "AggregationEvent",
        **_when(stamp),
        "action": action,
        **_what(stamp),
        "parentID": parent,
        **_list("childEPCs", epcs),
        **_list("childQuantityList", [_quantity(quantity) for quantity in quantities]),
        "readPoint": {"id": stamp.place},
        **_list("bizTransactionList", [_transaction(one) for one in transactions]),
        **_quoted(quantities),
    }


def transformation_event(
    stamp: Stamp,
    *,
    transformation_id: str,
    inputs: Sequence[Quantity],
    outputs: Sequence[Quantity],
    transactions: Sequence[Transaction] = (),
) -> Event:
    """Return an event in which lots became other lots."""
    return {
        "type": "TransformationEvent",
        **_when(stamp),
        "transformationID": transformation_id,
        **_list("inputQuantityList", [_quantity(quantity) for quantity in inputs]),
        **_list("outputQuantityList", [_quantity(quantity) for quantity in outputs]),
        **_what(stamp),
        "readPoint": {"id": stamp.place},
        **_list("bizTransactionList", [_transaction(one) for one in transactions]),
        **_quoted([*inputs, *outputs]),
    }


def with_error(
    event: Event, *, declared_at: datetime, reason: ErrorReason, corrective_ids: Sequence[str] = ()
) -> Event:
    """Return the copy of an event, under its own id, that declares it wrong (EPCIS 2.0, 7.4.1.2)."""
    declaration: Event = {"declarationTime": declared_at.isoformat(), "reason": reason}
    return {**event, "errorDeclaration": {**declaration, **_list("correctiveEventIDs", list(corrective_ids))}}


def _when(stamp: Stamp) -> Event:
    offset = stamp.at.utcoffset()
    if offset is None:
        raise ValueError(f"event {stamp.event_id} has a time without zone")
    sign, minutes = ("-" if offset < timedelta(0) else "+"), abs(int(offset.total_seconds())) // 60
    zone = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return {"eventID": stamp.event_id, "eventTime": stamp.at.isoformat(), "eventTimeZoneOffset": zone}


def _what(stamp: Stamp) -> Event:
    return {"bizStep": stamp.biz_step, "disposition": stamp.disposition}


def _list(name: str, values: Sequence[Any]) -> Event:
    return {name: list(values)} if values else {}


def _transaction(one: Transaction) -> Event:
    typed = {"type": one.type} if one.type else {}
    return {**typed, "bizTransaction": one.uri}


def _quoted(quantities: Sequence[Quantity]) -> Event:
    """Quantities as they were stated, where their unit is none that EPCIS knows."""
    texts = [f"{one.qty:f} {one.uom_code or '?'} {one.epc_class}" for one in quantities if one.is_quoted]
    return {f"{PREFIX}:statedQuantity": texts} if texts else {}


def _quantity(one: Quantity) -> Event:
    if one.qty is None or one.is_quoted:
        return {"epcClass": one.epc_class}
    unit = {"uom": one.uom_code} if one.uom_code and one.uom_code not in _PIECES else {}
    return {"epcClass": one.epc_class, "quantity": number(one.qty), **unit}


def number(value: Decimal) -> int | float:
    """Return a quantity as a JSON number; three decimals of a plant's quantities survive a double."""
    return int(value) if value == value.to_integral_value() else float(value)
