"""A finding about a device of the EU listing, in the element names of the data exchange."""

from __future__ import annotations

from reports.eudamed.record import EuDevice
from reports.findings import Finding, finding, rulebook

# Column → element of the XSD.
ELEMENTS = {
    "primary_di": "identifier/DICode",
    "basic_udi_di": "MDRBasicUDI/identifier/DICode",
    "basic_udi_agency_code": "MDRBasicUDI/identifier/issuingEntityCode",
    "regulation_code": "Device/@type",
    "manufacturer_srn": "MFActorCode",
    "representative_srn": "ARActorCode",
    "risk_class_code": "riskClass",
    "model_name": "model",
    "device_name": "modelName/name",
    "is_active": "active",
    "is_administering_medicine": "administeringMedicine",
    "is_implantable": "implantable",
    "is_measuring": "measuringFunction",
    "is_reusable_instrument": "reusable",
    "has_animal_tissue": "animalTissuesCells",
    "has_human_tissue": "humanTissuesCells",
    "has_human_product": "humanProductCheck",
    "has_medicinal_product": "medicinalProductCheck",
    "is_implant_exception": "IIb_implantable_exceptions",
    "is_companion_diagnostic": "companionDiagnostics",
    "is_instrument": "instrument",
    "is_ivd_kit": "kit",
    "has_microbial_substance": "microbialSubstances",
    "is_near_patient_test": "nearPatientTesting",
    "is_professional_test": "professionalTesting",
    "is_reagent": "reagent",
    "is_self_test": "selfTesting",
    "is_new_ivd": "newDevice",
    "emdn_codes": "MDNCodes",
    "trade_name": "tradeNames/name/textValue",
    "status_code": "status/code",
    "has_latex": "latex",
    "is_reprocessed": "reprocessed",
    "notified_body_code": "deviceCertificateLink/NBActorCode",
    "certificate_type_code": "deviceCertificateLink/certificateType",
    "market_codes": "marketInfos/marketInfo/country",
    "website_url": "website",
    "catalogue_no": "referenceNumber",
    "is_sterile": "sterile",
    "is_sterilised_before_use": "sterilization",
    "issuing_agency_code": "identifier/issuingEntityCode",
    "unit_of_use_di": "deviceMarking/unitOfUseIdentifier/DICode",
    "reuse_max_qty": "numberOfReuses",
    "contains_di": "packages/package/child/DICode",
    "sizes": "clinicalSizes/clinicalSize",
}


def found(device: EuDevice, rule_id: str, column: str, value: str = "", detail: str = "") -> Finding:
    """Return a finding about a column, told in the element that EUDAMED knows it by."""
    element = ELEMENTS[column].replace("MDRBasicUDI", f"{device.regulation or 'MDR'}BasicUDI")
    return finding(rulebook("reports.eudamed")[rule_id], device.subject, element, value, detail)
