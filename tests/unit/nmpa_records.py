"""A valid NMPA UDI record, and ways to get one wrong, each with the rule and the field to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.nmpa_udi.cross_checks import Registered
from reports.nmpa_udi.record import Address, ClinicalSize, Package, Storage, UdiRecord, Value

PRIMARY, UNIT, BOX, CARTON = "09521234000013", "99521234000016", "19521234000010", "29521234000017"
VALUES: Mapping[str, Value] = {
    "primary_di": PRIMARY,
    "unit_of_use_qty": 10,
    "unit_of_use_di": UNIT,
    "issuing_agency_code": "GS1",
    "has_direct_mark": False,
    "is_direct_mark_di_primary": None,
    "direct_mark_di": None,
    "published_date": date(2024, 6, 1),
    "carrier_name": "一维码,二维码",
    "is_di_as_registered": True,
    "registered_di": None,
    "product_name": "一次性使用输液器",
    "trade_name": None,
    "spec_name": "SY-0.55mm",
    "is_kit": False,
    "description_name": "输液用",
    "catalogue_no": "REF-0055",
    "device_type_code": "device",
    "classification_code": "14-02-05",
    "old_classification_code": None,
    "registrant_name": "示例医疗器械有限公司",
    "registrant_name_en": None,
    "uscc": "91350100M000100Y43",
    "registration_no": "国械注准20233140001",
    "consumable_or_equipment_code": "consumable",
    "is_single_use": True,
    "reuse_max_qty": None,
    "is_sterile": True,
    "is_sterilised_before_use": False,
    "sterilisation_method_name": None,
    "mri_safety_name": "说明书或标签上面不包括MR安全信息",
    "nhsa_code": "C1401020500000000001",
    "is_batch_managed": True,
    "is_serial_managed": False,
    "has_manufacturing_date": True,
    "has_expiry_date": True,
    "special_storage_name": None,
    "special_size_name": None,
    "information_url": None,
    "withdrawn_date": None,
}
VALID = UdiRecord(
    register="declared",
    record_key=None,
    version_no=None,
    values=VALUES,
    packages=(Package(BOX, "盒", PRIMARY, 10), Package(CARTON, "箱", BOX, 10)),
    storages=(Storage("常温", None, Decimal(30), "℃"),),
    sizes=(ClinicalSize("长度", "150", "cm"),),
    address=Address("udi__declaration", "a" * 64, 7),
)
REGISTERED = Registered("一次性使用输液器", "国械注准20233140001", "III", True, False, date(2025, 1, 6))

Mistake = tuple[str, UdiRecord, str, str]


def with_values(**values: Value) -> UdiRecord:
    """The valid record with other values."""
    return replace(VALID, values={**VALUES, **values})


def _mandatory() -> list[Mistake]:
    keys = {
        "primary_di": "ZXXSDYCPBS", "unit_of_use_qty": "ZXXSDYZSYDYDSL", "issuing_agency_code": "CPBSBMTXMC",
        "has_direct_mark": "SFYBTZJBS", "published_date": "CPBSFBRQ", "carrier_name": "BSZT",
        "is_di_as_registered": "SFYZCBAYZ", "product_name": "CPMCTYMC", "spec_name": "GGXH",
        "is_kit": "SFWBLZTLCP",
        "description_name": "CPMS", "device_type_code": "CPLX", "classification_code": "FLBM",
        "registrant_name": "YLQXZCRBARMC", "uscc": "TYSHXYDM", "registration_no": "ZCZBHHZBAPZBH",
        "consumable_or_equipment_code": "HCHZSB", "is_single_use": "SFBJWYCXSY", "is_sterile": "SFWWJBZ",
        "is_sterilised_before_use": "SYQSFXYJXMJ", "mri_safety_name": "CGZMRAQXGXX",
        "is_batch_managed": "SCBSSFBHPH",
    }  # fmt: skip
    return [
        (f"{column} left empty", with_values(**{column: None}), "NMPA-UDI-001", key)
        for column, key in keys.items()
    ]


def _fields() -> list[Mistake]:
    changes: list[tuple[str, dict[str, Value], str, str]] = [
        ("check digit mistyped", {"primary_di": "09521234000014"}, "NMPA-UDI-010", "ZXXSDYCPBS"),
        ("two digits swapped", {"primary_di": "09521243000013"}, "NMPA-UDI-010", "ZXXSDYCPBS"),
        ("a digit lost", {"unit_of_use_di": UNIT[:-2]}, "NMPA-UDI-010", "SYDYCPBS"),
        ("scientific notation", {"primary_di": "9.52123E+12"}, "NMPA-UDI-010", "ZXXSDYCPBS"),
        ("an MA code called GS1", {"primary_di": "MA.156.M0.100472.11103316"}, "NMPA-UDI-011", "ZXXSDYCPBS"),
        ("a GTIN called MA", {"issuing_agency_code": "MA"}, "NMPA-UDI-011", "ZXXSDYCPBS"),
        ("HIBCC as agency", {"issuing_agency_code": "HIBCC"}, "NMPA-UDI-002", "CPBSBMTXMC"),
        ("an unknown carrier", {"carrier_name": "条形码"}, "NMPA-UDI-002", "BSZT"),
        ("MR safety in own words", {"mri_safety_name": "可以做MR"}, "NMPA-UDI-002", "CGZMRAQXGXX"),
        ("zero units of use", {"unit_of_use_qty": 0}, "NMPA-UDI-020", "ZXXSDYZSYDYDSL"),
        ("unit of use without code", {"unit_of_use_di": None}, "NMPA-UDI-021", "SYDYCPBS"),
        ("unit of use with the primary code", {"unit_of_use_di": PRIMARY}, "NMPA-UDI-022", "SYDYCPBS"),
        ("direct mark unexplained", {"has_direct_mark": True}, "NMPA-UDI-023", "BTCPBSYZXXSDYCPBSSFYZ"),
        ("another direct mark, which?", {"has_direct_mark": True, "is_direct_mark_di_primary": False},
         "NMPA-UDI-024", "BTCPBS"),
        ("a mark that is not there", {"direct_mark_di": PRIMARY}, "NMPA-UDI-025", "BTCPBS"),
        ("a mark said to be equal", {"has_direct_mark": True, "is_direct_mark_di_primary": True,
         "direct_mark_di": UNIT}, "NMPA-UDI-026", "BTCPBS"),
        ("dossier differs, how?", {"is_di_as_registered": False}, "NMPA-UDI-027", "ZCBACPBS"),
        ("nothing on the label", {"is_batch_managed": False, "has_manufacturing_date": False,
         "has_expiry_date": False}, "NMPA-UDI-030", "SCBSSFBHPH"),
        ("serial that the material has not", {"is_serial_managed": True}, "NMPA-UDI-031", "SCBSSFBHXLH"),
        ("single use, five times", {"reuse_max_qty": 5}, "NMPA-UDI-040", "ZDCFSYCS"),
        ("reusable, how often?", {"is_single_use": False}, "NMPA-UDI-041", "ZDCFSYCS"),
        ("sterilise, how?", {"is_sterile": False, "is_sterilised_before_use": True}, "NMPA-UDI-042", "MJFS"),
        ("a certificate of nowhere", {"registration_no": "注册证2023"}, "NMPA-UDI-050", "ZCZBHHZBAPZBH"),
        ("class III of a province", {"registration_no": "苏械注准20233140001"},
         "NMPA-UDI-051", "ZCZBHHZBAPZBH"),
        ("class II certificate for class III", {"registration_no": "苏械注准20232140001"},
         "NMPA-UDI-052", "ZCZBHHZBAPZBH"),
        ("classification cut", {"classification_code": "14-02"}, "NMPA-UDI-053", "FLBM"),
        ("classification of no category", {"classification_code": "99-01-01"}, "NMPA-UDI-053", "FLBM"),
        ("credit code mistyped", {"uscc": "91350100M000100Y44"}, "NMPA-UDI-055", "TYSHXYDM"),
        ("credit code cut by a spreadsheet", {"uscc": "914403001922038000"}, "NMPA-UDI-055", "TYSHXYDM"),
        ("imported without English name", {"registration_no": "国械注进20233140001"},
         "NMPA-UDI-056", "YLQXZCRBARYWMC"),
        ("another name than registered", {"product_name": "输液器"}, "NMPA-UDI-058", "CPMCTYMC"),
        ("another certificate than registered", {"registration_no": "国械注准20233140002"},
         "NMPA-UDI-059", "ZCZBHHZBAPZBH"),
        ("published after production", {"published_date": date(2025, 2, 1)}, "NMPA-UDI-060", "CPBSFBRQ"),
        ("ended before it began", {"withdrawn_date": date(2024, 1, 1)}, "NMPA-UDI-061", "TSRQ"),
    ]  # fmt: skip
    return [(name, with_values(**values), rule, key) for name, values, rule, key in changes]


def _lists() -> list[Mistake]:
    box, carton = VALID.packages
    packages: list[tuple[str, tuple[Package, ...], str, str]] = [
        ("an empty box", (replace(box, contains_qty=0), carton), "NMPA-UDI-070",
         "devicePackage[0].BZNHXYJCPBSSL"),
        ("a box of something else", (replace(box, contains_di=UNIT[:-1] + "6"), carton), "NMPA-UDI-073",
         "devicePackage[0].BZNHXYJBZCPBS"),
        ("a carton of unknown boxes", (carton,), "NMPA-UDI-071", "devicePackage[0].BZNHXYJBZCPBS"),
        ("boxes in a circle", (replace(box, contains_di=CARTON), carton), "NMPA-UDI-072",
         "devicePackage[0].BZNHXYJBZCPBS"),
        ("a level without name", (replace(box, level_name=""), carton), "NMPA-UDI-074",
         "devicePackage[0].CPBZJB"),
        ("a box twice", (box, box, carton), "NMPA-UDI-075", "devicePackage[0].BZCPBS"),
        ("a box with the primary code", (replace(box, package_di=PRIMARY), carton), "NMPA-UDI-014",
         "devicePackage[0].BZCPBS"),
        ("a box code mistyped", (replace(box, package_di=BOX[:-1] + "1"), carton), "NMPA-UDI-010",
         "devicePackage[0].BZCPBS"),
    ]  # fmt: skip
    storage = (Storage("冷藏", Decimal(8), Decimal(2), "℃"),)
    return [
        *((name, replace(VALID, packages=held), rule, key) for name, held, rule, key in packages),
        ("a range upside down", replace(VALID, storages=storage), "NMPA-UDI-080", "deviceStorage[0].ZDZ"),
        ("a range of what?", replace(VALID, storages=(Storage("冷藏", None, Decimal(8), None),)),
         "NMPA-UDI-081", "deviceStorage[0].JLDW"),
        ("a size of what?", replace(VALID, sizes=(ClinicalSize("长度", "150", None),)), "NMPA-UDI-082",
         "deviceClinical[0].CCDW"),
    ]  # fmt: skip


MISTAKES: tuple[Mistake, ...] = (*_mandatory(), *_fields(), *_lists())
