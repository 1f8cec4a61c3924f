"""GUDID documents: release XML and openFDA JSON, written and read along one layout.

records (nested mappings in openFDA's field names, absent values left out) ↔ XML, ↔ JSON. What is written is
read again as the same records; an XML of FDA's is written again with the same content.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from reports.frame import canonical_json
from reports.gudid.layout import LAYOUT, NAMESPACE, SEPARATOR, Group, Joined, Leaf, Many, Part, Primary

Record = Mapping[str, Any]
_BOOLEANS = {"true": True, "false": False}


class GudidUnreadable(ValueError):
    """A document is no GUDID release; the message says where it departs."""


def primary_di(record: Record) -> str:
    """Return the primary identifier of a record; empty when it has none."""
    found = (one["id"] for one in record.get("identifiers", ()) if one.get("type") == "Primary")
    return str(next(found, ""))


def to_json(records: Sequence[Record]) -> bytes:
    """Return the records as openFDA answers a question: `results`, one object a device."""
    return canonical_json({"results": list(records)})


def from_json(content: bytes) -> list[Record]:
    """Return the records of a JSON document.

    Raises:
        GudidUnreadable: it is no JSON object with `results`.
    """
    try:
        return list(json.loads(content)["results"])
    except (ValueError, KeyError, TypeError) as error:
        raise GudidUnreadable(f"no openFDA document with `results`: {error}") from error


def to_xml(records: Iterable[Record]) -> bytes:
    """Return the records in the shape of FDA's release files."""
    root = etree.Element("data")
    for record in records:
        device = etree.SubElement(root, f"{{{NAMESPACE}}}device", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
        device.set("deviceid", primary_di(record))
        _write(device, record, LAYOUT, record)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def from_xml(content: bytes) -> Iterator[Record]:
    """Yield the records of a release file, one device in memory at a time.

    Raises:
        GudidUnreadable: no well-formed XML, or a flag or number that is none.
    """
    try:
        tag = f"{{{NAMESPACE}}}device"
        for _, device in etree.iterparse(io.BytesIO(content), tag=tag, resolve_entities=False):
            yield _read(device, LAYOUT)
            device.clear()
    except etree.XMLSyntaxError as error:
        raise GudidUnreadable(f"the XML breaks: {error}") from error


def _write(parent: etree._Element, values: Record, parts: Sequence[Part], record: Record) -> None:
    for part in parts:
        element = etree.SubElement(parent, f"{{{NAMESPACE}}}{part.tag}")
        match part:
            case Leaf():
                element.text = _as_text(values.get(part.name))
            case Primary():
                element.text = primary_di(record) or None
            case Group():
                _write(element, values.get(part.name, {}) if part.name else values, part.parts, record)
            case Many():
                for item in values.get(part.name, ()):
                    _write(etree.SubElement(element, f"{{{NAMESPACE}}}{part.item}"), item, part.parts, record)
            case Joined():
                for text in filter(None, values.get(part.name, "").split(SEPARATOR)):
                    etree.SubElement(element, f"{{{NAMESPACE}}}{part.item}").text = text


def _read(element: etree._Element, parts: Sequence[Part]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in parts:
        child = element.find(f"{{*}}{part.tag}")  # some of FDA's lists stand in no namespace
        if child is None or isinstance(part, Primary):
            continue
        value = _value(child, part)
        if isinstance(part, Group) and not part.name:
            found |= value
        elif value not in (None, {}, [], ""):
            found[part.name] = value
    return found


def _value(child: etree._Element, part: Leaf | Group | Many | Joined) -> Any:
    match part:
        case Leaf():
            return _parsed(child.text, part)
        case Group():
            return _read(child, part.parts)
        case Many():
            items = [_read(item, part.parts) for item in child.iterfind(f"{{*}}{part.item}")]
            return [item for item in items if item]
        case Joined():
            texts = [item.text for item in child.iterfind(f"{{*}}{part.item}")]
            return SEPARATOR.join(text for text in texts if text and text.strip())


def _parsed(text: str | None, leaf: Leaf) -> str | int | bool | None:
    if text is None or not text.strip():
        return None
    try:
        if leaf.kind == "boolean":
            return _BOOLEANS[text.strip()]
        return int(text) if leaf.kind == "integer" else text
    except (KeyError, ValueError) as error:
        raise GudidUnreadable(f"{leaf.tag} is {text!r}, which is no {leaf.kind}") from error


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
