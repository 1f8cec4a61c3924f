"""Elements of the data exchange by their prefixed names."""

from __future__ import annotations

from typing import Any

from lxml import etree

_BASE = "https://ec.europa.eu/tools/eudamed/dtx"
_ENTITY = f"{_BASE}/datamodel/Entity"
NAMESPACES = {
    "m": f"{_BASE}/servicemodel/Message/v1",
    "s": f"{_BASE}/servicemodel/Service/v1",
    "device": f"{_ENTITY}/Device/v1",
    "basicudi": f"{_ENTITY}/Device/BasicUDI/v1",
    "commondi": f"{_ENTITY}/Device/CommonDevice/v1",
    "udidi": f"{_ENTITY}/UDIDI/v1",
    "links": f"{_ENTITY}/Links/v1",
    "lsn": f"{_ENTITY}/Common/LanguageSpecific/v1",
    "marketinfo": f"{_ENTITY}/MktInfo/MarketInfo/v1",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
ENGLISH = "EN"


def add(parent: etree._Element, name: str, text: object = None) -> etree._Element:
    """Append an element; a truth value is written as XML Schema has it."""
    prefix, _, tag = name.partition(":")
    element = etree.SubElement(parent, f"{{{NAMESPACES[prefix]}}}{tag}")
    if text is not None:
        element.text = str(text).lower() if isinstance(text, bool) else str(text)
    return element


def typed(element: etree._Element, type_name: str) -> etree._Element:
    """Say of which type of the schema an element is."""
    element.set(f"{{{NAMESPACES['xsi']}}}type", type_name)
    return element


def identifier(parent: etree._Element, name: str, di: str, agency: str) -> None:
    """Append an identifier with its issuing entity."""
    element = add(parent, name)
    add(element, "commondi:DICode", di)
    add(element, "commondi:issuingEntityCode", agency)


def in_english(parent: etree._Element, name: str, text: str) -> None:
    """Append a text that is marked as English; nothing where there is none."""
    if text:
        entry = add(add(parent, name), "lsn:name")
        add(entry, "lsn:language", ENGLISH)
        add(entry, "lsn:textValue", text)


def add_all(parent: etree._Element, prefix: str, values: dict[str, Any]) -> None:
    """Append several elements in order, without those that have no value."""
    for tag, value in values.items():
        if value is not None and value != "":
            add(parent, f"{prefix}:{tag}", value)
