"""Reads EPCIS 2.0 documents of partners: one record an event, or one record a thing of an event.

document → envelope → events, each checked alone → texts. An event that is none goes to quarantine with what
is wrong and where; the others load. An event without an id is known by its digest.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import IO, Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from master_data.udi.epc import thing_of
from pipelines.ingest.readers.epcis_transit import transit
from pipelines.ingest.records import (
    BadRecord,
    Chunk,
    FileRejected,
    Parsed,
    bad_record,
    is_lossy,
    lossy_text,
    text_frame,
    unfit,
)
from pipelines.ingest.rules import Rule
from quality_rules.contract import Contract

LARGEST = 256 << 20
Record = dict[str, str | None]
# Member of an event → what the thing is in it, and whether it is a class with a quantity.
LISTS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "epcList": ("thing", False),
        "quantityList": ("thing", True),
        "childEPCs": ("child", False),
        "childQuantityList": ("child", True),
        "inputEPCList": ("input", False),
        "inputQuantityList": ("input", True),
        "outputEPCList": ("output", False),
        "outputQuantityList": ("output", True),
    }
)


def read_epcis(plain: IO[bytes], contract: Contract) -> Parsed:
    """Opens a document against a contract whose recordPath is `event` or `thing`.

    Raises:
        FileRejected: no JSON, no EPCIS 2.0 document, or one that is too large to be read whole.
    """
    content = plain.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _refused(f"超过 {LARGEST >> 20} MiB | is larger than {LARGEST >> 20} MiB; send it in parts")
    events = _events(_document(content))
    records = RECORDS[str(contract.record_path)]
    return Parsed("utf-8", iter([_chunk(events, records, contract)]))


def _document(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _refused(f"不是 JSON：{error} | is no JSON: {error}") from error
    if problem := best_match(_validator("document").iter_errors(found)):
        where = "/".join(map(str, problem.absolute_path)) or "document"
        raise _refused(f"不是 EPCIS 2.0 文档 | is no EPCIS 2.0 document: {where}: {_short(problem.message)}")
    document: dict[str, Any] = found
    return document


def _events(document: dict[str, Any]) -> list[Any]:
    body = document["epcisBody"]
    events: list[Any] = body.get("eventList") or body["queryResults"]["resultsBody"]["eventList"]
    return events


def _chunk(
    events: list[Any], records: Callable[[dict[str, Any]], Iterator[Record]], contract: Contract
) -> Chunk:
    names = [column.physical_name for column in contract.columns]
    rows: list[Record] = []
    numbers: list[int] = []
    bad: list[BadRecord] = []
    row_no = 0
    for event in events:
        try:
            found = list(records(_checked(event)))
        except _NoEvent as error:
            row_no += 1
            bad.append(bad_record(row_no, error.rule, str(error), _canonical(event)))
            continue
        for record in found:
            row_no += 1
            rows.append(record)
            numbers.append(row_no)
    columns = {name: [row.get(name) for row in rows] for name in names}
    for texts in columns.values():
        if any(map(is_lossy, filter(None, texts))):
            raise lossy_text(1, len(rows))
    return Chunk(text_frame(columns, numbers), tuple(bad))


class _NoEvent(Exception):
    """An event that capture cannot take."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def _checked(event: Any) -> dict[str, Any]:
    errors = list(_validator("event").iter_errors(event))
    # What names a member helps more than what the event lacks because of it.
    if problem := best_match([error for error in errors if error.absolute_path] or errors):
        where = "/".join(map(str, problem.absolute_path)) or "event"
        told = f"{where}: {_short(problem.message)}"
        raise _NoEvent(Rule.NO_EVENT, f"不是有效的 EPCIS 事件 | no valid EPCIS event: {told}")
    if damage := unfit([_canonical(event), "x"]):
        raise _NoEvent(*damage)
    found: dict[str, Any] = event
    return found


def _event_record(event: dict[str, Any]) -> Iterator[Record]:
    error = event.get("errorDeclaration", {})
    corrective = error.get("correctiveEventIDs")
    yield {
        **_head(event),
        "disposition": event.get("disposition"),
        "readPoint": event.get("readPoint", {}).get("id"),
        "bizLocation": event.get("bizLocation", {}).get("id"),
        "errorReason": error.get("reason"),
        "correctiveEventIDs": json.dumps(corrective) if corrective else None,
        "body": _canonical(event),
    }


def _thing_records(event: dict[str, Any]) -> Iterator[Record]:
    head = {**_head(event), **transit(event)}
    parent = [("parent", {"uri": event["parentID"]})] if "parentID" in event else []
    for position, (role, thing) in enumerate((*parent, *_things(event)), 1):
        known = thing_of(thing["uri"])
        yield {
            **head,
            "role": role,
            "position": str(position),
            **thing,
            "gtin": known.gtin,
            "itemCode": known.item_code,
            "lotNo": known.lot_no,
            "serialNo": known.serial_no,
            "sscc": known.sscc,
        }


def _things(event: dict[str, Any]) -> Iterator[tuple[str, Record]]:
    for member, (role, has_quantity) in LISTS.items():
        for item in event.get(member, ()):
            if has_quantity:
                qty = item.get("quantity")
                yield (
                    role,
                    {
                        "uri": item["epcClass"],
                        "quantity": None if qty is None else format(Decimal(qty), "f"),
                        "uom": item.get("uom"),
                    },
                )
            else:
                yield role, {"uri": item, "quantity": "1", "uom": None}


def _head(event: dict[str, Any]) -> Record:
    declared = event.get("errorDeclaration", {}).get("declarationTime")
    return {
        "eventKey": event.get("eventID") or f"sha256:{_digest(event)}",
        "declarationTime": declared,
        "type": event["type"],
        "action": event.get("action"),
        "bizStep": event.get("bizStep"),
        "transformationID": event.get("transformationID"),
        "eventTime": event["eventTime"],
        "eventTimeZoneOffset": event["eventTimeZoneOffset"],
    }


RECORDS: Mapping[str, Callable[[dict[str, Any]], Iterator[Record]]] = MappingProxyType(
    {"event": _event_record, "thing": _thing_records}
)


def _digest(event: dict[str, Any]) -> str:
    """Digest of an event without an id; a later declaration of its error leaves it the same."""
    told = {name: value for name, value in event.items() if name not in {"errorDeclaration", "recordTime"}}
    return hashlib.sha256(_canonical(told).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(event: Any) -> str:
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> float | int:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(name for name in names if names.count(name) > 1)!r} is given twice")
    return found


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:300]}…"


def _refused(message: str) -> FileRejected:
    return FileRejected(Rule.UNREADABLE, message)


@cache
def _validator(what: str) -> Draft7Validator:
    text = files("pipelines.ingest.readers").joinpath("epcis_schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    if what == "event":
        return Draft7Validator({"definitions": schema["definitions"], "$ref": "#/definitions/event"})
    return Draft7Validator(schema)
