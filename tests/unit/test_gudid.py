"""GUDID: what is written is read again as the same records; FDA's own records come out as they went in."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reports.findings import rulebook
from reports.gudid.checks import judge
from reports.gudid.difference import differences
from reports.gudid.document import GudidUnreadable, from_json, from_xml, primary_di, to_json, to_xml
from reports.gudid.record import GudidRecord
from reports.gudid.tables import from_csv, to_csv
from tests.official_schemas import GUDID_SAMPLE, gudid_validator

needs_sample = pytest.mark.skipif(not GUDID_SAMPLE.exists(), reason="the shared GUDID sample is not here")
VALID: dict[str, Any] = {
    "labeler_duns_number": "544132087",
    "record_status": "Published",
    "publish_date": "2024-09-02",
    "commercial_distribution_status": "In Commercial Distribution",
    "identifiers": [
        {"id": "09521234000013", "type": "Primary", "issuing_agency": "GS1"},
        {"id": "99521234000016", "type": "Unit of Use", "issuing_agency": "GS1"},
        {
            "id": "19521234000010",
            "type": "Package",
            "issuing_agency": "GS1",
            "unit_of_use_id": "09521234000013",
            "quantity_per_package": 10,
            "package_status": "In Commercial Distribution",
        },
    ],
    "brand_name": "=Infusor",
    "version_or_model_number": "'0.55",
    "company_name": "Example Medical Co., Ltd.",
    "device_count_in_base_package": 5,
    "device_description": 'Infusion set, "0.55 mm"\r\nfor single use',
    "is_direct_marking_exempt": True,
    "is_pm_exempt": False,
    "is_hct_p": False,
    "is_kit": False,
    "is_combination_product": False,
    "is_single_use": True,
    "has_lot_or_batch_number": True,
    "has_serial_number": False,
    "has_manufacturing_date": True,
    "has_expiration_date": True,
    "has_donation_id_number": False,
    "is_labeled_as_nrl": False,
    "is_labeled_as_no_nrl": True,
    "mri_safety": "Labeling does not contain MRI Safety Information",
    "is_rx": True,
    "is_otc": False,
    "gmdn_terms": [{"code": "34893", "name": "Intravenous administration set"}],
    "product_codes": [{"code": "FPA", "name": "SET, ADMINISTRATION, INTRAVASCULAR"}],
    "device_sizes": [{"type": "Length", "unit": "Centimeter", "value": "150"}],
    "storage": [
        {"type": "Storage Environment Temperature", "high": {"unit": "Degrees Celsius", "value": "30"}}
    ],
    "sterilization": {
        "is_sterile": True,
        "is_sterilization_prior_use": False,
        "sterilization_methods": "Ethylene Oxide; Ozone",
    },
    "premarket_submissions": [{"submission_number": "K230001", "submission_type": "510(k)"}],
}


@cache
def sample() -> bytes:
    return gzip.decompress(GUDID_SAMPLE.read_bytes())


def _judged(**changes: Any) -> list[tuple[str, str]]:
    """Rule and field of what is found in the valid record with other values; None takes a value away."""
    content = {name: value for name, value in {**VALID, **changes}.items() if value is not None}
    return [(one.rule_id, one.field) for one in judge([GudidRecord("declared", content, "listing #7")])]


def _device(**changes: Any) -> list[dict[str, Any]]:
    """The identifiers of the valid record, the package changed."""
    return [*VALID["identifiers"][:2], {**VALID["identifiers"][2], **changes}]


def _without_line_ends(content: Mapping[str, Any]) -> dict[str, Any]:
    """XML has one line end only."""
    return {**content, "device_description": content["device_description"].replace("\r\n", "\n")}


def test_a_record_survives_every_form() -> None:
    """Prevents an export that cannot be taken back in: a zero, a quote, a formula or a list is lost."""
    assert from_json(to_json([VALID])) == [VALID]
    assert from_csv(to_csv([VALID])) == [VALID]
    plain = _without_line_ends(VALID)
    assert list(from_xml(to_xml([plain]))) == [plain]
    assert primary_di(VALID) == "09521234000013"


def test_csv_holds_nothing_that_a_spreadsheet_runs() -> None:
    """Prevents a brand name from becoming a formula on the desk of whoever opens the table."""
    text = to_csv([VALID])["device.csv"].decode("utf-8-sig")
    assert '"\'=Infusor"' in text
    assert "\"''0.55\"" in text


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip)
RECORDS = st.fixed_dictionaries(
    {"identifiers": st.lists(st.fixed_dictionaries({"id": TEXTS, "type": st.just("Primary")}), min_size=1)},
    optional={
        "brand_name": TEXTS,
        "is_kit": st.booleans(),
        "device_count_in_base_package": st.integers(0, 10**6),
        "gmdn_terms": st.lists(st.fixed_dictionaries({"name": TEXTS}), min_size=1, max_size=3),
        "storage": st.lists(
            st.fixed_dictionaries({"type": TEXTS, "low": st.fixed_dictionaries({"value": TEXTS})}),
            min_size=1,
            max_size=2,
        ),
    },
)


@given(st.lists(RECORDS, max_size=4, unique_by=primary_di))
def test_any_record_survives_every_form(records: list[dict[str, Any]]) -> None:
    """Prevents texts nobody thought of from being changed on their way out and back."""
    assert from_json(to_json(records)) == records
    assert list(from_xml(to_xml(records))) == records
    assert from_csv(to_csv(records)) == records


@needs_sample
def test_records_of_fda_come_out_as_they_went_in() -> None:
    """Prevents a field of the register from being dropped or moved: trees are compared without our layout."""
    exported = to_xml(list(from_xml(sample())))
    wanted, got = _trees(sample()), _trees(exported)
    assert len(wanted) == 1899
    assert [pair for pair in zip(wanted, got, strict=True) if pair[0] != pair[1]] == []


def _trees(content: bytes) -> list[Any]:
    root = etree.fromstring(content, etree.XMLParser(huge_tree=True))
    return [(device.get("deviceid"), _pruned(device)) for device in root]


def _pruned(element: etree._Element) -> Any:
    """Names and texts of a tree without what is empty; an element of FDA's may stand in no namespace."""
    name = etree.QName(element).localname
    children = [child for child in map(_pruned, element) if child]
    text = element.text if element.text and element.text.strip() and not len(element) else None
    return (name, text, children) if text or children else None


