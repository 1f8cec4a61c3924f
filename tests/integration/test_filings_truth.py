"""Filings on a simulated year: what may be sent is valid, what may not is what the simulator left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import jsonschema
import polars as pl
import pytest
from lxml import etree

from reports.eudamed.checks import judge as judge_eu
from reports.eudamed.document import Sending, device_messages
from reports.eudamed.emdn import Nomenclature
from reports.eudamed.form import check as check_eu
from reports.eudamed.record import read_eu_devices
from reports.gudid.checks import judge as judge_us
from reports.gudid.document import from_json, from_xml
from reports.gudid.form import check as check_us
from reports.gudid.form import documents
from reports.gudid.record import read_gudid
from reports.nmpa_udi.precheck import precheck
from reports.nmpa_udi.save_request import save_request
from reports.nmpa_udi.schema import save_request_schema
from reports.tabular.section import Section, ask_section

NO_LIST = Nomenclature(())
XSD = Path("../shared/reference/eudamed/XSD/service/Message.xsd")


def _gaps(truth: Path, register: str) -> set[tuple[str, str]]:
    """Identifier and lacking field of the listings that the simulator left incomplete."""
    frame = pl.read_parquet(truth / "foreign_listing.parquet").filter(
        (pl.col("register_code") == register) & pl.col("lacking_field").is_not_null()
    )
    assert frame.height > 0
    return set(frame.select("primary_di", "lacking_field").iter_rows())


def test_us_listings_lack_what_the_simulator_left_out(
    clean: duckdb.DuckDBPyConnection, clean_truth: Path
) -> None:
    """Prevents a gap that nobody sees before FDA does, and a complete listing that is held back."""
    declared = read_gudid(clean, "declared")
    errors = [one for one in judge_us(declared) if one.severity == "error"]
    assert {(one.primary_di, one.field) for one in errors} == _gaps(clean_truth, "us")
    assert all(one.address.startswith("udi__us_listing") for one in errors)
    checked = check_us(declared, ())
    assert len(checked.ready) + len(checked.blocked) == len(declared) > len(checked.ready) > 0
    files, contents = documents(checked.ready), [record.content for record in checked.ready]
    assert from_json(files["gudid.json"]) == list(from_xml(files["gudid.xml"])) == contents


def test_a_us_record_says_what_declaration_and_listing_say(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents packages, sizes or temperatures of another device, or in words that FDA does not know."""
    by_name = {record.content["version_or_model_number"]: record for record in read_gudid(clean, "declared")}
    catheter = by_name["2.5×15"].content
    packages = [one for one in catheter["identifiers"] if one["type"] == "Package"]
    assert [one["quantity_per_package"] for one in packages] == [10, 10]
    assert packages[1]["unit_of_use_id"] == packages[0]["id"]
    assert catheter["device_sizes"] == [
        {"type": "Length", "unit": "Millimeter", "value": "15"},
        {"type": "Outer Diameter", "unit": "Millimeter", "value": "2.5"},
    ]
    assert catheter["storage"] == [
        {"type": "Storage Environment Temperature", "high": {"unit": "Degrees Celsius", "value": "30"}}
    ]


def test_eu_listings_lack_what_the_simulator_left_out(
    clean: duckdb.DuckDBPyConnection, clean_truth: Path
) -> None:
    """Prevents a gap that nobody sees before EUDAMED does, and a complete listing that is held back."""
    errors = [one for one in judge_eu(read_eu_devices(clean), NO_LIST) if one.severity == "error"]
    assert {(one.primary_di, one.field) for one in errors} == _gaps(clean_truth, "eu")


@pytest.mark.skipif(not XSD.is_file(), reason="the shared EUDAMED schemas are not here")
def test_every_message_of_the_year_is_valid(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents a message that the official schema refuses; every device that may be sent is in one."""
    ready = check_eu(read_eu_devices(clean), date(2026, 1, 1)).ready
    schema = etree.XMLSchema(etree.parse(XSD))
    messages = device_messages(ready, Sending("000001", datetime(2026, 1, 1, tzinfo=UTC)))
    trees = {name: etree.fromstring(content) for name, content in messages.items()}
    assert [name for name, tree in trees.items() if not schema.validate(tree)] == []
    sent = [e for name in ("device_1.xml", "udi_di_1.xml") for e in trees[name].iter("{*}basicUDIIdentifier")]
    assert len(sent) == len(ready) > 5


def test_every_nmpa_document_of_the_year_has_the_shape_of_the_interface(
    clean: duckdb.DuckDBPyConnection,
) -> None:
    """Prevents a request whose keys or kinds of value differ from record to record."""
    checked = precheck(clean, on=date(2026, 1, 1), change_note="更正")
    assert checked.blocked == () and len(checked.new) + len(checked.changed) > 5
    records = (*checked.new, *checked.changed)
    request = save_request(records, on=checked.on, upload_type="add", change_note="更正")
    validator = jsonschema.Draft202012Validator(save_request_schema(checked.on))
    assert [error.message for error in validator.iter_errors(request)] == []
    request["dataSet"][0]["CPLX"] = "器械"
    assert not validator.is_valid(request)


def _plant_year(con: duckdb.DuckDBPyConnection, name: str) -> Section:
    given = {
        "site": "A",
        "year": 2025,
        "zone": "Asia/Shanghai",
        "since": date(2025, 1, 1),
        "until": date(2025, 12, 31),
    }
    return ask_section(con, "reports.annual", name, given)


def _sum(section: Section, column: str) -> int:
    place = section.columns.index(column)
    return sum(int(row[place] or 0) for row in section.rows)


def test_supplier_summary_equals_the_simulators_truth(
    clean: duckdb.DuckDBPyConnection, clean_truth: Path
) -> None:
    """Prevents a supplier's lots or lines from being counted twice, or under another plant or year."""
    truth = pl.read_parquet(clean_truth / "kpi_supplier_performance.parquet").filter(
        (pl.col("site_code") == "A") & (pl.col("month").dt.year() == 2025)
    )
    summary = _plant_year(clean, "suppliers")
    columns = ("inspected_lots", "accepted_lots", "concession_lots", "lines_due")
    assert {name: _sum(summary, name) for name in columns} == {name: truth[name].sum() for name in columns}
    assert _sum(summary, "inspected_lots") > 0


def test_self_inspection_counts_every_finished_lot_once(clean: duckdb.DuckDBPyConnection) -> None:
    """Prevents a lot of a device with several identifiers or decisions from being counted twice."""
    products = _plant_year(clean, "products")
    ((made,),) = clean.execute(
        "SELECT count(*) FROM core.lot JOIN core.product USING (product_id) WHERE core.lot.site_code = 'A' "
        "AND lot_kind_code = 'produced' AND product_type_code = 'finished' AND year(manufactured_date) = 2025"
    ).fetchall()
    parts = ("accepted_lots", "concession_lots", "rejected_lots", "undecided_lots")
    assert _sum(products, "made_lots") == made == sum(_sum(products, part) for part in parts) > 0
