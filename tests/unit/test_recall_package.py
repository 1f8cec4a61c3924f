"""The recall package: the same bytes each time, nothing that runs, nothing lost, a drill plainly one."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from lakehouse.releases import Release, open_release
from lakehouse.settings import ROOT
from master_data.udi import write
from reports.recall import Package, RecallRequest, RequestInvalid, build, write_package
from reports.recall.line import labels
from reports.recall.marks import DRILL_PREFIX
from reports.recall.package import PackageExists
from reports.recall.reopen import PackageDamaged, opening_of
from reports.recall.serials import runs
from tests.browser import scratch_release
from traceability.recall.records import ScopeLot
from traceability.recall.subject import Subject

SCHEMA = ROOT.parent / "shared" / "reference" / "epcis" / "EPCIS-JSON-Schema.json"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
REQUEST = RecallRequest((Subject("supplier_lot", "S-77"),), 1, "密封强度不合格", AT, AT + timedelta(hours=1))
Opened = tuple[duckdb.DuckDBPyConnection, Release]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The scratch release and a read-only connection to it."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    release = scratch_release.publish_scratch(folder)
    with open_release(scratch_release.settings_for(folder), release.number) as con:
        yield con, release


@pytest.fixture(scope="module")
def package(opened: Opened) -> Package:
    """The package of the raw material lot."""
    return build(*opened, REQUEST, clock=iter((1.0, 1.25)).__next__)


@pytest.fixture(scope="module")
def drill(opened: Opened) -> Package:
    """The same as a drill."""
    return build(*opened, dataclasses.replace(REQUEST, is_drill=True))


def texts(package: Package) -> dict[str, str]:
    return {n: data.decode() for n, data in package.contents.items() if not n.endswith(".xlsx")}


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_same_release_and_request_give_the_same_bytes(opened: Opened, package: Package) -> None:
    """Prevents a clock, an unordered set or a machine's setting from getting into a document."""
    again = build(*opened, REQUEST)
    assert again.contents == package.contents
    assert again.stem == package.stem
    later = build(*opened, dataclasses.replace(REQUEST, issued_at=AT + timedelta(hours=2)))
    assert later.stem != package.stem
    assert later.facts.request.number == package.facts.request.number


