"""EUDAMED messages (data exchange 3.0.25): a Push of devices, of further UDI-DIs, of packages.

devices without an error → XML, elements in the order of the XSD. The access token is the sender's: a secret
that the platform does not hold. Identifiers and time of a message follow from the release, not from a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from reports.eudamed.basic_udi import write_basic_udi
from reports.eudamed.record import EuDevice
from reports.eudamed.tree import NAMESPACES, add, identifier, typed
from reports.eudamed.udi_di import write_packages, write_udi_di

Service = Literal["DEVICE", "UDI_DI", "PACKAGE_UDI"]
VERSION = "3.0.25"
LARGEST = 300  # entities that a message may hold
TOKEN_PLACE = "SERVICE-ACCESS-TOKEN"
PARTY_PLACE = "PARTY-ID"


@dataclass(frozen=True)
class Sending:
    """What a message says about itself.

    Attributes:
        release: Name of the release it was made from.
        at: Time it bears, that of the release.
    """

    release: str
    at: datetime


def device_messages(devices: Sequence[EuDevice], sending: Sending) -> dict[str, bytes]:
    """Return the messages by file name: the first device of each model, its siblings, all packages."""
    firsts, seen = [], set()
    for device in devices:
        if device.text("basic_udi_di") not in seen:
            seen.add(device.text("basic_udi_di"))
            firsts.append(device)
    siblings = [device for device in devices if device not in firsts]
    packed = [device for device in devices if device.home and device.home.packages]
    services: tuple[tuple[Service, Sequence[EuDevice]], ...] = (
        ("DEVICE", firsts),
        ("UDI_DI", siblings),
        ("PACKAGE_UDI", packed),
    )
    return {
        f"{service.lower()}_{number}.xml": message(service, part, sending, number)
        for service, chosen in services
        for number, part in enumerate(_parts(chosen), 1)
    }


def message(service: Service, devices: Sequence[EuDevice], sending: Sending, number: int = 1) -> bytes:
    """Return one message of one maker; devices must have passed the checks."""
    root = etree.Element(f"{{{NAMESPACES['m']}}}Push", nsmap=NAMESPACES)
    root.set("version", VERSION)
    stem = f"medlake/{sending.release}/{service}/{number}/"
    for tag in ("conversationID", "correlationID"):
        add(root, f"m:{tag}", str(uuid5(NAMESPACE_URL, stem + tag)))
    add(root, "m:creationDateTime", sending.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    add(root, "m:messageID", str(uuid5(NAMESPACE_URL, stem + "messageID")))
    _endpoint(root, "m:recipient", ("EUDAMED", "eDelivery:EUDAMED"), service, TOKEN_PLACE)
    payload = add(root, "m:payload")
    for device in devices:
        PAYLOADS[service](payload, device)
    _endpoint(root, "m:sender", (devices[0].text("manufacturer_srn"), PARTY_PLACE), service, "")
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _endpoint(root: etree._Element, tag: str, node: tuple[str, str], service: Service, token: str) -> None:
    endpoint = add(root, tag)
    place = add(endpoint, "m:node")
    add(place, "s:nodeActorCode", node[0])
    add(place, "s:nodeID", node[1])
    called = add(endpoint, "m:service")
    if token:
        add(called, "s:serviceAccessToken", token)
    add(called, "s:serviceID", service)
    add(called, "s:serviceOperation", "POST")


def _device(payload: etree._Element, device: EuDevice) -> None:
    kind = device.regulation
    element = typed(add(payload, "device:Device"), f"device:{kind}DeviceType")
    write_basic_udi(add(element, f"device:{kind}BasicUDI"), device)
    write_udi_di(add(element, f"device:{kind}UDIDIData"), device)


def _udi_di(payload: etree._Element, device: EuDevice) -> None:
    element = add(payload, "device:UDIDIData")
    write_udi_di(typed(element, f"device:{device.regulation}UDIDIDataType"), device)


def _package(payload: etree._Element, device: EuDevice) -> None:
    element = add(payload, "device:DTXPackageUDI")
    agency = device.home.text("issuing_agency_code") if device.home else ""
    identifier(element, "udidi:udiIdentifier", device.primary_di, agency)
    write_packages(element, device)


PAYLOADS = {"DEVICE": _device, "UDI_DI": _udi_di, "PACKAGE_UDI": _package}


def _parts(devices: Sequence[EuDevice]) -> list[Sequence[EuDevice]]:
    """Devices of one maker, as many as a message may hold."""
    makers = sorted({device.text("manufacturer_srn") for device in devices})
    mine = [[one for one in devices if one.text("manufacturer_srn") == maker] for maker in makers]
    return [some[start : start + LARGEST] for some in mine for start in range(0, len(some), LARGEST)]
