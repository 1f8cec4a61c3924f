"""EUDAMED: mistakes are found in their element; a device without one is valid against the XSD."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reports.eudamed.checks import judge
from reports.eudamed.codes import CERTIFICATES, RISK_CLASSES, STATUS
from reports.eudamed.document import Sending, device_messages
from reports.eudamed.emdn import Nomenclature, nomenclature_of, read_terms
from reports.eudamed.record import EuDevice
from reports.findings import rulebook
from reports.nmpa_udi.record import ClinicalSize, Package, UdiRecord
from tests.unit.nmpa_records import BOX, CARTON, PRIMARY, UNIT, VALID

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "eudamed"
needs_schema = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the shared EUDAMED schemas are not here")
# Made up: what counts is which code stands above which.
EMDN = Nomenclature(("A", "A03", "A0301", "A030101", "A0302", "A0303", "B", "B02"))
SENDING = Sending("000001", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
LISTING: dict[str, Any] = {
    "primary_di": PRIMARY,
    "basic_udi_di": "9521234TUBESET01MW",
    "basic_udi_agency_code": "GS1",
    "regulation_code": "MDR",
    "manufacturer_srn": "CN-MF-000000001",
    "representative_srn": "DE-AR-000000001",
    "risk_class_code": "CLASS_IIA",
    "model_name": "TUBE-SET-A",
    "device_name": "Infusion set",
    "is_active": False,
    "is_administering_medicine": True,
    "is_implantable": False,
    "is_measuring": False,
    "is_reusable_instrument": False,
    "has_animal_tissue": False,
    "has_human_tissue": False,
    "has_human_product": False,
    "has_medicinal_product": False,
    "is_implant_exception": None,
    "emdn_codes": "A030101 A0302",
    "trade_name": "Infusor",
    "status_code": "ON_THE_MARKET",
    "has_latex": False,
    "is_reprocessed": False,
    "notified_body_code": "2797",
    "certificate_type_code": "MDR_QUALITY_MANAGEMENT_SYSTEM",
    "certificate_no": "MDR 1",
    "certificate_expiry_date": date(2029, 5, 26),
    "first_market_code": "DE",
    "market_codes": "DE FR",
    "market_start_date": date(2024, 10, 1),
    "website_url": "https://www.example.com",
}
IVD = {
    "regulation_code": "IVDR",
    "risk_class_code": "CLASS_C",
    "certificate_type_code": "IVDR_TYPE_EXAMINATION",
    **dict.fromkeys(
        (
            "is_companion_diagnostic",
            "is_instrument",
            "is_ivd_kit",
            "has_microbial_substance",
            "is_near_patient_test",
            "is_professional_test",
            "is_reagent",
            "is_self_test",
            "is_new_ivd",
        ),
        False,
    ),
}
DEVICE = EuDevice(LISTING, VALID, "udi__eu_listing #7")


def _listed(**values: Any) -> EuDevice:
    return replace(DEVICE, values={**LISTING, **values})


def _at_home(**values: Any) -> EuDevice:
    return replace(DEVICE, home=replace(VALID, values={**VALID.values, **values}))


def _with(**lists: Any) -> EuDevice:
    home: UdiRecord = replace(VALID, **lists)
    return replace(DEVICE, home=home)


def _judged(*devices: EuDevice) -> list[tuple[str, str]]:
    return [(one.rule_id, one.field) for one in judge(devices, EMDN)]


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(REFERENCE / "XSD" / "service" / "Message.xsd"))


def _invalid(*devices: EuDevice) -> list[str]:
    """What the official schema says against the messages of the devices."""
    errors = []
    for content in device_messages(devices, SENDING).values():
        _schema().validate(etree.fromstring(content))
        errors += [str(error) for error in _schema().error_log]
    return errors


@pytest.mark.parametrize("device", [DEVICE, _listed(**IVD)], ids=["MDR", "IVDR"])
def test_a_valid_device_has_no_finding(device: EuDevice) -> None:
    """Prevents checks that cry about everything, against which any mistake would be found."""
    assert _judged(device) == []


def _mistakes() -> Iterator[tuple[EuDevice, str, str]]:
    for column, element in {
        "basic_udi_di": "MDRBasicUDI/identifier/DICode",
        "manufacturer_srn": "MFActorCode",
        "emdn_codes": "MDNCodes",
        "is_active": "active",
        "has_latex": "latex",
    }.items():
        yield _listed(**{column: None}), "EUD-001", element
    yield _listed(**{**IVD, "is_self_test": None}), "EUD-001", "selfTesting"
    yield _at_home(catalogue_no=None), "EUD-001", "referenceNumber"
    yield _listed(status_code="SOLD"), "EUD-002", "status/code"
    yield _listed(market_codes="DE GR"), "EUD-002", "marketInfos/marketInfo/country"
    yield _listed(notified_body_code="27"), "EUD-002", "deviceCertificateLink/NBActorCode"
    yield _listed(certificate_type_code="QMS"), "EUD-002", "deviceCertificateLink/certificateType"
    yield _listed(manufacturer_srn="CN-AR-000000001"), "EUD-003", "MFActorCode"
    yield _listed(representative_srn="DE-AR-1"), "EUD-003", "ARActorCode"
    yield _listed(device_name="x" * 256), "EUD-004", "modelName/name"
    yield _listed(primary_di="09521234000014"), "EUD-005", "identifier/DICode"
    yield _at_home(issuing_agency_code="MA"), "EUD-006", "identifier/issuingEntityCode"
    yield _listed(basic_udi_di="9521234TUBESET01MX"), "EUD-007", "MDRBasicUDI/identifier/DICode"
    yield _listed(trade_name="输液器"), "EUD-008", "tradeNames/name/textValue"
    yield _listed(emdn_codes="A030101,A0302"), "EUD-009", "MDNCodes"
    yield _listed(emdn_codes="A0302 A0301"), "BR-UDID-636", "MDNCodes"
    yield _listed(emdn_codes="A030102"), "BR-UDID-636", "MDNCodes"
    yield _listed(risk_class_code="CLASS_B"), "EUD-010", "riskClass"
    yield _with(packages=(Package(CARTON, "箱", BOX, 10),)), "EUD-011", "packages/package/child/DICode"
    yield _with(sizes=(ClinicalSize("颜色", "红", None),)), "EUD-013", "clinicalSizes/clinicalSize"
    yield replace(DEVICE, home=None), "EUD-014", "identifier/DICode"
    yield _at_home(unit_of_use_di=BOX), "BR-UDID-003", "identifier/DICode"
    yield _listed(representative_srn=None), "BR-UDID-011", "ARActorCode"
    yield _at_home(unit_of_use_di=None), "BR-UDID-023", "deviceMarking/unitOfUseIdentifier/DICode"
    yield _at_home(reuse_max_qty=5), "BR-UDID-024", "numberOfReuses"
    yield _listed(first_market_code=None), "BR-UDID-043", "marketInfos/marketInfo/country"
    yield _listed(status_code=STATUS[1]), "BR-UDID-046", "marketInfos/marketInfo/country"
    yield _listed(model_name=None, device_name=None), "BR-UDID-066", "model"
    yield _with(sizes=(ClinicalSize("长度", "150", None),)), "BR-UDID-076", "clinicalSizes/clinicalSize"
    implant = {"is_implantable": True, "risk_class_code": "CLASS_IIB"}
    yield (
        _listed(risk_class_code="CLASS_III", notified_body_code=None),
        "BR-UDID-109",
        ("deviceCertificateLink/NBActorCode"),
    )
    yield _listed(**implant), "BR-UDID-635", "IIb_implantable_exceptions"
    yield _listed(**{**implant, "risk_class_code": "CLASS_I"}), "BR-UDID-676", "implantable"
    yield _listed(**implant, is_reusable_instrument=True), "BR-UDID-677", "reusable"


@pytest.mark.parametrize(("device", "rule", "element"), list(_mistakes()), ids=lambda part: str(part)[:24])
def test_a_mistake_is_found_in_its_element(device: EuDevice, rule: str, element: str) -> None:
    """Prevents a message that EUDAMED refuses, or a finding that sends people to the wrong field."""
    assert (rule, element) in _judged(device)


def test_every_rule_was_seen_at_work() -> None:
    """Prevents a rule that no test ever saw find anything; some have tests of their own."""
    seen = {rule for _, rule, _ in _mistakes()}
    assert set(rulebook("reports.eudamed")) - seen == {"BR-UDID-069", "EUD-012", "EUD-015"}


def test_without_a_list_nobody_takes_a_code_for_checked() -> None:
    """Prevents a code that nobody held against the EMDN from going out as if somebody had."""
    (told,) = judge([DEVICE], Nomenclature(()))
    assert (told.rule_id, told.severity, told.value) == ("EUD-015", "warn", "A030101 A0302")


CODES = st.text("AB", min_size=1, max_size=1).flatmap(
    lambda letter: st.lists(st.sampled_from(["01", "02", "10"]), max_size=3).map(
        lambda steps: letter + "".join(steps)
    )
)


@given(st.sets(CODES, max_size=12), CODES)
def test_a_leaf_is_what_nothing_stands_below(codes: set[str], code: str) -> None:
    """Prevents a code with others below it from passing as a leaf, held against a look at every code."""
    lower = Nomenclature(tuple(sorted(codes))).below(code)
    assert (lower is not None) == any(one != code and one.startswith(code) for one in codes)
    assert lower is None or (lower in codes and lower.startswith(code) and lower != code)


def test_a_code_holds_on_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a code of a new edition from being asked of a filing made under the old one."""
    terms = read_terms("code,valid_from,valid_to\nA01,,\nA0101,2027-01-01,\nB01,,2026-12-31\n")
    monkeypatch.setattr("reports.eudamed.emdn._terms", lambda: terms)
    assert nomenclature_of(date(2026, 12, 31)).codes == ("A01", "B01")
    assert nomenclature_of(date(2027, 1, 1)).codes == ("A01", "A0101")