def test_every_byte_stands_under_a_digest(package: Package, tmp_path: Path) -> None:
    """Prevents a file that could be exchanged without anybody noticing."""
    folder = write_package(package, tmp_path)
    sums = dict(line.split("  ", 1)[::-1] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    assert set(files) - set(sums) == {"SHA256SUMS", "timing.json"}
    for name, digest in sums.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == digest
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    assert set(listed) == set(sums) - {"manifest.json"}
    assert json.loads((folder / "timing.json").read_bytes())["trace_milliseconds"] == 250
    assert write_package(package, tmp_path) == folder
    (folder / "SHA256SUMS").write_text("other\n")
    with pytest.raises(PackageExists):
        write_package(package, tmp_path)


def test_notices_hold_every_delivered_device_and_piece(opened: Opened, package: Package) -> None:
    """Prevents a consignee who is told of fewer units than were sent, by one row or one device."""
    con, _ = opened
    expected = con.execute(
        """SELECT customer_code, lot_no, delivery_no, SUM(base_qty) FROM core.shipment
        WHERE lot_no IN ('B26010501', 'B26010501-EN', 'B26010502') GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    told = []
    for name, data in package.contents.items():
        if name.endswith("notice.csv"):
            code = name.split("/")[1].split("_")[-1]
            sums: dict[tuple[str, str], Decimal] = {}
            for row in table(data):
                key = (row["批号 | Lot"], row["交货单 | Delivery"])
                sums[key] = sums.get(key, Decimal(0)) + Decimal(row["数量 | Quantity"])
            told += [(code, lot, delivery, qty) for (lot, delivery), qty in sums.items()]
    assert sorted(told) == expected
    devices = table(package.contents["devices.csv"])
    assert len(devices) == con.execute("SELECT count(*) FROM core.serial").fetchone()[0]  # type: ignore[index]


def test_a_label_is_what_the_codec_writes(package: Package) -> None:
    """Prevents a shortcut for speed from writing another UDI or link than the codec."""
    notice = next(d for n, d in package.contents.items() if n.endswith("sap_a_200001/notice.csv"))
    rows = [row for row in table(notice) if row["序列号 | Serial no."]]
    assert len(rows) == 3
    for row in rows:
        lot, serial = row["批号 | Lot"], row["序列号 | Serial no."]
        values = {"01": "09521234543213", "10": lot, "21": serial}
        assert row["GS1 Digital Link"] == write("GS1", values, current_year=2026, form="digital_link")
        dated = {"01": "09521234543213", "17": "290104", "10": lot, "21": serial}
        assert row["UDI"] == write("GS1", dated, current_year=2026, form="bracketed")


@given(st.text(st.sampled_from("ABZ019-/.%()_ 中"), min_size=1, max_size=22))
def test_odd_serials_are_written_like_the_codec_or_not_at_all(serial: str) -> None:
    """Prevents a link that resolves to another device because a character was not escaped."""
    lot = ScopeLot(
        **{f.name: None for f in dataclasses.fields(ScopeLot)}
        | {"lot_id": "A:P:L1", "lot_no": "L/1", "di": "09521234543213", "issuing_agency_code": "GS1"}
    )
    udi, link = labels([lot])["A:P:L1"].of(serial)
    is_writable = re.fullmatch(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}", serial, re.ASCII) is not None
    values = {"01": "09521234543213", "10": "L/1", **({"21": serial} if is_writable else {})}
    assert link == write("GS1", values, current_year=2026, form="digital_link")
    assert udi == "".join(f"({key}){value}" for key, value in values.items())


def test_a_device_without_gs1_label_gets_no_link() -> None:
    """Prevents an invented Digital Link for a DI of another agency or a Chinese lot number."""
    bare: dict[str, Any] = {f.name: None for f in dataclasses.fields(ScopeLot)}
    hibcc = ScopeLot(
        **bare | {"lot_id": "1", "lot_no": "L1", "di": "+A99912340", "issuing_agency_code": "HIBCC"}
    )
    chinese = ScopeLot(
        **bare | {"lot_id": "2", "lot_no": "批1", "di": "09521234543213", "issuing_agency_code": "GS1"}
    )
    found = labels([hibcc, chinese])
    assert {found[key].of("SN1") for key in ("1", "2")} == {(None, None)}


def test_first_page_says_what_is_not_known(package: Package) -> None:
    """Prevents a first page that looks complete."""
    for locale, words in (("zh", "未知事项"), ("en", "What is not known")):
        page = texts(package)[f"summary_{locale}.html"]
        assert words in page
        for gap in package.facts.scope.gaps:
            assert gap.code in page
        assert "2026-03-03 09:30" in page
        assert "--contact" in page
    assert {"contact", "id_base"} <= set(package.facts.todo)


def test_a_drill_is_stamped_everywhere(package: Package, drill: Package, tmp_path: Path) -> None:
    """Prevents a hospital from sending back good devices because a practice notice looked real."""
    for name, data in drill.contents.items():
        assert name.rpartition("/")[2].startswith(DRILL_PREFIX), name
        if name.endswith(".xlsx"):
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            for sheet in book.sheet_names:
                assert "演练 DRILL" in str(book.get_sheet_by_name(sheet).to_python()[0]), (name, sheet)
        elif not name.endswith("SHA256SUMS"):
            assert "演练" in data.decode() and "DRILL" in data.decode(), name
        if name.endswith(".csv"):
            assert all(row["演练 DRILL"] == "演练 DRILL" for row in table(data))
    events = json.loads(drill.contents[f"{DRILL_PREFIX}epcis.jsonld"])["epcisBody"]["eventList"]
    assert all(event["medlake:drill"] == "演练 DRILL" for event in events)
    assert drill.stem.startswith(DRILL_PREFIX)
    assert f"{DRILL_PREFIX}timing.json" in {p.name for p in write_package(drill, tmp_path).iterdir()}
    assert not any("演练" in text for name, text in texts(package).items())
    assert drill.facts.request.number != package.facts.request.number


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the EPCIS schema is not here")
def test_events_satisfy_the_official_schema(package: Package, drill: Package) -> None:
    """Prevents events that a partner refuses; formats are checked, or invented words would pass."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    for found in (package, drill):
        data = json.loads(next(d for n, d in found.contents.items() if n.endswith("epcis.jsonld")))
        assert [error.message for error in validator.iter_errors(data)] == []
        kinds = {(e["type"], e["bizStep"], e["disposition"]) for e in data["epcisBody"]["eventList"]}
        assert {
            ("TransformationEvent", "commissioning", "in_progress"),
            ("TransformationEvent", "repairing", "in_progress"),
            ("ObjectEvent", "shipping", "in_transit"),
            ("ObjectEvent", "holding", "recalled"),
        } <= kinds
        ids = [e["eventID"] for e in data["epcisBody"]["eventList"]]
        assert len(set(ids)) == len(ids)
    broken = json.loads(package.contents["epcis.jsonld"])
    broken["epcisBody"]["eventList"][0]["bizStep"] = "recalling"
    assert list(validator.iter_errors(broken))


def test_events_count_what_was_shipped(package: Package) -> None:
    """Prevents a device from being shipped twice, as itself and within a quantity."""
    events = json.loads(package.contents["epcis.jsonld"])["epcisBody"]["eventList"]
    shipped = [event for event in events if event["bizStep"] == "shipping"]
    count = sum(
        len(e.get("epcList", ())) + sum(q["quantity"] for q in e.get("quantityList", ())) for e in shipped
    )
    assert count == 400 + 200 + 450
    devices = {epc for event in shipped for epc in event.get("epcList", ())}
    assert devices == {f"https://id.gs1.org/01/09521234543213/21/SN00000{n}" for n in (1, 2, 3)}


def test_markup_in_data_stays_text(opened: Opened) -> None:
    """Prevents a reason or a name from becoming part of a page."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    found = build(*opened, dataclasses.replace(REQUEST, reason=evil, contact=evil))
    for name, text in texts(found).items():
        if name.endswith(".html"):
            assert "<script" not in text and "<img" not in text
            assert "&lt;script&gt;" in text
            assert "default-src 'none'" in text


def test_a_package_is_reopened_only_as_it_was_written(package: Package, tmp_path: Path) -> None:
    """Prevents a case from standing on a package that somebody changed."""
    folder = write_package(package, tmp_path)
    found = opening_of(folder)
    assert found.recall_no == REQUEST.number and not found.is_drill
    assert found.opening.notify_by == AT + timedelta(days=1)
    assert {(t.consignee_id, t.lot_id.rpartition(":")[2]): t.qty for t in found.opening.targets} == {
        ("sap_a:200001", "B26010501"): Decimal(400),
        ("sap_a:200001", "B26010502"): Decimal(450),
        ("sap_a:200002", "B26010501-EN"): Decimal(200),
    }
    page = folder / "summary_zh.html"
    page.write_bytes(page.read_bytes().replace("一级召回".encode(), "三级召回".encode()))
    with pytest.raises(PackageDamaged, match="summary_zh.html"):
        opening_of(folder)
    page.unlink()
    with pytest.raises(PackageDamaged, match="missing or was added"):
        opening_of(folder)
    with pytest.raises(PackageDamaged, match="no recall package"):
        opening_of(tmp_path)


def test_a_later_scope_says_what_changed(opened: Opened) -> None:
    """Prevents a second package that silently replaces the first."""
    found = build(*opened, dataclasses.replace(REQUEST, since=datetime(2020, 1, 1, tzinfo=UTC)))
    kinds = {(change.kind, change.before) for change in found.facts.changes or ()}
    assert ("delivery", None) in kinds and ("consignee", None) in kinds
    assert "difference.csv" in found.contents
    same = build(*opened, dataclasses.replace(REQUEST, since=datetime(2099, 1, 1, tzinfo=UTC)))
    assert same.facts.changes is not None


@pytest.mark.parametrize(
    "change",
    [
        {"reason": " "},
        {"decided_at": datetime(2026, 3, 2)},
        {"id_base": "ftp://x"},
        {"issued_at": datetime(2026, 3, 2)},
    ],
)
def test_a_decision_without_its_parts_is_refused(change: dict[str, Any]) -> None:
    """Prevents a package whose deadlines or identifiers mean nothing."""
    with pytest.raises(RequestInvalid):
        dataclasses.replace(REQUEST, **change)


@given(st.lists(st.from_regex(r"\A(SN|X1|)[0-9]{1,4}[A-C]?\Z"), max_size=60))
def test_runs_hold_exactly_the_serials(serials: list[str]) -> None:
    """Prevents a range on a page that leaves a device out, or names one that was never sent."""
    told = []
    for run in runs(serials):
        head, tail = re.fullmatch(r"(.*?)([0-9]*)", run.first, re.DOTALL).groups()  # type: ignore[union-attr]
        numbers = range(int(tail or 0), int(tail or 0) + run.count)
        told += [run.first] if run.count == 1 else [f"{head}{n:0{len(tail)}d}" for n in numbers]
    assert told == sorted(set(serials))
