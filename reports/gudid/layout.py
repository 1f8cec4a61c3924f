"""The shape of a GUDID record, once: tags of FDA's release XML beside the field names of openFDA.

LAYOUT → document.py walks it in both directions. Names and nesting follow the release files of AccessGUDID
and openFDA's schema of device/udi; `words` are texts of the register that the lake holds as codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "boolean", "integer"]


@dataclass(frozen=True)
class Leaf:
    """A value: tag of the XML, name in openFDA, column of core.us_device or of its lists."""

    tag: str
    name: str
    column: str = ""
    kind: Kind = "text"
    words: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Primary:
    """A tag that repeats the primary identifier; openFDA does not repeat it."""

    tag: str


@dataclass(frozen=True)
class Group:
    """Nested values; without a name openFDA keeps them beside their neighbours."""

    tag: str
    name: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Many:
    """A list of records."""

    tag: str
    item: str
    name: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Joined:
    """A list of texts, which openFDA's schema holds as one."""

    tag: str
    item: str
    name: str


Part = Leaf | Primary | Group | Many | Joined
SEPARATOR = "; "
NAMESPACE = "http://www.fda.gov/cdrh/gudid"
DISTRIBUTION = {"active": "In Commercial Distribution", "withdrawn": "Not in Commercial Distribution"}
LEVELS = {
    "primary": "Primary",
    "secondary": "Secondary",
    "direct_mark": "Direct Marking",
    "unit_of_use": "Unit of Use",
    "package": "Package",
    "previous": "Previous",
}


def _flag(tag: str, name: str, column: str) -> Leaf:
    return Leaf(tag, name, column, "boolean")


_IDENTIFIER = (
    Leaf("deviceId", "id", "di"),
    Leaf("deviceIdType", "type", "level_code", words=LEVELS),
    Leaf("deviceIdIssuingAgency", "issuing_agency", "issuing_agency_code"),
    # openFDA keeps what a package contains under this name; it is no unit of use.
    Leaf("containsDINumber", "unit_of_use_id", "contains_di"),
    Leaf("pkgQuantity", "quantity_per_package", "contains_qty", "integer"),
    Leaf("pkgDiscontinueDate", "package_discontinue_date", "discontinued_date"),
    Leaf("pkgStatus", "package_status", "status_code", words=DISTRIBUTION),
    Leaf("pkgType", "package_type", "package_type_name"),
)
_CONTACT = (Leaf("phone", "phone"), Leaf("phoneExtension", "ext"), Leaf("email", "email"))
_GMDN = (
    Leaf("gmdnCode", "code", "code"),
    Leaf("gmdnPTName", "name", "name"),
    Leaf("gmdnPTDefinition", "definition", "text"),
    _flag("implantable", "implantable", "is_implantable"),
    Leaf("gmdnCodeStatus", "code_status", "status_name"),
)
_PRODUCT_CODE = (Leaf("productCode", "code", "code"), Leaf("productCodeName", "name", "name"))
_SIZE = (
    Leaf("sizeType", "type", "name"),
    Group("size", "", (Leaf("unit", "unit", "unit_name"), Leaf("value", "value", "value"))),
    Leaf("sizeText", "text", "text"),
)
_STORAGE = (
    Leaf("storageHandlingType", "type", "name"),
    Group(
        "storageHandlingHigh", "high", (Leaf("unit", "unit", "unit_name"), Leaf("value", "value", "value"))
    ),
    Group(
        "storageHandlingLow",
        "low",
        (Leaf("unit", "unit", "low_unit_name"), Leaf("value", "value", "low_value")),
    ),
    Leaf("storageHandlingSpecialConditionText", "special_conditions", "text"),
)
_SUBMISSION = (
    Leaf("submissionNumber", "submission_number", "code"),
    Leaf("supplementNumber", "supplement_number", "text"),
    Leaf("submissionType", "submission_type", "name"),
)
LAYOUT: tuple[Part, ...] = (
    Leaf("publicDeviceRecordKey", "public_device_record_key", "record_key"),
    Leaf("publicVersionStatus", "public_version_status", "version_status_name"),
    Leaf("publicVersionNumber", "public_version_number", "version_no"),
    Leaf("publicVersionDate", "public_version_date", "version_date"),
    Leaf("dunsNumber", "labeler_duns_number", "labeler_duns_no"),
    Leaf("deviceRecordStatus", "record_status", "record_status_name"),
    Leaf("devicePublishDate", "publish_date", "published_date"),
    Leaf("deviceCommDistributionEndDate", "commercial_distribution_end_date", "distribution_end_date"),
    Leaf("deviceCommDistributionStatus", "commercial_distribution_status", "status_code", words=DISTRIBUTION),
    Many("identifiers", "identifier", "identifiers", _IDENTIFIER),
    Leaf("brandName", "brand_name", "brand_name"),
    Leaf("versionModelNumber", "version_or_model_number", "model_name"),
    Leaf("catalogNumber", "catalog_number", "catalogue_no"),
    Leaf("companyName", "company_name", "company_name"),
    Leaf("deviceCount", "device_count_in_base_package", "device_qty", "integer"),
    Leaf("deviceDescription", "device_description", "device_description"),
    _flag("DMExempt", "is_direct_marking_exempt", "is_direct_mark_exempt"),
    _flag("premarketExempt", "is_pm_exempt", "is_premarket_exempt"),
    _flag("deviceHCTP", "is_hct_p", "is_human_tissue"),
    _flag("deviceKit", "is_kit", "is_kit"),
    _flag("deviceCombinationProduct", "is_combination_product", "is_combination_product"),
    _flag("singleUse", "is_single_use", "is_single_use"),
    _flag("lotBatch", "has_lot_or_batch_number", "is_batch_managed"),
    _flag("serialNumber", "has_serial_number", "is_serial_managed"),
    _flag("manufacturingDate", "has_manufacturing_date", "has_manufacturing_date"),
    _flag("expirationDate", "has_expiration_date", "has_expiry_date"),
    _flag("donationIdNumber", "has_donation_id_number", "has_donation_no"),
    _flag("labeledContainsNRL", "is_labeled_as_nrl", "is_latex_labelled"),
    _flag("labeledNoNRL", "is_labeled_as_no_nrl", "is_latex_free_labelled"),
    Leaf("MRISafetyStatus", "mri_safety", "mri_safety_name"),
    _flag("rx", "is_rx", "is_prescription"),
    _flag("otc", "is_otc", "is_over_counter"),
    Many("contacts", "customerContact", "customer_contacts", _CONTACT),
    Many("gmdnTerms", "gmdn", "gmdn_terms", _GMDN),
    Many("productCodes", "fdaProductCode", "product_codes", _PRODUCT_CODE),
    Many("deviceSizes", "deviceSize", "device_sizes", _SIZE),
    Many("environmentalConditions", "storageHandling", "storage", _STORAGE),
    Group(
        "sterilization",
        "sterilization",
        (
            _flag("deviceSterile", "is_sterile", "is_sterile"),
            _flag("sterilizationPriorToUse", "is_sterilization_prior_use", "is_sterilised_before_use"),
            Joined("methodTypes", "sterilizationMethod", "sterilization_methods"),
        ),
    ),
    Primary("deviceId"),
    Joined("feis", "fei", "fei_number"),
    Many("premarketSubmissions", "premarketSubmission", "premarket_submissions", _SUBMISSION),
)
