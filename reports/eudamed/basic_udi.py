"""The Basic UDI-DI of a device: what holds for the whole model."""

from __future__ import annotations

from lxml import etree

from reports.eudamed.record import EuDevice
from reports.eudamed.tree import add, add_all, identifier

MD_PROPERTIES = {
    "active": "is_active",
    "administeringMedicine": "is_administering_medicine",
    "implantable": "is_implantable",
    "measuringFunction": "is_measuring",
    "reusable": "is_reusable_instrument",
}
IVD_PROPERTIES = {
    "companionDiagnostics": "is_companion_diagnostic",
    "instrument": "is_instrument",
    "kit": "is_ivd_kit",
    "microbialSubstances": "has_microbial_substance",
    "nearPatientTesting": "is_near_patient_test",
    "professionalTesting": "is_professional_test",
    "reagent": "is_reagent",
    "selfTesting": "is_self_test",
}


def write_basic_udi(element: etree._Element, device: EuDevice) -> None:
    """Fill an element of type MDRBasicUDIType or IVDRBasicUDIType."""
    add(element, "basicudi:riskClass", device.text("risk_class_code"))
    _model(element, device)
    identifier(
        element, "basicudi:identifier", device.text("basic_udi_di"), device.text("basic_udi_agency_code")
    )
    actors = {
        "animalTissuesCells": device.values["has_animal_tissue"],
        "ARActorCode": device.text("representative_srn"),
        "humanTissuesCells": device.values["has_human_tissue"],
        "MFActorCode": device.text("manufacturer_srn"),
    }
    add_all(element, "basicudi", actors)
    _certificate(element, device)
    if device.regulation == "MDR":
        substances = {
            "humanProductCheck": device.values["has_human_product"],
            "IIb_implantable_exceptions": _exception(device),
            "medicinalProductCheck": device.values["has_medicinal_product"],
            "type": "DEVICE",
        }
        add_all(element, "basicudi", substances)
    properties = MD_PROPERTIES if device.regulation == "MDR" else IVD_PROPERTIES
    add_all(element, "commondi", {tag: device.values[column] for tag, column in properties.items()})


def _model(element: etree._Element, device: EuDevice) -> None:
    model, name = device.text("model_name"), device.text("device_name")
    if name:
        add_all(add(element, "basicudi:modelName"), "commondi", {"model": model, "name": name})
    else:
        add(element, "basicudi:model", model)


def _exception(device: EuDevice) -> object:
    """Asked of implants of class IIb only (BR-UDID-635)."""
    applies = device.text("risk_class_code") == "CLASS_IIB" and device.values["is_implantable"]
    return device.values["is_implant_exception"] if applies else None


def _certificate(element: etree._Element, device: EuDevice) -> None:
    body, kind = device.text("notified_body_code"), device.text("certificate_type_code")
    if body and kind:
        link = add(add(element, "basicudi:deviceCertificateLinks"), "links:deviceCertificateLink")
        facts = {
            "certificateNumber": device.text("certificate_no"),
            "expiryDate": device.text("certificate_expiry_date"),
            "NBActorCode": body,
            "certificateType": kind,
        }
        add_all(link, "links", facts)