def test_devices_of_one_model_must_not_contradict_each_other() -> None:
    """Prevents a model that is class IIa in one size and III in another; a repeated code is told in both."""
    other = replace(
        _listed(primary_di=BOX, risk_class_code="CLASS_III"),
        home=replace(VALID, values={**VALID.values, "unit_of_use_di": CARTON}, packages=()),
    )
    found = _judged(DEVICE, other)
    assert found.count(("BR-UDID-069", "riskClass")) == 2
    assert found.count(("BR-UDID-003", "identifier/DICode")) == 4  # BOX and CARTON are packages of the first


@needs_schema
@pytest.mark.parametrize("device", [DEVICE, _listed(**IVD)], ids=["MDR", "IVDR"])
def test_messages_are_valid_against_the_official_schema(device: EuDevice) -> None:
    """Prevents an element out of order, of another name or type."""
    sibling = _listed(primary_di=UNIT)
    assert set(device_messages([DEVICE, sibling], SENDING)) == {
        "device_1.xml",
        "udi_di_1.xml",
        "package_udi_1.xml",
    }
    assert _invalid(device) == [] and _invalid(DEVICE, sibling) == []
    assert _invalid(_listed(risk_class_code="IIA")) != []


def _mostly(*good: Any, bad: Any) -> st.SearchStrategy[Any]:
    """A value that is wrong once in a while."""
    return st.sampled_from([*good * 12, bad])


