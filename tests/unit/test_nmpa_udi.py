"""NMPA UDI: mistakes are found in their field; requests, template and differences say what records say."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import python_calamine

from reports.nmpa_udi.difference import counts, differences
from reports.nmpa_udi.field_checks import field_findings
from reports.nmpa_udi.fields import TABLE, by_column, every_field, udi_fields
from reports.nmpa_udi.finding import rules
from reports.nmpa_udi.precheck import judge
from reports.nmpa_udi.rollout import readiness
from reports.nmpa_udi.save_request import save_request, submit_request
from reports.nmpa_udi.schema import save_request_schema
from reports.nmpa_udi.template import template_workbook
from tests.unit.nmpa_records import BOX, MISTAKES, PRIMARY, REGISTERED, UNIT, VALID, Mistake, with_values

ON = date(2026, 1, 1)
REFERENCE = Path("../shared/reference/nmpa/synthetic_upload_save_request.json")
PUBLISHED = replace(VALID, register="published", record_key="R1", version_no=1)


def test_the_valid_record_has_no_finding() -> None:
    """Prevents a pre-check that cries about everything, against which any mistake would be found."""
    checked = judge([VALID], {}, {PRIMARY: REGISTERED}, on=ON)
    assert checked.findings == ()
    assert checked.new == (VALID,)


def test_there_are_sixty_mistakes_of_every_error_rule() -> None:
    """Prevents a rule that no test ever saw at work."""
    assert len(MISTAKES) >= 60
    errors = {rule.rule_id for rule in rules().values() if rule.severity == "error"}
    elsewhere = {"NMPA-UDI-013", "NMPA-UDI-091"}  # about several records, and about a change
    assert errors - {rule for _, _, rule, _ in MISTAKES} == elsewhere


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[0])
def test_a_mistake_is_found_in_its_field(mistake: Mistake) -> None:
    """Prevents an upload that the authority refuses, or a message that sends people to the wrong cell."""
    _, record, rule, field = mistake
    checked = judge([record], {}, {PRIMARY: REGISTERED}, on=ON)
    found = [finding for finding in checked.findings if (finding.rule_id, finding.field) == (rule, field)]
    assert found, [(one.rule_id, one.field) for one in checked.findings]
    assert all(" | " in one.mend and one.address.endswith("#7") for one in found)
    assert checked.blocked == (record,)


def test_the_same_device_twice_is_named_in_both_rows() -> None:
    """Prevents two rows of one device of which the last silently wins."""
    checked = judge([VALID, replace(VALID, address=replace(VALID.address, row=8))], {}, {}, on=ON)
    assert [finding.rule_id for finding in checked.findings] == ["NMPA-UDI-013"] * 2
    assert len(checked.blocked) == 2


def test_a_change_needs_its_note_and_warns_of_a_new_identifier() -> None:
    """Prevents a published device from being changed without a reason, or under the same identifier."""
    record = with_values(spec_name="SY-0.6mm")
    before = {PRIMARY: PUBLISHED}
    silent = judge([record], before, {}, on=ON)
    assert {finding.rule_id for finding in silent.findings} == {"NMPA-UDI-090", "NMPA-UDI-091"}
    assert silent.blocked == (record,)
    assert judge([record], before, {}, on=ON, change_note="规格更正").changed == (record,)


def test_words_and_codes_of_the_public_file_are_the_same_content() -> None:
    """Prevents a difference in every record because the public file writes 1,2 for the carriers."""
    published = replace(PUBLISHED, values={**PUBLISHED.values, "carrier_name": "1,2", "trade_name": ""})
    assert judge([VALID], {PRIMARY: published}, {}, on=ON).unchanged == (VALID,)
    assert differences([VALID], [published], ON) == ()


def test_differences_name_field_and_both_values() -> None:
    """Prevents a report that says that something differs, but not what."""
    published = replace(
        PUBLISHED, values={**PUBLISHED.values, "description_name": "旧"}, packages=PUBLISHED.packages[:1]
    )
    foreign = replace(PUBLISHED, values={**PUBLISHED.values, "primary_di": BOX, "uscc": "91110000600037341L"})
    gone = replace(PUBLISHED, values={**PUBLISHED.values, "primary_di": UNIT})
    rows = differences([VALID], [published, foreign, gone], ON)
    assert [(row.state, row.primary_di, row.field) for row in rows] == [
        ("differs", PRIMARY, "CPMS"),
        ("differs", PRIMARY, "devicePackage"),
        ("not_declared", UNIT, "ZXXSDYCPBS"),
    ]
    assert (rows[0].declared, rows[0].published) == ("输液用", "旧")
    assert counts(rows) == {"not_published": 0, "not_declared": 1, "differs": 1}


def test_save_request_has_the_keys_of_the_interface() -> None:
    """Prevents a request whose keys the interface does not know: held against the reference document."""
    if not REFERENCE.is_file():
        pytest.skip("needs the reference request beside the project")
    wanted = json.loads(REFERENCE.read_text(encoding="utf-8"))["dataSet"][0]
    ours = save_request([VALID], on=ON, upload_type="x")["dataSet"][0]
    assert set(ours) == set(wanted) | {"YLQXZCRBARYWMC"}
    for name in ("devicePackage", "deviceStorage"):
        assert set(ours[name][0]) == set(wanted[name][0])
    coded = {"BSZT": "1,2", "CPLX": "1", "HCHZSB": "0", "CGZMRAQXGXX": "3", "SFBJWYCXSY": "1"}
    assert {key: ours[key] for key in coded} == coded
    assert ours["CPBSFBRQ"] == "2024-06-01"
    assert all(isinstance(value, str | list) for value in ours.values())


def test_submit_request_names_the_records_by_their_key() -> None:
    """Prevents submitting a record by an identifier that the database does not use."""
    assert submit_request([PUBLISHED])["dataSet"] == [{"deviceRecordKey": "R1", "ZXXSDYCPBS": PRIMARY}]


def test_template_keeps_identifiers_as_text_and_is_the_same_again() -> None:
    """Prevents a workbook in which Excel turns identifiers into numbers, or that differs at each export."""
    book = template_workbook([VALID], ON, {"FLBM": "分类编码*"})
    assert book == template_workbook([VALID], ON, {"FLBM": "分类编码*"})
    sheets = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert sheets.sheet_names[0] == "产品标识基本信息"
    first = sheets.get_sheet_by_name("产品标识基本信息").to_python()
    assert first[1][0] == PRIMARY
    assert "分类编码*" in sheets.get_sheet_by_name("产品基本信息").to_python()[0]
    packages = sheets.get_sheet_by_name("包装标识信息").to_python()
    assert packages[1] == [PRIMARY, BOX, "盒", "10", PRIMARY]
    assert len({field.key for field in udi_fields(ON)}) == len(udi_fields(ON))


def test_a_list_of_codes_holds_from_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prevents a declaration of last year from being judged, or written, by the code list of this one."""
    known = by_column()["device_type_code"]
    ends = replace(known, valid_to=ON - timedelta(days=1))
    begins = replace(known, valid_from=ON, codes={"device": "D", "ivd": "I"})
    others = tuple(field for field in every_field() if field is not known)
    monkeypatch.setattr("reports.nmpa_udi.fields.every_field", lambda: (*others, ends, begins))
    for on, code in ((ON - timedelta(days=1), "1"), (ON, "D")):
        body = save_request([VALID], on=on, upload_type="x")
        assert body["dataSet"][0]["CPLX"] == code
        assert jsonschema.Draft202012Validator(save_request_schema(on)).is_valid(body)
    assert not jsonschema.Draft202012Validator(save_request_schema(ON - timedelta(days=1))).is_valid(body)
    old = with_values(device_type_code="1")
    told = [
        [one.rule_id for one in field_findings(old, on) if one.field == "CPLX"]
        for on in (ON - timedelta(days=1), ON)
    ]
    assert told == [[], ["NMPA-UDI-002"]]
    assert TABLE.digest(ON) != TABLE.digest(ON - timedelta(days=1))


def test_readiness_counts_every_registered_device_once() -> None:
    """Prevents devices that are neither ready nor missing in the roll-out."""
    other = replace(REGISTERED, risk_class_code="II")
    known = {PRIMARY: REGISTERED, BOX: REGISTERED, UNIT: other}
    rows = readiness(judge([VALID], {PRIMARY: PUBLISHED}, known, on=ON), known)
    assert [(row.risk_class, row.devices, row.ready, row.undeclared) for row in rows] == [
        ("III", 2, 1, 1),
        ("II", 1, 0, 1),
    ]
    assert [row.due_date for row in rows] == [date(2022, 6, 1), date(2027, 6, 1)]
