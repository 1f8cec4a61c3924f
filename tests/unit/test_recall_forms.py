"""The forms of a recall: every number from the scope, what nobody said to be filled in, labels of the day."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from lakehouse.raw_zone import RawZone
from lakehouse.releases import open_release
from lakehouse.settings import Settings
from reports.language import LOCALES
from reports.order import Built, Order, build
from reports.recall_forms.labels import load_labels
from reports.refusals import BadParameter, UnknownSubject
from tests.browser.scratch_release import publish_scratch, settings_for
from traceability.recall.case import Opening, RecallEvent, Target, opening_detail, record

LOT, CONSIGNEE = "A:10000123:B26010501", "customer:1"
AT = "2026-01-31T10:00:00+08:00"
TOLD = datetime.fromisoformat(AT)
DECISION = {"lot": LOT, "class": "1", "reason": "密封 <b>不合格</b>", "decided_at": AT, "issued_at": AT}
WORDS = {"contact": "李娜 021-1", "measures": "停用 | stop using", "reporter": "=王伟"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The scratch release, and a recall that runs beside it."""
    folder = tmp_path_factory.mktemp("lake") / "data"
    publish_scratch(folder)
    settings = settings_for(folder)
    targets = (
        Target(CONSIGNEE, "甲", LOT, Decimal(7), "C62"),
        Target("customer:2", "乙", LOT, Decimal(3), "C62"),
    )
    opening = Opening("000001", "ab" * 32, 1, "漏液", TOLD, TOLD + timedelta(days=1), 12, (LOT,), targets)
    zone = RawZone(settings.raw_dir)
    record(zone, RecallEvent("R-1", "opened", TOLD, TOLD, "李娜", False, detail=opening_detail(opening)))
    for hours, kind, lot, qty in ((2, "notified", "", None), (50, "destroyed", LOT, Decimal(4))):
        then = TOLD + timedelta(hours=hours)
        told = RecallEvent("R-1", kind, then, then, "李娜", False, CONSIGNEE, lot, qty)  # type: ignore[arg-type]
        record(zone, told)
    return settings


@pytest.fixture(scope="module")
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_release(settings) as connection:
        yield connection


def tree_of(built: Built) -> dict[str, Any]:
    (name,) = [name for name in built.contents if name.endswith(".json") and name != "report.json"]
    tree: dict[str, Any] = json.loads(built.contents[name])
    return tree


def progress(settings: Settings, at: datetime) -> dict[str, Any]:
    order = Order("recall_progress", {"recall_no": "R-1", "reported_at": at.isoformat()})
    return tree_of(build(settings, order))


def test_the_report_counts_what_was_made_and_sold(settings: Settings, con: duckdb.DuckDBPyConnection) -> None:
    """Prevents an authority from being told of fewer or other goods than the release holds."""
    report = tree_of(build(settings, Order("recall_event_report", DECISION)))
    plan = tree_of(build(settings, Order("recall_plan", DECISION)))
    parts = ("sold_cn_qty", "sold_abroad_qty", "sold_unknown_qty")
    sold = sum(Decimal(qty) for part in parts for qty in report["numbers"][part].values())
    lots = [row["lot_id"] for row in json.loads(_package(settings))["scope"]["lots"]]
    ((known,),) = con.execute(
        "SELECT SUM(base_qty) FROM core.shipment WHERE lot_id IN (SELECT UNNEST(?))", [lots]
    ).fetchall()
    assert sold == known > 0
    assert sum(Decimal(qty) for qty in plan["numbers"]["sold_qty"].values()) == known
    assert len(report["tables"]["lots"]) == len(lots)


def _package(settings: Settings) -> bytes:
    return build(settings, Order("recall_package", DECISION)).contents["recall.json"]


def test_what_only_a_person_knows_is_to_be_filled_in(settings: Settings) -> None:
    """Prevents an empty field that reads as an answer, and markup or a formula of a person from running."""
    empty = tree_of(build(settings, Order("recall_event_report", DECISION)))
    assert {"contact", "measures", "intended_use", "reporter"} <= set(empty["to_fill_in"])
    built = build(settings, Order("recall_event_report", {**DECISION, **WORDS}))
    said = tree_of(built)
    assert said["answers"]["measures"] == {"zh": "停用", "en": "stop using"}
    assert "intended_use" in said["to_fill_in"] and "measures" not in said["to_fill_in"]
    for name, content in built.contents.items():
        if name.endswith(".html"):
            assert b"<b>\xe4" not in content and b"<script" not in content
        if name.endswith(".xlsx"):
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            cells = [str(cell) for row in book.get_sheet_by_name("form").to_python() for cell in row]
            assert "=王伟" in cells and b"<f>" not in content
    assert sum(name.endswith(".html") for name in built.contents) == len(LOCALES)


def test_progress_is_what_was_told_by_the_moment(settings: Settings) -> None:
    """Prevents a report to an authority that changes when a later word comes in."""
    early, late = (
        progress(settings, TOLD + timedelta(hours=3)),
        progress(settings, TOLD + timedelta(hours=60)),
    )
    counts = {name: late["answers"][f"{name}_count"]["zh"] for name in ("consignee", "notified", "late")}
    assert counts == {"consignee": "2", "notified": "1", "late": "0"}
    assert early["numbers"]["destroyed_qty"] == {"C62": "0"}
    assert (late["numbers"]["destroyed_qty"], late["numbers"]["open_qty"]) == (
        {"C62": "4.000"},
        {"C62": "6.000"},
    )
    with pytest.raises(UnknownSubject, match="was not open"):
        progress(settings, TOLD - timedelta(days=1))
    with pytest.raises(BadParameter, match="future"):
        progress(settings, datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(UnknownSubject, match="there are: R-1"):
        build(settings, Order("recall_progress", {"recall_no": "R-2", "reported_at": AT}))


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"lot": ""}, BadParameter, "nothing is named"),
        ({"lot": "B2601059X"}, UnknownSubject, "B2601059X"),
        ({"class": "4"}, BadParameter, "one of"),
        ({"decided_at": "2026-01-31T10:00"}, BadParameter, "with its zone"),
    ],
)
def test_a_wrong_decision_is_refused(
    settings: Settings, given: dict[str, str], kind: type[Exception], said: str
) -> None:
    """Prevents a form about goods that nobody named, or a deadline from a time without a zone."""
    with pytest.raises(kind, match=said):
        build(settings, Order("recall_event_report", {**DECISION, **given}))


def test_deadlines_and_labels_are_those_of_the_day(settings: Settings) -> None:
    """Prevents a report of 2016 from citing an order of 2017, and a label from standing twice on one day."""
    now = build(settings, Order("recall_plan", DECISION))
    rules = tree_of(now)["tables"]["deadlines"]
    assert len(rules) > 3
    before = build(settings, Order("recall_plan", DECISION, under=date(2016, 1, 1)))
    tables = [one.origin.definitions.tables_sha256 for one in (now, before)]
    assert tables[0]["deadlines"] != tables[1]["deadlines"]
    assert len(tree_of(before)["tables"]["deadlines"]) < len(rules)
    assert tree_of(before)["labels"] == []
    for day in (date(2018, 1, 1), date(2026, 11, 1)):
        keys = [(one.form, one.key) for one in load_labels() if one.holds_on(day)]
        assert len(keys) == len(set(keys))