def _listings(regulation: str) -> st.SearchStrategy[dict[str, Any]]:
    flags = ("is_reagent", "has_latex", "is_new_ivd", "is_active", "has_human_tissue")
    return st.fixed_dictionaries(
        {
            "regulation_code": st.just(regulation),
            "risk_class_code": _mostly(*RISK_CLASSES[regulation], bad="IIA"),
            "certificate_type_code": _mostly(*CERTIFICATES[regulation], bad=None),
            "notified_body_code": _mostly("2797", bad="12"),
            "status_code": _mostly("ON_THE_MARKET", bad=STATUS[1]),
            "is_implantable": _mostly(False, bad=True),
            "is_implant_exception": st.sampled_from([True, False]),
            "model_name": st.sampled_from(["M", "", None]),
            "device_name": _mostly("N & <>", None, bad="x" * 300),
            "first_market_code": _mostly("DE", bad="XX"),
            "market_codes": _mostly("DE", "FR IT", bad=""),
            "representative_srn": _mostly("DE-AR-000000001", bad=None),
            "trade_name": _mostly("T", None, bad="输"),
            "website_url": st.sampled_from(["https://x.example", None]),
            "emdn_codes": _mostly("A0303", "A0303 B02", bad="A"),
            **{name: _mostly(True, False, bad=None) for name in flags},
        }
    )


LISTINGS = st.sampled_from(["MDR", "IVDR"]).flatmap(_listings)
HOMES = st.fixed_dictionaries(
    {
        "unit_of_use_qty": st.sampled_from([None, 1, 10]),
        "unit_of_use_di": _mostly(UNIT, bad=None),
        "has_direct_mark": st.booleans(),
        "reuse_max_qty": _mostly(None, bad=5),
        "is_single_use": st.booleans(),
        "catalogue_no": _mostly("R1", bad=None),
        "is_sterile": _mostly(True, False, bad=None),
        "is_batch_managed": st.booleans(),
        "is_serial_managed": st.booleans(),
    }
)
SIZES = st.lists(
    st.builds(
        ClinicalSize,
        st.sampled_from(["长度", "颜色"]),
        st.sampled_from(["150", "1-2", "红"]),
        st.sampled_from(["mm", "尺", None]),
    ),
    max_size=2,
)


@needs_schema
@settings(max_examples=200)
@given(LISTINGS, HOMES, SIZES, st.booleans())
def test_what_has_no_error_is_valid(
    listing: dict[str, Any], values: dict[str, Any], sizes: list[ClinicalSize], is_packed: bool
) -> None:
    """Prevents a device that our checks let through and EUDAMED's schema refuses."""
    home = replace(
        VALID,
        values={**VALID.values, **values},
        sizes=tuple(sizes),
        packages=VALID.packages if is_packed else (),
    )
    device = EuDevice({**LISTING, **IVD, **listing}, home, "#1")
    if not any(one.severity == "error" for one in judge([device], EMDN)):
        assert _invalid(device) == []