@needs_sample
def test_records_of_fda_satisfy_the_schema_of_openfda() -> None:
    """Prevents a document that readers of openFDA refuse: an unknown name or another type."""
    validator = gudid_validator()
    results = json.loads(to_json(list(from_xml(sample()))))["results"]
    assert [error.message for one in results for error in validator.iter_errors(one)] == []
    assert not validator.is_valid({**results[0], "brand": "x"})
    assert not validator.is_valid({**results[0], "is_kit": "true"})
    assert validator.is_valid(json.loads(to_json([VALID]))["results"][0])


def test_the_valid_record_has_no_finding() -> None:
    """Prevents checks that cry about everything, against which any mistake would be found."""
    assert _judged() == []


def _mistakes() -> Iterator[tuple[dict[str, Any], str, str]]:
    yield from (({name: None}, "GUDID-001", name) for name in ("brand_name", "product_codes", "is_hct_p"))
    yield {"identifiers": VALID["identifiers"][1:]}, "GUDID-001", "identifiers[Primary].id"
    yield {"mri_safety": "安全"}, "GUDID-002", "mri_safety"
    yield {"brand_name": "输液器"}, "GUDID-003", "brand_name"
    yield {"identifiers": _device(id="19521234000011")}, "GUDID-010", "identifiers[2].id"
    yield {"identifiers": _device(issuing_agency="MA")}, "GUDID-011", "identifiers[2].issuing_agency"
    yield (
        {"identifiers": _device(quantity_per_package=None)},
        "GUDID-020",
        "identifiers[2].quantity_per_package",
    )
    yield (
        {"identifiers": _device(unit_of_use_id="09521234000020")},
        "GUDID-021",
        "identifiers[2].unit_of_use_id",
    )
    yield {"identifiers": VALID["identifiers"][:1]}, "GUDID-022", "identifiers[Unit of Use].id"
    yield {"labeler_duns_number": "54413208"}, "GUDID-030", "labeler_duns_number"
    yield {"product_codes": [{"code": "fpa"}]}, "GUDID-031", "product_codes[0].code"
    yield {"premarket_submissions": None}, "GUDID-032", "premarket_submissions"
    yield (
        {"premarket_submissions": [{"submission_number": "23"}]},
        "GUDID-033",
        "premarket_submissions[0].submission_number",
    )
    yield {"is_rx": False}, "GUDID-034", "is_rx"
    yield {"is_labeled_as_nrl": True}, "GUDID-035", "is_labeled_as_no_nrl"
    none = dict.fromkeys(("has_lot_or_batch_number", "has_manufacturing_date", "has_expiration_date"), False)
    yield none, "GUDID-036", "has_lot_or_batch_number"
    yield (
        {"commercial_distribution_end_date": "2024-09-01"},
        "GUDID-037",
        "commercial_distribution_end_date",
    )
    yield {"device_sizes": [{"type": "球囊直径"}]}, "GUDID-040", "device_sizes[0].type"


@pytest.mark.parametrize(("changes", "rule", "field"), _mistakes(), ids=lambda part: str(part)[:40])
def test_a_mistake_is_found_in_its_field(changes: dict[str, Any], rule: str, field: str) -> None:
    """Prevents a record that FDA refuses, or a message that sends people to the wrong field."""
    assert (rule, field) in _judged(**changes)


def test_every_rule_was_seen_at_work() -> None:
    """Prevents a rule that no test ever saw find anything; two are about several records or doubts."""
    assert set(rulebook("reports.gudid")) - {rule for _, rule, _ in _mistakes()} == {"GUDID-012", "GUDID-013"}


def test_the_same_device_twice_is_named_in_both() -> None:
    """Prevents two records of one device of which the last silently wins."""
    twice = [GudidRecord("declared", VALID, f"listing #{row}") for row in (7, 8)]
    assert [(one.rule_id, one.address) for one in judge(twice)] == [
        ("GUDID-012", "listing #7"),
        ("GUDID-012", "listing #8"),
    ]


def test_differences_name_field_and_both_values() -> None:
    """Prevents a report that says that something differs, but not what; order says nothing."""
    theirs = {**VALID, "brand_name": "Infusor", "public_version_number": "3"}
    theirs["identifiers"] = VALID["identifiers"][::-1]
    ours = [GudidRecord("declared", VALID, "listing #7")]
    rows = differences(ours, [GudidRecord("published", theirs, "gudid #1")])
    assert [(row.field, row.declared, row.published) for row in rows] == [
        ("brand_name", "=Infusor", "Infusor")
    ]
    assert [row.state for row in differences(ours, [])] == ["not_published"]


@pytest.mark.parametrize(
    "content",
    [b"<data><device", b'<data><device xmlns="http://www.fda.gov/cdrh/gudid"><rx>maybe</rx></device></data>'],
)
def test_what_is_no_release_is_refused_by_name(content: bytes) -> None:
    """Prevents half a file, or a flag that is none, from being taken for records."""
    with pytest.raises(GudidUnreadable):
        list(from_xml(content))
    with pytest.raises(GudidUnreadable):
        from_json(content)
