"""Business rules of EUDAMED's UDI module (v 2.18.1) that a single device can break, by their official ids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.deadlines.jurisdiction import jurisdictions
from reports.eudamed.codes import COUNTRIES_ASKED, code_list
from reports.eudamed.found import found
from reports.eudamed.record import EuDevice
from reports.findings import Finding

NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")


def business_findings(device: EuDevice) -> Iterator[Finding]:
    """Every business rule that the device breaks."""
    yield from _actors(device)
    yield from _classes(device)
    yield from _markets(device)
    yield from _use(device)
    yield from _sizes(device)


def _actors(device: EuDevice) -> Iterator[Finding]:
    maker = device.text("manufacturer_srn")
    is_eu = "EU" in jurisdictions([maker[:2].replace("EL", "GR")])
    if maker and not is_eu and not device.text("representative_srn"):
        yield found(device, "BR-UDID-011", "representative_srn", "", maker)
    if not device.text("model_name") and not device.text("device_name"):
        yield found(device, "BR-UDID-066", "model_name")


def _classes(device: EuDevice) -> Iterator[Finding]:
    risk, is_implant = device.text("risk_class_code"), device.values.get("is_implantable") is True
    if risk == "CLASS_I" and is_implant:
        yield found(device, "BR-UDID-676", "is_implantable", "true", risk)
    if is_implant and device.values.get("is_reusable_instrument"):
        yield found(device, "BR-UDID-677", "is_reusable_instrument", "true")
    if risk == "CLASS_IIB" and is_implant and device.values.get("is_implant_exception") is None:
        yield found(device, "BR-UDID-635", "is_implant_exception")
    needs = risk == "CLASS_III" or (
        risk == "CLASS_IIB" and is_implant and not device.values.get("is_implant_exception")
    )
    for column in ("notified_body_code", "certificate_type_code"):
        if needs and not device.text(column):
            yield found(device, "BR-UDID-109", column, "", risk)


def _markets(device: EuDevice) -> Iterator[Finding]:
    countries = (*device.words("first_market_code"), *device.words("market_codes"))
    is_on_market = device.text("status_code") == "ON_THE_MARKET"
    is_asked = is_on_market and device.text("risk_class_code") in COUNTRIES_ASKED
    if is_asked and not (device.words("first_market_code") and device.words("market_codes")):
        yield found(device, "BR-UDID-043", "market_codes", " ".join(countries))
    if device.text("status_code") and not is_on_market and countries:
        yield found(device, "BR-UDID-046", "market_codes", " ".join(countries))


def _use(device: EuDevice) -> Iterator[Finding]:
    home = device.home
    if home is None:
        return
    unit = home.text("unit_of_use_di")
    applies = device.base_quantity > 1 and not device.direct_mark_di
    if applies and not unit:
        yield found(device, "BR-UDID-023", "unit_of_use_di", "", f"baseQuantity {device.base_quantity}")
    reuses = home.values["reuse_max_qty"]
    if home.is_true("is_single_use") and reuses:
        yield found(device, "BR-UDID-024", "reuse_max_qty", f"{reuses}")


def _sizes(device: EuDevice) -> Iterator[Finding]:
    for size in device.home.sizes if device.home else ():
        told = f"{size.size_type_name} {size.size_value} {size.size_unit_name}"
        if NUMBER.fullmatch(size.size_value or "") and not size.size_unit_name:
            yield found(device, "BR-UDID-076", "sizes", told)
        elif size.size_type_name not in code_list("size_type") or (
            size.size_unit_name and size.size_unit_name not in code_list("unit")
        ):
            yield found(device, "EUD-013", "sizes", told)
