"""A plant's year as tables, and an adverse event from its complaint: figures counted by hand."""

# ruff: noqa: E501  (tables: one row per line)

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import python_calamine

from lakehouse.releases import Release, current
from reports.adverse_event.form import BY_HARM, _fields
from reports.form import Asked
from reports.language import LOCALES, load
from reports.refusals import BadParameter, DataMissing, NotReleased, UnknownSubject
from reports.registry import form_of
from reports.tabular.report import TabularReport, files_of
from reports.tabular.section import Section, unsourced
from reports.values import read_values
from tests.browser import scratch_release

AWARE = "2026-03-02T09:30+08:00"
SITE = {"site_code": "A", "site_name_zh": "甲厂", "site_name_en": "Plant A", "zone_name": "Asia/Shanghai"}


def _capa(number: int, opened: str, due: str, closed: str | None, effect: str | None) -> dict[str, Any]:
    return {
        "capa_no": f"CAPA-{number}", "site_code": "A", "opened_date": opened, "original_due_date": due,
        "due_date": due, "closed_date": closed, "root_cause_name": "设备" if number % 2 else None,
        "effectiveness_code": effect,
    }  # fmt: skip


ROWS: Mapping[str, list[dict[str, Any]]] = {
    "core.site": [SITE],
    "core.product": [
        {"product_id": "p", "product_code": "100", "product_name_zh": "<b>导管</b>", "product_name_en": "Catheter",
         "product_type_code": "finished", "spec_name": "4F"},
    ],
    "core.lot": [
        {"lot_id": f"A:100:L{n}", "lot_no": f"L{n}", "site_code": "A", "product_id": "p", "product_code": "100",
         "lot_kind_code": "produced", "manufactured_date": day, "expiry_date": "2028-01-01"}
        for n, day in enumerate(("2025-01-05", "2025-06-01", "2025-12-31", "2024-12-31"))
    ],
    "core.release_decision": [
        {"lot_id": "A:100:L0", "site_code": "A", "decision_code": "accepted", "decided_at": "2025-01-09 00:00:00+00"},
        {"lot_id": "A:100:L1", "site_code": "A", "decision_code": "rejected", "decided_at": "2025-06-09 00:00:00+00"},
    ],
    "core.ncr": [
        # 2024-12-31 17:00 in London is New Year's Day in Shanghai.
        {"ncr_no": "N1", "site_code": "A", "opened_at": "2024-12-31 17:00:00+00", "severity_code": "major",
         "disposition_code": "scrap", "lot_id": "A:100:L0"},
        {"ncr_no": "N2", "site_code": "A", "opened_at": "2025-12-31 17:00:00+00", "severity_code": "major"},
    ],
    "core.capa": [
        _capa(1, "2025-02-01", "2025-03-01", "2025-03-05", "effective"),
        _capa(2, "2025-02-10", "2025-04-01", "2025-03-20", "ineffective"),
        _capa(3, "2025-11-01", "2025-12-01", None, None),
        _capa(4, "2024-05-01", "2025-01-20", "2025-01-10", None),
        _capa(5, "2024-05-01", "2024-06-01", "2024-05-20", None),
    ],
    "core.complaint": [
        {"complaint_no": "CMP-1", "site_code": "A", "received_date": "2026-03-01", "product_id": "p",
         "product_code": "100", "lot_id": "A:100:L0", "lot_no": "L0", "is_reportable": True,
         "udi_text": "(01)09521234000013(21)S77"},
        {"complaint_no": "CMP-2", "site_code": "A", "received_date": "2025-03-01", "product_id": "p",
         "product_code": "100", "is_reportable": False},
    ],
    "core.udi_di": [
        {"di": "09521234000013", "level_code": "primary", "product_id": "p", "source_system": "udi",
         "registration_no": "国械注准20233030091", "risk_class_code": "III"},
    ],
    "core.shipment": [
        {"delivery_no": "D1", "site_code": "A", "lot_id": "A:100:L0", "shipped_date": "2025-02-01", "qty": 5,
         "customer_code": "c", "uom_code": "C62"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A manifest to make reports from."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    scratch_release.publish_scratch(folder)
    found = current(scratch_release.settings_for(folder))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table of the tree, with a few rows whose figures are counted by hand."""
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        scratch_release.create_tables(opened)
        for table, rows in ROWS.items():
            scratch_release.insert(opened, table, rows)
        yield opened


def _made(con: duckdb.DuckDBPyConnection, release: Release, form: str, **given: Any) -> Mapping[str, bytes]:
    made = form_of(form)
    settings = scratch_release.settings_for(release.path.parents[1])
    asked = Asked(settings, con, release, read_values(made.parameters, given), None, LOCALES)
    selected = made.select(asked)
    made.validate(selected.facts)
    contents = made.render(asked, selected.facts)
    assert contents == made.render(asked, made.select(asked).facts)
    return contents


def _json(contents: Mapping[str, bytes]) -> Any:
    return json.loads(next(data for name, data in contents.items() if re.search(r"release-\d+\.json$", name)))


def _rows(contents: Mapping[str, bytes], section: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _json(contents)["sections"][section]["rows"]
    return rows


def test_self_inspection_counts_the_year_on_the_plants_clock(
    con: duckdb.DuckDBPyConnection, release: Release
) -> None:
    """Prevents lots and records of another year, or of the UTC day, in the report to the authority."""
    made = _made(con, release, "self_inspection", site="A", year="2025")
    (product,) = _rows(made, "products")
    wanted = {
        "made_lots": 3,
        "accepted_lots": 1,
        "rejected_lots": 1,
        "concession_lots": 0,
        "undecided_lots": 1,
    }
    assert {name: product[name] for name in wanted} == wanted
    assert [row["severity_code"] for row in _rows(made, "nonconformities")] == ["major"]
    assert _rows(made, "nonconformities")[0]["opened_count"] == 1
    assert [row["received_count"] for row in _rows(made, "complaints")] == [1]
    blocks = {entry["label"]: entry["value"] for entry in _json(made)["blocks"][0]["entries"]}
    assert blocks["提交期限 | Due before"] == "2026-03-31"
    assert blocks["生产成品批 | Finished lots made"] == "3"


def test_what_no_source_delivers_is_said(con: duckdb.DuckDBPyConnection, release: Release) -> None:
    """Prevents an empty section from being read as nothing happened."""
    made = _made(con, release, "self_inspection", site="A", year="2025")
    said = [code for code, part in _json(made)["sections"].items() if part["no_source"]]
    assert sorted(said) == ["internal_audits", "key_staff", "recalls", "training"]
    for locale in LOCALES:
        page = next(data for name, data in made.items() if name.endswith(f"_{locale}.html")).decode()
        assert page.count(load("reports", locale)("tabular.no_source")) == 4
        assert "<b>导管</b>" not in page


def test_capas_of_the_year_with_those_still_open_in_it(
    con: duckdb.DuckDBPyConnection, release: Release
) -> None:
    """Prevents a CAPA of before from being left out while open, and late ones from looking on time."""
    made = _made(con, release, "capa_summary", site="A", year="2025")
    assert {row["capa_no"]: row["state_code"] for row in _rows(made, "capas")} == {
        "CAPA-1": "closed_late",
        "CAPA-2": "closed",
        "CAPA-3": "open",
        "CAPA-4": "closed",
    }
    assert {row["month"]: row["overdue_count"] for row in _rows(made, "capa_figures")} == {
        "2025-02-01": 1,
        "2025-11-01": 1,
    }
    ages = {row["capa_no"]: row["age_days"] for row in _rows(made, "capas")}
    assert (ages["CAPA-1"], ages["CAPA-3"]) == (32, 60)


@pytest.mark.parametrize("form", ["self_inspection", "capa_summary", "supplier_summary"])
def test_an_unknown_plant_or_an_empty_year_is_refused(
    form: str, con: duckdb.DuckDBPyConnection, release: Release
) -> None:
    """Prevents an empty report that reads as a year without records."""
    with pytest.raises(UnknownSubject, match="there is no plant X"):
        _made(con, release, form, site="X", year="2025")
    with pytest.raises(DataMissing):
        _made(con, release, form, site="A", year="1999")


def test_a_release_of_an_earlier_version_is_told(release: Release) -> None:
    """Prevents an error of the engine where a refresh is what helps."""
    with duckdb.connect() as empty:
        empty.execute("CREATE SCHEMA core; CREATE TABLE core.site AS SELECT 'A' AS site_code, '' AS site_name_zh,"
                      " '' AS site_name_en, 'UTC' AS zone_name")  # fmt: skip
        with pytest.raises(NotReleased, match="medlake refresh"):
            _made(empty, release, "capa_summary", site="A", year="2025")


def test_an_adverse_event_is_filled_in_from_its_complaint(
    con: duckdb.DuckDBPyConnection, release: Release
) -> None:
    """Prevents a report about another lot or device, and a field that nobody knows from looking answered."""
    made = _made(con, release, "adverse_event", complaint="CMP-1", harm="death", aware_at=AWARE)
    entries = {e["label"].split(" | ")[1]: e["value"] for b in _json(made)["blocks"] for e in b["entries"]}
    assert entries["Lot"] == "L0" and entries["Expiry date"] == "2028-01-01"
    assert entries["UDI"] == "(01)09521234000013(21)S77" and entries["Product number (serial)"] == "S77"
    assert entries["Certificate or filing number"] == "国械注准20233030091"
    assert entries["Patient: initials or number, age, sex, history"] == ""
    assert [row["delivery_no"] for row in _rows(made, "consignees")] == ["D1"]


HOURS, DAYS = "hours", "days"
DUE: list[tuple[dict[str, Any], dict[str, tuple[str, int, str]]]] = [
    ({"harm": "death"}, {"CN-AE-DEATH": (DAYS, 7, "Asia/Shanghai")}),
    ({"harm": "may_lead"}, {"CN-AE-SERIOUS": (DAYS, 20, "Asia/Shanghai")}),
    (
        {"harm": "death", "is_group": "yes"},
        {
            "CN-AE-DEATH": (DAYS, 7, "Asia/Shanghai"),
            "CN-AE-GROUP-CALL": (HOURS, 12, "Asia/Shanghai"),
            "CN-AE-GROUP-REPORTS": (HOURS, 24, "Asia/Shanghai"),
        },
    ),
    (
        {"harm": "serious_injury", "country": ["DE", "US"]},
        {
            "CN-AE-SERIOUS": (DAYS, 20, "Asia/Shanghai"),
            "CN-AE-OVERSEAS": (DAYS, 30, "Asia/Shanghai"),
            "US-MDR-30": (DAYS, 30, "America/New_York"),
            "EU-MIR-15": (DAYS, 15, "Europe/Brussels"),
        },
    ),
]


@pytest.mark.parametrize(("given", "wanted"), DUE)
def test_deadlines_are_those_of_harm_and_place(
    given: dict[str, Any],
    wanted: dict[str, tuple[str, int, str]],
    con: duckdb.DuckDBPyConnection,
    release: Release,
) -> None:
    """Prevents a deadline that is not told, or counted on another clock: by hand again."""
    made = _made(con, release, "adverse_event", complaint="CMP-1", aware_at=AWARE, **given)
    found = {row["rule_id"]: datetime.fromisoformat(row["due_at"]) for row in _rows(made, "deadlines")}
    assert found.keys() == wanted.keys()
    aware = datetime.fromisoformat(AWARE)
    for rule, (unit, count, zone) in wanted.items():
        local = aware.astimezone(ZoneInfo(zone))
        last = local.replace(hour=0, minute=0) + timedelta(days=count + 1)
        due = local + timedelta(hours=count) if unit == HOURS else last
        assert found[rule].astimezone(UTC) == due.astimezone(UTC), rule


def test_no_parameter_asks_for_the_patient() -> None:
    """Prevents personal data from coming into a release's report and the ledger."""
    from reports.adverse_event.form import FORM

    names = {parameter.name for parameter in FORM.parameters}
    assert not names & {"patient", "age", "sex", "initials"}
    assert {row["source"] for row in _fields() if "患者" in row["zh"]} == {""}
    assert set(BY_HARM) == set(FORM.parameters[1].choices)


def test_an_unknown_complaint_and_a_missing_time_are_refused(
    con: duckdb.DuckDBPyConnection, release: Release
) -> None:
    """Prevents a report about nothing; complaints that there are, are named."""
    with pytest.raises(UnknownSubject, match="CMP-1"):
        _made(con, release, "adverse_event", complaint="CMP-9", harm="death", aware_at=AWARE)
    with pytest.raises(BadParameter, match="aware_at"):
        _made(con, release, "adverse_event", complaint="CMP-1", harm="death")


def test_the_workbook_holds_the_same_rows_as_text_and_numbers(
    con: duckdb.DuckDBPyConnection, release: Release
) -> None:
    """Prevents a workbook that says something else than the page, or runs what a supplier wrote."""
    made = _made(con, release, "capa_summary", site="A", year="2025")
    book = next(data for name, data in made.items() if name.endswith(".xlsx"))
    sheets = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book))
    rows = sheets.get_sheet_by_name("纠正预防措施").to_python()
    assert [row[0] for row in rows[-4:]] == [row["capa_no"] for row in _rows(made, "capas")]


def test_a_section_keeps_its_types_and_says_what_it_lacks(release: Release, tmp_path: Path) -> None:
    """Prevents a made-up value where there is none: nothing is a dash, yes and no are words."""
    from reports.frame import manifest_of

    manifest = manifest_of(release, report_code="capa_summary", report_version="1")
    section = Section("suppliers", ("supplier_name", "is_new", "acceptance_rate"), (("=1+1", None, None),))
    report = TabularReport(
        "capa_summary", manifest, "甲 | A", "UTC", "", (), (section, unsourced("training"))
    )
    files = files_of(report, "x", LOCALES)
    assert files == files_of(report, "x", LOCALES)
    assert files["x_en.html"].decode().count("<td>–</td>") == 2
    assert json.loads(files["x.json"])["sections"]["suppliers"]["rows"][0]["is_new"] is None
