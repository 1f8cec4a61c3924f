"""The UDI-DI of a device: what its label says, its packages, markets and sizes."""

from __future__ import annotations

from lxml import etree

from reports.eudamed.business_rules import NUMBER
from reports.eudamed.codes import code_list
from reports.eudamed.record import EuDevice
from reports.eudamed.tree import add, add_all, identifier, in_english, typed
from reports.nmpa_udi.record import UdiRecord

PRODUCTION = {
    "BATCH_NUMBER": "is_batch_managed",
    "SERIALISATION_NUMBER": "is_serial_managed",
    "MANUFACTURING_DATE": "has_manufacturing_date",
    "EXPIRATION_DATE": "has_expiry_date",
}


def write_udi_di(element: etree._Element, device: EuDevice) -> None:
    """Fill an element of type MDRUDIDIDataType or IVDRUDIDIDataType.

    Raises:
        ValueError: the device has no declaration; the checks say so before.
    """
    home = _home(device)
    agency = home.text("issuing_agency_code")
    identifier(element, "udidi:identifier", device.primary_di, agency)
    _status(element, device)
    basic = device.text("basic_udi_di"), device.text("basic_udi_agency_code")
    identifier(element, "udidi:basicUDIIdentifier", *basic)
    label = {
        "MDNCodes": " ".join(device.words("emdn_codes")),
        "productionIdentifier": " ".join(pi for pi, column in PRODUCTION.items() if home.is_true(column)),
        "referenceNumber": home.text("catalogue_no"),
        "sterile": home.values["is_sterile"],
        "sterilization": home.values["is_sterilised_before_use"],
    }
    add_all(element, "udidi", label)
    in_english(element, "udidi:tradeNames", device.text("trade_name"))
    add_all(element, "udidi", {"website": device.text("website_url")})
    if home.packages:
        write_packages(element, device)
    add(element, "udidi:numberOfReuses", _reuses(home))
    _markets(element, device)
    _marking(element, device, home)
    add(element, "udidi:baseQuantity", device.base_quantity)
    _by_regulation(element, device, home)


def write_packages(element: etree._Element, device: EuDevice) -> None:
    """Append the packages of a device, each with what it holds."""
    home, packages = _home(device), add(element, "udidi:packages")
    agency = home.text("issuing_agency_code")
    for package in home.packages:
        entry = add(packages, "udidi:package")
        identifier(entry, "udidi:identifier", package.package_di, agency)
        _status(entry, device)
        identifier(entry, "udidi:child", package.contains_di or "", agency)
        add(entry, "udidi:numberOfItems", package.contains_qty)


def _status(element: etree._Element, device: EuDevice) -> None:
    add(add(element, "udidi:status"), "commondi:code", device.text("status_code"))


def _reuses(home: UdiRecord) -> int:
    """0 for single use, a number where the declaration limits it, -1 where it does not."""
    most = home.values["reuse_max_qty"]
    return 0 if home.is_true("is_single_use") else most if isinstance(most, int) and most else -1


def _markets(element: etree._Element, device: EuDevice) -> None:
    first = device.text("first_market_code")
    countries = list(dict.fromkeys((first, *device.words("market_codes")))) if first else []
    infos = add(element, "udidi:marketInfos") if countries else element
    for country in countries:
        facts = {
            "country": country,
            "originalPlacedOnTheMarket": country == first,
            "startDate": device.text("market_start_date") if country == first else "",
        }
        add_all(add(infos, "marketinfo:marketInfo"), "marketinfo", facts)


def _marking(element: etree._Element, device: EuDevice, home: UdiRecord) -> None:
    """A direct mark, else the unit of use where several devices lie in the base package (BR-UDID-023)."""
    agency, unit = home.text("issuing_agency_code"), home.text("unit_of_use_di")
    if device.direct_mark_di:
        marking = add(element, "udidi:deviceMarking")
        identifier(marking, "udidi:directMarkingDI", device.direct_mark_di, agency)
    elif unit and device.base_quantity > 1:
        identifier(add(element, "udidi:deviceMarking"), "udidi:unitOfUseIdentifier", unit, agency)


def _by_regulation(element: etree._Element, device: EuDevice, home: UdiRecord) -> None:
    if device.regulation == "IVDR":
        add(element, "udidi:newDevice", device.values["is_new_ivd"])
        return
    add(element, "udidi:latex", device.values["has_latex"])
    add(element, "udidi:reprocessed", device.values["is_reprocessed"])
    _sizes(element, home)


def _sizes(element: etree._Element, home: UdiRecord) -> None:
    kinds, units = code_list("size_type"), code_list("unit")
    known = [size for size in home.sizes if size.size_type_name in kinds and size.size_value]
    group = add(element, "udidi:clinicalSizes") if known else element
    for size in known:
        is_number = NUMBER.fullmatch(size.size_value or "") and size.size_unit_name in units
        entry = add(group, "commondi:clinicalSize")
        typed(entry, f"commondi:{'Value' if is_number else 'Text'}ClinicalSizeType")
        add(entry, "commondi:clinicalSizeType", kinds[size.size_type_name or ""])
        if is_number:
            add(entry, "commondi:value", size.size_value)
            add(entry, "commondi:valueUnit", units[size.size_unit_name or ""])
        else:
            add(entry, "commondi:text", f"{size.size_value} {size.size_unit_name or ''}".strip())


def _home(device: EuDevice) -> UdiRecord:
    if device.home is None:
        raise ValueError(f"{device.primary_di} has no UDI declaration")
    return device.home
